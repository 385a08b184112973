"""Two halves of a capture's connections: together they give the lines that one of all gives."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Iterable, Iterator, NamedTuple, Sequence

import pytest

from captures.make import records as make
from captures.make.files import Packet, pcap
from captures.make.packets import Conversation, ethernet
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector, half_of
from fcgidissect.filter import compile_filter
from fcgidissect.halves import COUNTED, Half
from fcgidissect.halves.half import Begun, Lines
from fcgidissect.halves.merge import Records, Requests
from fcgidissect.net.frame import Batch
from fcgidissect.output import Settings, Writer, writer
from fcgidissect.rows import fields_by, over_of, rows_by
from fcgidissect.sieve import Sieve, sieve
from tests.bench.make import write
from tests.corpus import Capture, captures


class Way(NamedTuple):
    """A way to show rows."""

    by: str = "record"
    format: str = "text"
    fields: "tuple[str, ...]" = ()
    filter: str = ""
    verbose: bool = False


LIST = Way()
REQUESTS = Way("request")
FIELDS = Way("record", "fields", ("frame.number", "fcgi.type", "fcgi.request.uri"))
JSON = Way(format="json")
WAYS = {
    "list": LIST,
    "requests": REQUESTS,
    "fields": FIELDS,
    "json": JSON,
    "requests in json": Way("request", "json"),
    "detail": Way(verbose=True),
    "numbers": FIELDS._replace(fields=("tcp.stream", "fcgi.request.number")),
    "filtered list": LIST._replace(filter="fcgi.type in {1, 3, 6}"),
    "filtered requests": REQUESTS._replace(filter="fcgi.response.status == 200"),
    "filtered fields": FIELDS._replace(filter="fcgi.content.length > 0"),
    "filter for numbers": LIST._replace(filter="tcp.stream > 2"),
}


class Stages(NamedTuple):
    """What a call makes."""

    dissector: Dissector
    rows: Any
    passing: "Sieve | None"
    writer: Writer
    asked: "set[str]"


def made(ports: "Iterable[int]", way: Way) -> Stages:
    registry = fields_by(way.by)
    settings = Settings(registry, fields=way.fields, verbose=way.verbose)
    shown = writer(way.format, settings, way.by)
    expression = compile_filter(way.filter, registry) if way.filter else None
    of_records, parts = way.by == "record", shown.parts
    asked = set(expression.fields if expression else ()) | set(way.fields)
    rows: Any = rows_by(way.by, asked)
    takes = shown if of_records else rows
    return Stages(
        Dissector(
            frozenset(ports),
            over=over_of([rows]),
            flights=getattr(takes, "flights", False),
        ),
        rows,
        expression and sieve(expression, of_records, parts),
        shown,
        asked,
    )


def cut(batches: "Iterable[Batch]", step: int) -> "Iterator[Batch]":
    """The same packets in smaller batches."""
    for batch in batches:
        for at in range(0, len(batch.packets), step):
            yield batch._replace(packets=batch.packets[at : at + step], comments={})


def alone(path: str, ports: "Iterable[int]", way: Way, step: int) -> bytes:
    """What one process writes."""
    dissector, rows, passing, shown, _ = made(ports, way)
    text = b""

    def write(rows: "Sequence[Any]") -> bytes:
        rows = passing(rows) if passing else rows
        return shown.rows(rows).encode() if rows else b""

    with open_capture(path) as batches:
        for batch in cut(batches, step):
            text += write(rows.feed(dissector.feed(batch)))
    return text + write([*rows.feed(dissector.finish()), *rows.finish()])


def both(path: str, ports: "Iterable[int]", way: Way, step: int) -> bytes:
    """What two do."""
    begun: "list[SimpleQueue[Any]]" = [SimpleQueue(), SimpleQueue()]
    stages = [made(ports, way) for _ in begun]

    def work(number: int, batches: "Iterable[Batch]") -> "list[Lines]":
        def exchange(own: Begun) -> Begun:
            begun[number].put(own)
            return begun[1 - number].get(timeout=60)  # type: ignore[no-any-return]

        dissector, rows, passing, shown, asked = stages[number]
        requests = rows if way.by == "request" else None
        counts = shown.numbered or not COUNTED.isdisjoint(asked)
        half = Half(dissector, requests, passing, shown, counts)
        half.begin(number)
        reading: Any = cut(batches, step)
        return list(half.over(reading, exchange))

    with open_capture(path) as one, open_capture(path) as other:
        with ThreadPoolExecutor() as threads:
            lines = [*threads.map(work, (0, 1), (one, other))]
    merging = Requests() if way.by == "request" else Records()
    texts = [merging.merged(*each) for each in zip(*lines, strict=True)]
    together = stages[0].writer.together
    return b"".join([piece for each in texts for piece in together(each)])


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_captures(capture: Capture) -> None:
    for way, step in ((LIST, 5), (FIELDS, 1000), (REQUESTS, 5), (JSON, 5)):
        told = both(capture.path, capture.port_numbers, way, step)
        assert told == alone(capture.path, capture.port_numbers, way, step)


@pytest.mark.parametrize("kind", ["small", "disorder", "large", "noise", "connections"])
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_traffic(kind: str, way: Way, tmp_path: Path) -> None:
    """Of many connections, which lose bytes and end in the middle."""
    path = tmp_path / "traffic.pcap"
    with path.open("wb") as file:
        write(file, kind, Fraction(1, 400))
    told = both(str(path), [8000], way, 100)
    assert told.count(b"\n") > 10
    assert told == alone(str(path), [8000], way, 100)


def connections(*sources: str) -> bytes:
    """A capture of a request each, from port 40000 on."""
    packets: "list[bytes]" = []
    for port, source in enumerate(sources, 40000):
        talk = Conversation(source, client_port=port).open()
        talk.say(talk.client, make.request(1, {"REQUEST_URI": f"/{port}"}))
        packets += talk.packets
    return pcap([Packet(at, ethernet(each)) for at, each in enumerate(packets)])


def test_columns_grow_with_what_either_process_shows(tmp_path: Path) -> None:
    """Line by line, whichever half it is of."""
    path = tmp_path / "widths.pcap"
    sources = ["10.0.0.1"] * 4 + ["192.168.100.100"] + ["10.0.0.1"] * 4
    path.write_bytes(connections(*sources))
    told = both(str(path), [8000], LIST, 3)
    assert {len(line.partition(" → ")[0]) for line in told.decode().splitlines()} == {
        len("    4   0.000000  10.0.0.1:40000"),
        len("    4   0.000000 192.168.100.100:40000"),
    }
    assert told == alone(str(path), [8000], LIST, 3)


def test_both_directions_of_a_connection_are_of_one_half() -> None:
    keys = [(b"\x0a\0\0\1", b"\x0a\0\0\2", port) for port in range(32768, 60000, 2)]
    halves = [
        (
            half_of(one + other + port.to_bytes(2, "big") + b"\x1f\x40"),
            half_of(other + one + b"\x1f\x40" + port.to_bytes(2, "big")),
        )
        for one, other, port in keys
    ]
    assert all(there == back for there, back in halves)
    assert abs(sum(there for there, _ in halves) / len(halves) - 0.5) < 0.01
