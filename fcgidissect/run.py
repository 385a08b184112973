"""Options, captures and a filter come in; rows and tables are in the sink at the end."""

from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Union

from fcgidissect import stages
from fcgidissect.errors import UsageError
from fcgidissect.notes import UNKNOWN_LINK, note
from fcgidissect.options import Options
from fcgidissect.options.values import ports_text
from fcgidissect.sink import Sink, say
from fcgidissect.text import encoded

if TYPE_CHECKING:
    from fcgidissect.dissect import Watcher
    from fcgidissect.entry import Entry
    from fcgidissect.filter import Filter
    from fcgidissect.halves import Half, Halves
    from fcgidissect.registry import Fields
    from fcgidissect.rows import Rows
    from fcgidissect.two_pass import WholeRecords

DONE, DAMAGED, INTERRUPTED = 0, 1, 130
"""Exit statuses of a call that was carried out; 130 is what a shell makes of SIGINT."""


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
        from fcgidissect.rows import over_of, rows_by

        self._options = options
        self._sink = sink
        self._names = names
        filtered = expression is not None
        reading = stages.read(options, names, sink)
        self._reading = stages.redacted(options, names, reading, filtered)
        self._statistics = stages.statistics(options, expression, sink)
        written = options.redact is not None and not filtered
        awaited = self._reading.size is None
        self._packets = None if written else stages.packets(options, awaited)
        self._exports = stages.exports(options, expression, awaited)
        self._writer = stages.row_writer(options, registry, sink)
        parts = self._packets is None and bool(self._writer and self._writer.parts)
        self._sieve = stages.row_sieve(expression, options, parts)
        needed = self._writer.names if self._writer else ()
        asked = set(needed or ())
        asked |= expression.fields if expression else set()
        self._rows = rows_by(options.by, asked, self._reading.size is None)
        self._whole = self._two_passes() if options.two_pass else None
        self._tally = stages.tally(options, sink, self._writer is not None)
        rows = [self._rows] if self._writer or self._packets else []
        if self._statistics:
            rows += self._statistics.stages.values()
        if self._exports:
            rows.append(self._exports.rows)
        plain = options.by == "record" and not (self._statistics or self._exports)
        self._dissector = Dissector(
            options.ports,
            over=over_of(rows),
            watcher=self._watcher(rows),
            tracked=not plain or needed is None or need_requests(registry, asked),
            flights=self._takes_flights(),
        )
        self._asked = asked
        """The fields that filter and writer ask for."""
        self._done: "List[str]" = []

    def _watcher(self, stages: "List[Rows]") -> "Optional[Watcher]":
        """Whom the corridor is to tell of connections."""
        from fcgidissect.rows import Watchers, watcher_of

        several = (watcher_of(stages), self._packets, self._tally)
        watchers = [each for each in several if each is not None]
        return Watchers(watchers) if watchers else None

    def _takes_flights(self) -> bool:
        """Whether each stage takes whole questions and answers as one."""
        by_record = self._options.by == "record"
        takers: "List[object]" = [
            self._packets,
            self._whole,
            self._tally,
            self._exports,
        ]
        if self._writer is not None:
            takers.append(self._writer if by_record else self._rows)
        if self._statistics is not None:
            takers += self._statistics.stages.values()
        return all(
            getattr(each, "flights", False) for each in takers if each is not None
        )

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
        for remark in [*self._reading.damages, *self._remarks()]:
            say(remark)
        if self._tally is not None:
            count = self._dissector.conversations.count
            say(self._tally.line(self._reading.packets, count))
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

        halves = self._halves()
        if halves is not None:
            self._reading = halves.reading
            with halves, Progress(self._reading, self._sink.is_terminal) as progress:
                for told in halves:
                    progress.step(bool(told))
                    self._put(told)
            return
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
                if self._packets:
                    self._packets.packets(batch)
                text = self._text(self._dissector.feed(batch))
                progress.step(bool(text))
                self._put(text)
        self._put(self._text(self._dissector.finish(), last=True))

    def _halves(self) -> "Optional[Halves]":
        """What dissects with two processes; None where one does it alone."""
        others = self._exports, self._packets, self._whole, self._options.redact
        if any(each is not None for each in others):
            return None
        if not stages.two_cores(self._options, self._reading):
            return None
        half = self._half() if self._statistics is None else self._telling()
        if half is None:
            return None
        from fcgidissect.halves import Halves

        try:
            return Halves(half, self._reading)
        except OSError:  # no room for another process
            self._reading = self._reading.again()
            return None

    def _half(self) -> "Optional[Half]":
        """What makes lines of half of the rows; None where it takes all of them."""
        writer, by = self._writer, self._options.by
        if writer is None or not writer.apart or by == "connection":
            return None
        from fcgidissect.halves import COUNTED, Half

        counts = writer.numbered or not COUNTED.isdisjoint(self._asked)
        requests: Any = None if by == "record" else self._rows
        return Half(self._dissector, requests, self._sieve, writer, counts)

    def _telling(self) -> "Optional[Half]":
        """What tells statistics of half of the requests, where they want nothing else."""
        statistics = self._statistics
        if self._writer is not None or not (statistics and statistics.of_requests):
            return None
        from fcgidissect.halves import COUNTED, Half
        from fcgidissect.statistics.telling import Telling

        if not COUNTED.isdisjoint(statistics.names):
            return None
        requests: Any = statistics.stages["request"]
        telling, watch = Telling(statistics), statistics.packets
        return Half(self._dissector, requests, None, telling, watch=watch)

    def _text(self, entries: "List[Entry]", last: bool = False) -> "List[bytes]":
        """What goes out for the next entries, in pieces."""
        text = self._statistics.feed(entries) if self._statistics else ""
        if self._exports is not None:
            text += self._exports.feed(entries)
            text += self._exports.finish() if last else ""
        lines = self._lines(entries, last)
        return [*lines, encoded(text)] if text else lines

    def _lines(self, entries: "List[Entry]", last: bool) -> "List[bytes]":
        """Those of rows."""
        if self._writer is None and self._packets is None:
            return []
        rows = self._rows.feed(entries)
        if last:
            rows = [*rows, *self._rows.finish()]
        if self._tally is not None:
            self._tally.entries(entries)
            self._tally.left_out += len(rows)
        if self._sieve is not None:
            rows = self._sieve(rows)
        if self._tally is not None:
            self._tally.left_out -= len(rows)
        if self._packets is not None:
            self._packets.rows(rows)
        if self._writer is None or not rows:
            return []
        return self._writer.together(self._writer.lines(rows))

    def _put(self, text: "Union[str, List[bytes]]") -> None:
        if text:
            self._sink.write(text)

    def _remarks(self) -> "Iterator[str]":
        yield from self._done
        for number, frames in sorted(self._dissector.unknown_links.items()):
            yield f"{note(UNKNOWN_LINK, number=number).message} ({frames} frames)"
        for reached in self._dissector.limits_reached:
            yield reached.message
        if self._packets is not None and self._packets.late:
            yield (
                f"{self._options.write}: {self._packets.late} packets are not in it: they had"
                " gone by before the end of their record came"
            )

    def _hint(self) -> None:
        """Where the FastCGI is, if there is none on the ports in force."""
        elsewhere = self._dissector.elsewhere
        if self._dissector.found or not elsewhere:
            return
        carried = ", ".join(
            f"port {port} carries it ({count} connection{'s' * (count > 1)})"
            for port, count in sorted(elsewhere.items())
        )
        ports = ",".join(map(str, sorted(elsewhere)))
        own = ports_text(self._options.ports)
        say(f"no FastCGI on TCP port {own}; {carried}: add -p {ports}")
