"""Options come in, the stages that carry them out go out: each, or None, for itself.

What a call does not need is not imported.
"""

import os
import stat
from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple

from fcgidissect.errors import UsageError
from fcgidissect.options import Options
from fcgidissect.options.values import ports_filter
from fcgidissect.sink import Sink, say

_WORTH_A_PROCESS = 1 << 24
"""Bytes of captures, packed where they are packed, that another process helps to read: all
that it takes is some milliseconds and as much memory again."""

if TYPE_CHECKING:
    from fcgidissect.capture.live import LiveCapture
    from fcgidissect.export import Exports
    from fcgidissect.filter import Filter
    from fcgidissect.output import Writer
    from fcgidissect.output.styles import Styles
    from fcgidissect.packets import Packets
    from fcgidissect.reading import Reading
    from fcgidissect.registry import Fields
    from fcgidissect.sieve import Sieve
    from fcgidissect.statistics.run import Statistics
    from fcgidissect.tally import Tally


def read(options: Options, names: "List[str]", sink: Sink) -> "Reading":
    """What is to be read; an interrupt only stops a live capture."""
    from fcgidissect.reading import LiveReading, Reading

    if not options.interfaces:
        if options.capture_filter is not None or options.duration is not None:
            raise UsageError("-f and -a are for a live capture: add -i IFACE")
        _spare(names, [options.write, options.output, options.har])
        return Reading(names, options.packets)
    reading = LiveReading(_live(options), options.packets)
    sink.stop = reading.stop
    return reading


def _spare(names: "List[str]", written: "List[Optional[str]]") -> None:
    """Refuse to write over what is read: `-w` would lose what it has not yet read.

    Raises:
        UsageError: a file is both.
    """
    read = list(_regular(names, 0))
    for path in filter(None, written):
        for status in _regular([path], 1):
            if any(os.path.samestat(status, each) for each in read):
                raise UsageError(
                    f"{path}: is a capture that is read: name another file"
                )


def _regular(names: "List[str]", standard: int) -> "Iterator[os.stat_result]":
    """Those that are regular files; `standard` is the one that - stands for."""
    for name in names:
        try:
            status = os.stat(standard if name == "-" else name)
        except (OSError, ValueError):
            continue  # who opens it says so
        if stat.S_ISREG(status.st_mode):
            yield status


def _live(options: Options) -> "LiveCapture":
    """A live capture, of the ports in force unless there is a capture filter."""
    from fcgidissect.capture.live import LiveCapture
    from fcgidissect.capture.sockets import NoFilters

    given = options.capture_filter
    bpf = ports_filter(options.ports) if given is None else given
    try:
        capture = LiveCapture(options.interfaces, bpf, options.duration)
    except NoFilters:
        if given is not None:
            raise
        bpf, capture = "", LiveCapture(options.interfaces, "", options.duration)
    if not options.quiet:
        say(f"capturing on {capture.name}{bpf and f' ({bpf})'}")
    return capture


def redacted(
    options: Options, names: "List[str]", reading: "Reading", filtered: bool
) -> "Reading":
    """The same without its secrets, where that is asked for; with -w written at once."""
    if options.redact is None:
        return reading
    from fcgidissect.reading import Reading
    from fcgidissect.redact import Redacted

    def again() -> Reading:
        return Reading(names, options.packets)

    names_of_secrets = [*options.redact, *options.configured.redact]
    censored = Redacted(reading, again, options.ports, names_of_secrets)
    for remark in censored.remarks:
        say(remark)
    if options.write is not None and not filtered:
        censored.write(options.write, options.other_packets)
    return censored


def row_writer(options: Options, registry: "Fields", sink: Sink) -> "Optional[Writer]":
    """The writer of rows; None where nobody is to see them."""
    alone = bool(options.statistics) and options.format != "text"
    exporting = any(each is not None for each in _exported(options))
    if options.quiet or alone or exporting or options.write is not None:
        return None
    from fcgidissect.output import Settings, writer

    text = options.format == "text"
    return writer(
        options.format,
        Settings(
            registry,
            options.time,
            _styles(options, sink),
            sink.width if sink.is_terminal else None,
            options.verbose or options.only is not None,
            (None if options.verbose else options.only) if text else options.layers,
            options.opened,
            options.hexdump,
            options.data,
            options.raw,
            options.fields,
            options.columns,
            options.settings,
        ),
        options.by,
    )


def _styles(options: Options, sink: Sink) -> "Styles":
    from fcgidissect.output.styles import PLAIN, rendered

    always = options.color == "always"
    if options.color == "never" or not (always or sink.is_terminal):
        return PLAIN
    return rendered(sink.stream, always, options.configured.colours)


def row_sieve(
    expression: "Optional[Filter]", options: Options, parts: bool
) -> "Optional[Sieve]":
    """What the filter lets pass; None where there is none.

    Args:
        parts: who takes it takes parts of flights.
    """
    if expression is None:
        return None
    from fcgidissect.sieve import sieve

    return sieve(expression, options.by == "record", parts)


def statistics(
    options: Options, expression: "Optional[Filter]", sink: Sink
) -> "Optional[Statistics]":
    """What -z asks for; None where it asks for nothing."""
    if not options.statistics:
        return None
    from fcgidissect.statistics import asked
    from fcgidissect.statistics.render import renderer
    from fcgidissect.statistics.run import Statistics

    plain = options.color == "never" or not sink.is_terminal
    width = None if plain else sink.width
    return Statistics(
        [each for text in options.statistics for each in asked(text)],
        expression.text if expression else None,
        renderer(options.format, width),
    )


def exports(
    options: Options, expression: "Optional[Filter]", awaited: bool
) -> "Optional[Exports]":
    """What --export-objects, --har and --as ask for; None where they ask for nothing."""
    objects, har, command = _exported(options)
    if objects is None and har is None and command is None:
        return None
    from fcgidissect.export import Exports, Wanted

    folder = os.path.dirname(options.output or "")
    text = expression.text if expression else None
    wanted = Wanted(objects, har, command, folder, options.force)
    return Exports(wanted, text, awaited)


def _exported(options: Options) -> "Tuple[Optional[str], Optional[str], Optional[str]]":
    return options.objects, options.har, options.command


def packets(options: Options, awaited: bool) -> "Optional[Packets]":
    """Where -w wants the packets of the rows."""
    if options.write is None:
        return None
    if options.by != "record":
        raise UsageError(
            f"-w writes records' packets: it does not go with --by {options.by}"
        )
    from fcgidissect.packets import Packets

    return Packets(options.write, awaited)


def two_cores(options: Options, reading: "Reading") -> bool:
    """Whether a second process may read the same, and is worth it."""
    size = reading.size
    if options.cores == 1 or size is None or not hasattr(os, "fork"):
        return False
    if options.cores == 2:
        return True
    # What is slow to unpack is unpacked by a thread, on the other core.
    return size >= _WORTH_A_PROCESS and not reading.slow and _cores() > 1


def _cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def tally(options: Options, sink: Sink, writes: bool) -> "Optional[Tally]":
    """Who counts for the last line, where a person reads rows."""
    if not writes or not sink.is_terminal or options.format != "text":
        return None
    from fcgidissect.tally import Tally

    return Tally(options.by)
