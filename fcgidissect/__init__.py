"""A packet dissector for FastCGI: captures in, records, requests and connections out.

    import fcgidissect

    for row in fcgidissect.read("site.pcap", ports=[9000], by="request"):
        print(row.known.method, row.known.uri, row.known.status)

The house, from the roof to the ground. A room imports what stands below it, never above;
those of one line do not know each other. setup.cfg has the same as a contract.

    __main__                         python -m fcgidissect
    cli                              the words of a call in, an exit status out
    run                              a call carried out: captures in, rows and tables out
    stages                           options -> what carries them out
    options                          words -> options
    statistics export halves         rows -> tables; requests -> files; two cores for one call
    sieve                            rows -> those that pass
    output filter progress tally     rows -> text; text -> a test of a row; how far, how much
    two_pass packets redact          records that know their end; rows -> a pcap; no secrets
    rows                             what a row stands for -> the stage that makes such rows
    connection_row                   records -> connections
    request_row dissect reading      records -> requests; packets -> records; files -> one
    body                             a request's records -> its bodies, decoded
    capture tree scapy_layers        files -> packets; a row -> its nodes; Scapy's own classes
    registry connection              name -> field; how a connection begins and ends
    side                             bytes of one direction -> records; flights
    flight                           a whole question or answer -> its records
    entry                            a record in its place: frame, flow, request, remarks
    net fcgi                         frame -> ordered bytes; bytes -> records, requests
    memo                             what was worked out before, within a bound
    notes limits sink                what traffic gets wrong; what is kept; where text goes
    text in_order                    a value -> safe text; rows -> their order
    fields errors                    what a field is; what a user gets wrong

The names below are those for Python programs; nothing of it is imported until it is used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Sequence

    from fcgidissect.capture import open_capture
    from fcgidissect.dissect import Dissector
    from fcgidissect.errors import CaptureError, FilterError
    from fcgidissect.fields import Value
    from fcgidissect.filter import Filter, compile_filter
    from fcgidissect.registry import Registry

__version__ = "0.1.0"
__all__ = [
    "CaptureError",
    "Dissector",
    "FilterError",
    "Registry",
    "compile_filter",
    "getter",
    "open_capture",
    "read",
]
_ROOMS = {
    "CaptureError": "errors",
    "Dissector": "dissect",
    "FilterError": "errors",
    "Registry": "registry",
    "compile_filter": "filter",
    "open_capture": "capture",
}
"""Public name -> the room that it comes from."""


def __getattr__(name: str) -> "Any":
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def read(
    *captures: str,
    ports: "Iterable[int]" = (8000,),
    filter: str = "",
    by: str = "record",
    fields: "Iterable[str]" = (),
) -> "Iterator[Any]":
    """The rows of captures that are read as one, in the order of the command line's.

    Args:
        captures: paths; "-" is standard input.
        ports: TCP ports that carry FastCGI.
        filter: a display filter; an empty one passes every row.
        by: what a row is: "record" gives `entry.Entry`, "request" `request_row.RequestRow`,
            "connection" `connection_row.ConnectionRow`.
        fields: names that `getter` will be asked for; a request or a connection keeps of
            its records only what is named here or in the filter.

    Raises:
        CaptureError: one cannot be opened; or one is damaged, raised behind its last row.
        FilterError: the filter is wrong.
    """
    from fcgidissect.filter import compile_filter
    from fcgidissect.rows import fields_by

    test = compile_filter(filter, fields_by(by))
    return _rows(captures, frozenset(ports), test, by, {*fields, *test.fields})


def _rows(
    captures: "Sequence[str]",
    ports: "frozenset[int]",
    test: "Filter",
    by: str,
    fields: "set[str]",
) -> "Iterator[Any]":
    from fcgidissect.dissect import Dissector
    from fcgidissect.errors import CaptureError
    from fcgidissect.reading import Reading
    from fcgidissect.rows import rows_by

    stage, reading = rows_by(by, fields), Reading(captures)
    dissector = Dissector(ports, over=stage.over, watcher=stage.watcher)
    for batch in reading:
        rows = stage.feed(dissector.feed(batch))
        yield from (row for row in rows if test.matches(row))
    rows = [*stage.feed(dissector.finish()), *stage.finish()]
    yield from (row for row in rows if test.matches(row))
    if reading.damages:
        raise CaptureError("; ".join(reading.damages))


def getter(name: str, by: str = "record") -> "Callable[[Any], Sequence[Value]]":
    """What gives a row's values of a field, in the order of the wire.

    Times are nanoseconds, addresses and byte sequences `bytes`.

    Raises:
        KeyError: there is no such field.
    """
    from fcgidissect.rows import fields_by

    access = fields_by(by).find(name)
    if access is None:
        raise KeyError(name)
    return access.get
