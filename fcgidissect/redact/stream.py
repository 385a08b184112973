"""One direction of a connection: its bytes come in where they lie, its records get a place.

Rules:
- A place counts a direction's bytes: its sequence number, counted on where that wraps.
- A frame's payload is a piece of the stream, blank in the copy. What is settled is written
  into every piece that has the place: a retransmission, an overlap and a late copy too.
- A piece whose bytes differ from those of an earlier one stays blank there.
- A record's place is where its bytes were found, compared byte by byte; a record that is
  not found stays blank.
"""

from bisect import bisect_left, insort
from collections import deque
from typing import Deque, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.record import Record
from fcgidissect.limits import Limits
from fcgidissect.net.segment import Chunk
from fcgidissect.net.tcp import ahead, wrapped
from fcgidissect.redact.carrier import Carrier

_MOST_RAW = 1 << 20
"""Bytes that may wait for a record: more than a reader ever holds."""
_OVERHEAD = 400


class Piece(NamedTuple):
    """A frame's payload, or a part of it."""

    start: int
    end: int
    data: bytes
    """Its bytes as they were captured."""
    carrier: Carrier
    at: int
    """Where the carrier has them."""


class Window:
    """The pieces of all streams that may still be written, the last ones of the capture."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._room = limits.redaction_bytes
        self._pieces: "Deque[Tuple[Stream, Piece]]" = deque()

    def add(self, stream: "Stream", piece: Piece) -> None:
        """One more; the oldest ones go."""
        self._pieces.append((stream, piece))
        self._room -= len(piece.data) + _OVERHEAD
        while self._room < 0 and len(self._pieces) > 1:
            oldest, gone = self._pieces.popleft()
            oldest.forget(gone)
            self._room += len(gone.data) + _OVERHEAD


class Stream:
    """One direction of one connection."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pieces: "List[Piece]" = []
        """By their places."""
        self._longest = 0
        self._highest: Optional[int] = None
        self._raw = bytearray()
        """What came and is no record yet; lost bytes are zeros."""
        self._base = 0
        self.next: Optional[int] = None
        """Where the next record is due."""

    # Places

    def place(self, seq: int) -> int:
        """The place of a sequence number."""
        if self._highest is None:
            self._highest = seq
        place = self._highest + ahead(seq, wrapped(self._highest))
        self._highest = max(self._highest, place)
        return place

    def carry(self, seq: int, data: bytes, carrier: Carrier, at: int) -> None:
        """A frame's payload, which a carrier has at an offset."""
        start = self.place(seq)
        for first, last in self._agreeing(start, data):
            part = data[first - start : last - start]
            piece = Piece(first, last, part, carrier, at + first - start)
            self._take_over(piece)
            insort(self._pieces, piece, key=_start)
            self._longest = max(self._longest, len(part))
            self._window.add(self, piece)

    def forget(self, piece: Piece) -> None:
        """A piece is written no more."""
        index = bisect_left(self._pieces, piece.start, key=_start)
        while self._pieces[index] is not piece:
            index += 1
        del self._pieces[index]

    def settle(self, at: int, data: bytes) -> None:
        """Write bytes of the stream, as they may be seen, into every copy of them."""
        for piece in self._over(at, at + len(data)):
            first, last = max(at, piece.start), min(at + len(data), piece.end)
            part = data[first - at : last - at]
            piece.carrier.write(piece.at + first - piece.start, part)

    def _over(self, start: int, end: int) -> "Iterator[Piece]":
        index = bisect_left(self._pieces, start - self._longest, key=_start)
        while index < len(self._pieces) and self._pieces[index].start < end:
            if self._pieces[index].end > start:
                yield self._pieces[index]
            index += 1

    def _agreeing(self, start: int, data: bytes) -> "Iterator[Tuple[int, int]]":
        """The runs of a payload that no earlier piece has otherwise."""
        differing = sorted(
            place
            for piece in self._over(start, start + len(data))
            for place in _differing(piece, start, data)
        )
        first = start
        for place in [*differing, start + len(data)]:
            if first < place:
                yield first, place
            first = place + 1

    def _take_over(self, piece: Piece) -> None:
        """What earlier copies of a piece's bytes have by now, it has too."""
        seen = bytearray(len(piece.data))
        for earlier in self._over(piece.start, piece.end):
            first, last = max(piece.start, earlier.start), min(piece.end, earlier.end)
            at = earlier.at + first - earlier.start
            settled = earlier.carrier.read(at, at + last - first)
            seen[first - piece.start : last - piece.start] = settled
        if any(seen):
            piece.carrier.write(piece.at, bytes(seen))

    # Records

    def take(self, chunks: "Iterable[Tuple[int, Chunk]]") -> None:
        """Bytes in order, each chunk with its place."""
        for place, chunk in chunks:
            behind = self._base + len(self._raw)
            if not 0 <= place - behind <= _MOST_RAW or not self._raw:
                self._raw, self._base = bytearray(), place
                behind = place
                self.next = place if self.next is None else self.next
            self._raw += bytes(place - behind)
            self._raw += memoryview(chunk.data)[chunk.start : chunk.end]
        self._drop(self._base + len(self._raw) - _MOST_RAW)

    def find(self, record: Record) -> Optional[int]:
        """The place of the next record's header; None where it is not found."""
        parts = list(record.runs())
        at = max((self.next or 0) - self._base, 0)
        while (at := self._raw.find(record.header, at)) >= 0:
            if all(self._raw.startswith(part, at + 8 + begin) for begin, part in parts):
                place = self._base + at
                self.next = place + record.head.size
                self._drop(self.next)
                return place
            at += 1
        return None

    def _drop(self, place: int) -> None:
        if place > self._base:
            del self._raw[: place - self._base]
            self._base = place


def placed(
    chunks: "List[Chunk]", at: Optional[int], end: int
) -> "List[Tuple[int, Chunk]]":
    """Each chunk with its place.

    Args:
        at: the place behind all chunks before these, where it is known.
        end: the place behind the last one.
    """
    found: "List[Tuple[int, Chunk]]" = []
    for index in range(len(chunks) - 1, -1, -1):
        chunk = chunks[index]
        end -= chunk.end - chunk.start
        found.append((end, chunk))
        end -= max(chunk.lost, 0)
        if chunk.lost < 0 and index and at is not None:
            size = sum(c.end - c.start + max(c.lost, 0) for c in chunks[:index])
            end = at + size
    return found[::-1]


def _start(piece: Piece) -> int:
    return piece.start


def _differing(piece: Piece, start: int, data: bytes) -> "Iterator[int]":
    first, last = max(start, piece.start), min(start + len(data), piece.end)
    old = piece.data[first - piece.start : last - piece.start]
    new = data[first - start : last - start]
    if old != new:
        yield from (first + i for i, (a, b) in enumerate(zip(old, new)) if a != b)
