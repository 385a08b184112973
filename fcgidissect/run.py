"""Options, captures and a filter come in; rows and tables are in the sink at the end.

What a call does not need is not imported.
"""

import os
from typing import TYPE_CHECKING, Iterator, List, Optional

from fcgidissect.errors import UsageError
from fcgidissect.notes import UNKNOWN_LINK, note
from fcgidissect.options import Options
from fcgidissect.options.values import ports_filter, ports_text
from fcgidissect.sink import Sink, say

if TYPE_CHECKING:
    from fcgidissect.capture.live import LiveCapture
    from fcgidissect.entry import Entry
    from fcgidissect.export import Exports
    from fcgidissect.filter import Filter
    from fcgidissect.output import Writer
    from fcgidissect.output.styles import Styles
    from fcgidissect.packets import Packets
    from fcgidissect.reading import Reading
    from fcgidissect.registry import Fields
    from fcgidissect.sieve import Sieve
    from fcgidissect.statistics.run import Statistics
    from fcgidissect.two_pass import WholeRecords

DONE, DAMAGED, INTERRUPTED = 0, 1, 130
"""Exit statuses of a call that was carried out; 130 is what a shell makes of SIGINT."""


def _writer(options: Options, registry: "Fields", sink: Sink) -> "Writer":
    from fcgidissect.output import Settings, writer

    return writer(
        options.format,
        Settings(
            registry,
            options.time,
            _styles(options, sink),
            sink.width if sink.is_terminal else None,
            options.verbose or options.only is not None,
            options.only if not options.verbose else None,
            options.hexdump,
            options.data,
            options.raw,
            options.fields,
            options.columns,
            options.settings,
        ),
        options.by,
    )


def _reading(options: Options, names: "List[str]", sink: Sink) -> "Reading":
    """What is to be read; an interrupt only stops a live capture."""
    from fcgidissect.reading import LiveReading, Reading

    if not options.interfaces:
        if options.capture_filter is not None or options.duration is not None:
            raise UsageError("-f and -a are for a live capture: add -i IFACE")
        return Reading(names, options.packets)
    reading = LiveReading(_live(options), options.packets)
    sink.stop = reading.stop
    return reading


def _redacted(
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
    redacted = Redacted(reading, again, options.ports, names_of_secrets)
    for remark in redacted.remarks:
        say(remark)
    if options.write is not None and not filtered:
        redacted.write(options.write, options.other_packets)
    return redacted


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


def _statistics(
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


def _exports(
    options: Options, expression: "Optional[Filter]", awaited: bool
) -> "Optional[Exports]":
    """What --export-objects, --har and --as ask for; None where they ask for nothing."""
    objects, har, command = options.objects, options.har, options.command
    if objects is None and har is None and command is None:
        return None
    from fcgidissect.export import Exports, Wanted

    folder = os.path.dirname(options.output or "")
    text = expression.text if expression else None
    wanted = Wanted(objects, har, command, folder, options.force)
    return Exports(wanted, text, awaited)


def _packets(options: Options) -> "Optional[Packets]":
    """Where -w wants the packets of the rows."""
    if options.write is None:
        return None
    if options.by != "record":
        raise UsageError(
            f"-w writes records' packets: it does not go with --by {options.by}"
        )
    from fcgidissect.packets import Packets

    return Packets(options.write)


def _styles(options: Options, sink: Sink) -> "Styles":
    from fcgidissect.output.styles import PLAIN, rendered

    always = options.color == "always"
    if options.color == "never" or not (always or sink.is_terminal):
        return PLAIN
    return rendered(sink.stream, always, options.configured.colours)


def _sieve(expression: "Optional[Filter]", options: Options) -> "Optional[Sieve]":
    if expression is None:
        return None
    from fcgidissect.sieve import sieve

    return sieve(expression, options.by == "record")


class Run:
    """One call carried out: the captures batch by batch into the sink."""

    def __init__(
        self,
        options: Options,
        registry: "Fields",
        names: "List[str]",
        expression: "Optional[Filter]",
        sink: Sink,
    ) -> None:
        from fcgidissect.dissect import Dissector
        from fcgidissect.registry import need_requests
        from fcgidissect.rows import over_of, rows_by, watcher_of

        self._options = options
        self._sink = sink
        self._sieve = _sieve(expression, options)
        self._names = names
        filtered = expression is not None
        reading = _reading(options, names, sink)
        self._reading = _redacted(options, names, reading, filtered)
        self._statistics = _statistics(options, expression, sink)
        written = options.redact is not None and not filtered
        self._packets = None if written else _packets(options)
        self._exports = _exports(options, expression, self._reading.size is None)
        self._writer = self._row_writer(registry)
        names_known = hasattr(self._writer, "names")
        asked = set(getattr(self._writer, "names", ()))
        asked |= expression.fields if expression else set()
        self._rows = rows_by(options.by, asked, self._reading.size is None)
        self._whole = self._two_passes() if options.two_pass else None
        stages = [self._rows] if self._writer or self._packets else []
        if self._statistics:
            stages += self._statistics.stages.values()
        if self._exports:
            stages.append(self._exports.rows)
        plain = options.by == "record" and not (self._statistics or self._exports)
        self._dissector = Dissector(
            options.ports,
            over=over_of(stages),
            watcher=watcher_of(stages),
            tracked=not (plain and names_known) or need_requests(registry, asked),
        )
        self._found = False
        self._done: "List[str]" = []

    def _two_passes(self) -> "Optional[WholeRecords]":
        from fcgidissect.two_pass import WholeRecords

        if self._reading.size is None:
            raise UsageError("--two-pass reads twice: a file, no pipe and no interface")
        whole = WholeRecords()
        if self._options.by == "record":
            self._rows = whole
        if self._statistics and "record" in self._statistics.stages:
            self._statistics.stages["record"] = whole
        return whole

    def status(self) -> int:
        """Do it, and give the exit status."""
        self._put(self._writer.start() if self._writer else "")
        self._put(self._statistics.start() if self._statistics else "")
        try:
            self._read()
            status = INTERRUPTED if self._sink.stopped else DONE
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            self._close()
        for remark in [*self._reading.damages, *self._done, *self._dissector_remarks()]:
            say(remark)
        if status == DONE:
            self._hint()
        return DAMAGED if self._reading.damages and status == DONE else status

    def _close(self) -> None:
        """End what was written well formed, whatever ended the pass."""
        if self._packets is not None:
            self._packets.close()
        self._put(self._writer.finish() if self._writer else "")
        self._put(self._statistics.finish() if self._statistics else "")
        if self._exports is not None:
            self._done = self._exports.close()

    def _read(self) -> None:
        from fcgidissect.progress import Progress
        from fcgidissect.reading import Reading

        if self._whole:
            first = self._reading
            if self._options.redact is None:
                first = Reading(self._names, self._options.packets)
            with Progress(first, self._sink.is_terminal) as progress:
                self._whole.learn(progress.over(first), self._options.ports)
        with Progress(self._reading, self._sink.is_terminal) as progress:
            for batch in self._reading:
                if self._statistics:
                    self._statistics.packets(batch)
                text = self._text(self._dissector.feed(batch))
                progress.step(bool(text))
                self._put(text)
        self._put(self._text(self._dissector.finish(), last=True))

    def _text(self, entries: "List[Entry]", last: bool = False) -> str:
        self._found = self._found or bool(entries)
        text = self._statistics.feed(entries) if self._statistics else ""
        if self._exports is not None:
            text += self._exports.feed(entries)
            text += self._exports.finish() if last else ""
        if self._writer is None and self._packets is None:
            return text
        rows = self._rows.feed(entries)
        if last:
            rows = [*rows, *self._rows.finish()]
        if self._sieve is not None:
            rows = self._sieve(rows)
        if self._packets is not None:
            self._packets.rows(rows)
        return (self._writer.rows(rows) if self._writer and rows else "") + text

    def _put(self, text: str) -> None:
        if text:
            self._sink.write(text)

    def _dissector_remarks(self) -> "Iterator[str]":
        for number, frames in sorted(self._dissector.unknown_links.items()):
            yield f"{note(UNKNOWN_LINK, number=number).message} ({frames} frames)"

    def _row_writer(self, registry: "Fields") -> "Optional[Writer]":
        """The writer of rows; None where nobody is to see them."""
        options = self._options
        alone = bool(options.statistics) and options.format != "text"
        quiet = options.quiet or alone or options.write is not None or self._exports
        return None if quiet else _writer(options, registry, self._sink)

    def _hint(self) -> None:
        """Where the FastCGI is, if there is none on the ports in force."""
        elsewhere = self._dissector.elsewhere
        if self._found or not elsewhere:
            return
        carried = ", ".join(
            f"port {port} carries it ({count} connection{'s' * (count > 1)})"
            for port, count in sorted(elsewhere.items())
        )
        ports = ",".join(map(str, sorted(elsewhere)))
        own = ports_text(self._options.ports)
        say(f"no FastCGI on TCP port {own}; {carried}: add -p {ports}")
