"""A capture in, the text of its rows out: two processes dissect half of its conversations each.

Conversations have nothing to do with each other, so each process dissects those of its half
as if there were no others, and writes their lines. The first process puts the lines of both
in order, batch by batch. What goes out is what one process would have written, byte for byte,
as long as no limit is reached: `Limits` are each process's own.

The numbers of streams and requests count among all conversations: where someone asks for
them both processes tell each other what has begun in a batch before they write its rows.
"""

import marshal
import os
import signal
from bisect import bisect_left, bisect_right
from contextlib import suppress
from functools import partial
from itertools import accumulate
from mmap import mmap
from struct import Struct
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Iterator,
    List,
    NamedTuple,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.dissect import Dissector, Findings
from fcgidissect.errors import FcgidissectError
from fcgidissect.flight import Flight, Late, Part, number_of
from fcgidissect.in_order import InOrder
from fcgidissect.limits import Limits
from fcgidissect.reading import Reading

if TYPE_CHECKING:
    from fcgidissect.output.summary import Ends
    from fcgidissect.request_row import RequestRow, RequestRows
    from fcgidissect.sieve import Sieve

COUNTED = frozenset({"tcp.stream", "fcgi.request.number"})
"""Fields that count among all conversations."""
Begun = Tuple[List[int], List[int]]
"""What the conversations and the requests that began in a batch came with, in order."""
_PIPE_BYTES = 1 << 20
"""What waits between the processes at most, where the system lets it be so much."""
_BEGUN, _LINES, _FINDINGS, _FAILED = range(4)
"""What a message between them begins with, behind its length."""
_PLAIN = 2
"""The version of marshal that does not look for what comes twice."""
_NUMBER = Struct(">I")
_NEVER = 1 << 62
_NONE_LATE = Late(_NEVER, _NEVER, 0)


class Lines(NamedTuple):
    """What a half makes of a batch."""

    texts: "List[bytes]"
    """The text of each row."""
    places: "List[int]"
    """That of each among the rows of both halves: of records, where they rise, the frame with
    which it came; of a request see `_place`."""
    widths: "List[int]"
    """Of each one's columns of ends."""
    oldest: int
    """The place of the first request that is not over."""


class Half:
    """One half of the conversations: a reading in, lines by the batch out.

    Args:
        dissector: that of this process.
        requests: makes the rows, where they are no records.
        sieve: what rows have to pass; None where there is no filter.
        writer: of their text; its text of a row depends on no other one (see `Writer`).
        counts: somebody asks for numbers that count among all conversations.
    """

    def __init__(
        self,
        dissector: Dissector,
        requests: "Optional[RequestRows]",
        sieve: "Optional[Sieve]",
        writer: Any,
        counts: bool = False,
    ) -> None:
        self.dissector = dissector
        self.requests = requests
        self.ends: "Optional[Ends]" = getattr(writer, "ends", None)
        self.together: "Callable[[List[bytes]], bytes]"
        self.together = getattr(writer, "together", b"".join)
        self._write: "Callable[[Sequence[Any]], List[bytes]]"
        self._write = getattr(writer, "lines", None) or partial(_lines, writer)
        self._sieve = sieve
        self._counts = counts
        self._streams = self._requests = 0
        """How many have begun in all conversations before the batch."""
        if requests is not None:
            requests.let_none_wait()
        if self.ends is not None:
            self.ends.grow = False
        if counts:
            dissector.conversations.begun = []

    def over(
        self, reading: Reading, exchange: "Callable[[Begun], Begun]"
    ) -> "Iterator[Lines]":
        """The lines of each batch, and at last those that only the end completes.

        Args:
            exchange: tells the other half what has begun in a batch, and gives what did there.
        """
        lines = self._of_records if self.requests is None else self._of_requests
        for batch in reading:
            entries = self.dissector.feed(batch)
            if self._counts:
                self._number(entries, exchange, False)
            yield lines(entries, False)
        entries = self.dissector.finish()
        if self._counts:
            self._number(entries, exchange, True)
        yield lines(entries, True)

    def _number(
        self, entries: "List[Any]", exchange: "Callable[[Begun], Begun]", last: bool
    ) -> None:
        """Give what has begun its number among all."""
        conversations: Any = self.dissector.conversations.begun
        streams, requests = self.dissector.begun, self._begun(entries, last)
        keys = list(accumulate([key for key, _ in requests], max))
        others = exchange((streams, keys))
        numbers = self._among(streams, others[0], self._streams)
        for number, flows in zip(numbers, conversations, strict=True):
            for flow in flows:
                flow.number = number
        numbers = self._among(keys, others[1], self._requests)
        for number, (_, request) in zip(numbers, requests):
            request.number = number
        conversations.clear()
        self._streams += len(streams) + len(others[0])
        self._requests += len(keys) + len(others[1])

    def _begun(self, entries: "List[Any]", last: bool) -> "List[Tuple[int, Any]]":
        """The requests that have begun, as they did, each with what it came with.

        At the end all conversations come in turn, and the number of one stands for a frame.
        """
        begun = []
        late = iter((*self.dissector.late, _NONE_LATE))
        start, end, came = next(late)
        for at, row in enumerate(entries):
            if at >= end:
                start, end, came = next(late)
            flown = type(row) is Flight
            if row.request and (row.shape.asks if flown else not row.position):
                key = (
                    row.flow.number if last else came if at >= start else number_of(row)
                )
                begun.append((key, row.request))
        return sorted(begun, key=lambda each: each[1].number)

    def _among(self, own: "List[int]", others: "List[int]", before: int) -> "List[int]":
        """The numbers of what comes with these, counted with the others."""
        find = bisect_right if self.dissector.half else bisect_left
        return [before + at + find(others, key) for at, key in enumerate(own)]

    def _of_records(self, entries: "List[Any]", last: bool) -> Lines:
        lines = Lines([], [], [], 0)
        at = 0
        for start, end, number in (*self.dissector.late, _NONE_LATE):
            rows = self._passing(entries[at:start])
            self._add(lines, rows, _numbers(rows))
            rows = self._passing(entries[start:end])
            self._add(lines, rows, [number] * len(rows))
            at = end
        return lines

    def _of_requests(self, entries: "List[Any]", last: bool) -> Lines:
        requests: Any = self.requests
        rows = requests.feed(entries, self.dissector.late)
        rows = self._passing([*rows, *requests.finish()] if last else rows)
        oldest = _NEVER if requests.oldest is None else _place(requests.oldest)
        lines = Lines([], [], [], oldest)
        self._add(lines, rows, [_place(row) for row in rows])
        return lines

    def _passing(self, rows: "List[Any]") -> "Sequence[Any]":
        return self._sieve(rows) if self._sieve and rows else rows

    def _add(self, lines: Lines, rows: "Sequence[Any]", places: "List[int]") -> None:
        lines.texts.extend(self._write(rows))
        lines.places.extend(places)
        ends = self.ends
        lines.widths.extend(ends.widths(rows) if ends else [0] * len(rows))


class Records:
    """Lines of both halves in, those of records in the order of their frames out."""

    def __init__(self) -> None:
        self.width = 0
        """Of columns: they grow with what they hold, line by line."""

    def merged(self, first: Lines, second: Lines) -> "List[bytes]":
        """The lines of both, in one width."""
        places = first.places + second.places
        # Both rise, one behind the other: of such a sequence Python finds the order in one go.
        order = sorted(range(len(places)), key=places.__getitem__)
        texts, widths = first.texts + second.texts, first.widths + second.widths
        return self.wide([texts[i] for i in order], [widths[i] for i in order])

    def wide(self, texts: "List[bytes]", widths: "List[int]") -> "List[bytes]":
        """Lines, each in the width of the widest so far."""
        if widths.count(self.width) != len(widths):
            for at, width in enumerate(widths):
                if width < self.width:
                    texts[at] = _widened(texts[at], self.width - width)
                self.width = max(self.width, width)
        return texts


class Requests(Records):
    """The same of requests, in the order in which they began."""

    def __init__(self, limits: Limits = Limits()) -> None:
        super().__init__()
        held = limits.held_rows, limits.held_bytes
        self._held: "InOrder[Tuple[bytes, int]]" = InOrder(*held)

    def merged(self, first: Lines, second: Lines) -> "List[bytes]":
        """The lines of both for which nothing older is to be waited for."""
        for texts, places, widths, _ in (first, second):
            for text, place, width in zip(texts, places, widths):
                self._held.put(place, (text, width), len(text))
        due = self._held.due(min(first.oldest, second.oldest))
        return self.wide([text for text, _ in due], [width for _, width in due])


class Halves:
    """Both halves, the second one in a process of its own; a context manager.

    Iterate over it once for the text of each batch.

    Args:
        half: what works on one half here, and as it is now on the other one in that process.
        reading: what both read, each of them anew.

    Raises:
        OSError: the system does not give another process.
        FcgidissectError: on the way, that the other process could not go on.
    """

    def __init__(self, half: Half, reading: Reading) -> None:
        reading.close()  # a thread of its would not go along
        self._half = half
        self._shared = mmap(-1, _NUMBER.size)
        """The width, for the other process: when it learns of it makes no difference."""
        ours, theirs = Channel.pair()
        try:
            self._process = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if not self._process:
            ours.close()
            self._work(theirs, reading)
        theirs.close()
        self._other = ours
        self._half.dissector.half = 0
        self.reading = reading.again()
        """What this process reads."""

    def __iter__(self) -> "Iterator[bytes]":
        half, other = self._half, self._other
        both = Records() if half.requests is None else Requests()
        for lines in half.over(self.reading, other.exchange):
            texts = both.merged(lines, Lines(*other.received(_LINES)))
            yield half.together(texts) if texts else b""
            self._widen(both.width)
        half.dissector.learn(Findings(*other.received(_FINDINGS)))

    def __enter__(self) -> "Halves":
        return self

    def __exit__(self, *error: object) -> None:
        self._other.close()  # which ends the other process, whatever it has still to say
        os.waitpid(self._process, 0)

    def _widen(self, width: int) -> None:
        """Let columns be at least that wide, so that nobody has to make them so afterwards."""
        if self._half.ends is not None:
            self._half.ends.widen(width)
            self._shared[:] = _NUMBER.pack(width)

    def _work(self, other: "Channel", reading: Reading) -> NoReturn:
        """All that the other process does."""
        half = self._half
        half.dissector.half = 1
        with suppress(BaseException):
            # The first process hears of an interrupt, too, and ends this one.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                for lines in half.over(reading.again(), other.exchange):
                    other.send(_LINES, *lines)
                    if half.ends is not None:
                        half.ends.widen(*_NUMBER.unpack(self._shared))
                other.send(_FINDINGS, *half.dissector.findings)
            except Exception as error:
                other.send(_FAILED, f"{type(error).__name__}: {error}")
        os._exit(0)  # nothing of the first process's is to be ended or written here


class Channel:
    """One end of what connects the processes.

    Args:
        hears: file descriptor of what the other one says.
        says: of what it is told.
    """

    def __init__(self, hears: int, says: int) -> None:
        self._hears, self._says = open(hears, "rb"), open(says, "wb")

    @classmethod
    def pair(cls) -> "Tuple[Channel, Channel]":
        """Both ends."""
        (hears, says), (hears_too, says_too) = os.pipe(), os.pipe()
        for pipe in (says, says_too):
            _enlarge(pipe)
        return cls(hears, says_too), cls(hears_too, says)

    def send(self, *told: Any) -> None:
        """Tell the other process something; what kind of message it is stands first."""
        message = marshal.dumps(told, _PLAIN)
        self._says.write(_NUMBER.pack(len(message)) + message)
        self._says.flush()

    def received(self, wanted: int) -> "List[Any]":
        """What the other process has to say next.

        Args:
            wanted: the kind of message that is due.

        Raises:
            FcgidissectError: there is none, or another one.
        """
        told: "List[Any]"
        kind, *told = marshal.loads(
            self._read(*_NUMBER.unpack(self._read(_NUMBER.size)))
        )
        if kind == _FAILED:
            raise RuntimeError(*told)
        if kind != wanted:
            raise FcgidissectError("a capture was changed while it was read")
        return told

    def exchange(self, begun: Begun) -> Begun:
        """See `Half.over`."""
        self.send(_BEGUN, *begun)
        streams, requests = self.received(_BEGUN)
        return streams, requests

    def close(self) -> None:
        """Say and hear no more."""
        with suppress(BrokenPipeError):
            self._says.close()
        self._hears.close()

    def _read(self, count: int) -> bytes:
        data = self._hears.read(count)
        if len(data) < count:
            raise FcgidissectError(
                "the other process has ended before its time: --cores 1 does without it"
            )
        return data


def _enlarge(pipe: int) -> None:
    """Let as much wait in a pipe as is useful, where the system can do that."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _lines(writer: Any, rows: "Sequence[Any]") -> "List[bytes]":
    """The text of each row, by a writer that has no other way."""
    encoded = getattr(writer, "encoded", None) or (
        lambda rows: writer.rows(rows).encode()
    )
    return [encoded([row]) for row in rows]


def _place(row: "RequestRow") -> int:
    """By the frame with which it came, and by its number among others that came with that."""
    return row.came << 32 | row.request.number


def _widened(text: bytes, by: int) -> bytes:
    from fcgidissect.output.summary import widened

    return widened(text, by)


def _numbers(rows: "Sequence[Any]") -> "List[int]":
    """The frame of each, as `number_of` has it, without a call for each."""
    numbers: "List[int]" = []
    for row in rows:
        if type(row) is Part:
            row = row[0]
        numbers.append(row[0].number + row[1] if type(row) is Flight else row[0][0])
    return numbers
