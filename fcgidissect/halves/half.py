"""One half of a capture's conversations in, the lines of its rows out, batch by batch.

It goes as if there were no others. Only the numbers of streams and requests count among all:
where someone asks for them each half tells the other one what has begun in a batch, before
rows are made of it.
"""

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.dissect import Dissector
from fcgidissect.flight import Late, begun, numbers_of
from fcgidissect.net.frame import Batch
from fcgidissect.reading import Reading

if TYPE_CHECKING:
    from fcgidissect.output import Writer
    from fcgidissect.request_row import RequestRow, RequestRows
    from fcgidissect.sieve import Sieve

COUNTED = frozenset({"tcp.stream", "fcgi.request.number"})
"""Fields that count among all conversations."""
Begun = Tuple[List[int], List[int]]
"""What the conversations and the requests that began in a batch came with, in order."""
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
        writer: of their text; one whose rows are `apart`.
        counts: somebody asks for numbers that count among all conversations.
        watch: is shown each batch.
    """

    def __init__(
        self,
        dissector: Dissector,
        requests: "Optional[RequestRows]",
        sieve: "Optional[Sieve]",
        writer: "Writer",
        counts: bool = False,
        watch: "Optional[Callable[[Batch], None]]" = None,
    ) -> None:
        self.dissector = dissector
        self.requests = requests
        self.writer = writer
        self._sieve = sieve
        self.counts = counts
        """Each half waits for the other one, batch by batch."""
        self._watch = watch
        self._streams = self._requests = 0
        """How many have begun in all conversations before the batch."""

    def begin(self, number: int) -> None:
        """Be the first half, 0, or the second one, 1."""
        self.dissector.half = number
        if self.requests is not None:
            self.requests.let_none_wait()
        if self.writer.ends is not None:
            self.writer.ends.grow = False
        if self.counts:
            self.dissector.conversations.begun = []

    def over(
        self, reading: Reading, exchange: "Callable[[Begun], Begun]"
    ) -> "Iterator[Lines]":
        """The lines of each batch, and at last those that only the end completes.

        Args:
            exchange: tells the other half what has begun in a batch, and gives what did there.
        """
        lines = self._of_records if self.requests is None else self._of_requests
        for entries, last in self._entries(reading):
            if self.counts:
                self._number(entries, exchange, last)
            yield lines(entries, last)

    def _entries(self, reading: Reading) -> "Iterator[Tuple[List[Any], bool]]":
        """What the dissector gives, and whether that is the last of it."""
        for batch in reading:
            if self._watch is not None:
                self._watch(batch)
            yield self.dissector.feed(batch), False
        yield self.dissector.finish(), True

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
        requests = [
            (row.flow.number if last else came, row.request)
            for row, came in begun(entries, self.dissector.late)
        ]
        return sorted(requests, key=lambda each: each[1].number)

    def _among(self, own: "List[int]", others: "List[int]", before: int) -> "List[int]":
        """The numbers of what comes with these, counted with the others."""
        find = bisect_right if self.dissector.half else bisect_left
        return [before + at + find(others, key) for at, key in enumerate(own)]

    def _of_records(self, entries: "List[Any]", last: bool) -> Lines:
        lines = Lines([], [], [], 0)
        at = 0
        for start, end, number in (*self.dissector.late, _NONE_LATE):
            rows = self._passing(entries[at:start])
            self._add(lines, rows, numbers_of(rows))
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
        lines.texts.extend(self.writer.lines(rows))
        lines.places.extend(places)
        ends = self.writer.ends
        lines.widths.extend(ends.widths(rows) if ends else [0] * len(rows))


def _place(row: "RequestRow") -> int:
    """By the frame with which it came, and by its number among others that came with that."""
    return row.came << 32 | row.request.number
