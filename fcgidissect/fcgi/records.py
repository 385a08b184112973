"""Chunks of one direction of a connection in, FastCGI records out (section 3.3).

Rules:
- A record that lies in one chunk is not copied: it points into the chunk's buffer.
- A record over several chunks keeps its parts and how many bytes it wants; they are joined
  once, when the last one comes.
- Lost bytes inside a record's content or padding are carried over by the record's length.
  Where a header is lost, `search` finds the next certain one.
- A stream whose certain start is no FastCGI is `foreign`: it gives no record at all.
"""

from collections import deque
from typing import Any, Iterable, List, Optional, Tuple, Union

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.headers import NO_HEADER, PADDED, begins, sizes
from fcgidissect.fcgi.record import Mark, Record
from fcgidissect.fcgi.search import FIRST, Piece, Search
from fcgidissect.fcgi.spec import HEADER_LENGTH
from fcgidissect.limits import Budget, Limits
from fcgidissect.notes import (
    CUT_SHORT,
    LOST_CONTENT,
    LOST_HEADER,
    NOT_FASTCGI,
    RESYNCHRONISED,
    Note,
    note,
)

__all__ = ["Record", "RecordReader", "escaped"]

_new = tuple.__new__
Found = List[Record]
Buffer = Union[bytes, memoryview]
_NONE: Any = ()
"""No list yet; `_expect` makes one before anything is added."""


class RecordReader:
    """One direction of one connection: `feed` it chunks, take the records that end in them.

    Args:
        context: shared with the other direction's reader and the connection's requests.
        direction: 0 or 1, this direction's number in the context.
        limits: `resynchronise_bytes` bounds what is held in search of a header.
        searches: what all readers' searches may hold.
    """

    foreign = False
    """The stream is no FastCGI; it is not looked at any more."""
    undecoded = 0
    """Bytes that were there and belong to no record."""
    first = b""
    """The first of them."""
    fresh = True
    """Nothing of the stream has come yet."""
    _decoded = False
    _search: Optional[Search] = None
    _header = b""
    _parts: List[Buffer] = _NONE
    _brought_by: List[int] = _NONE
    """The numbers of the chunks that its parts came in."""
    _missing: List[Tuple[int, int]] = _NONE
    _notes: Tuple[Note, ...] = ()
    _astray = b""
    """Bytes where a header is due and none can be."""

    def __init__(
        self,
        context: Optional[Context] = None,
        direction: int = 0,
        limits: Limits = Limits(),
        searches: "Optional[Budget[Search]]" = None,
    ) -> None:
        # Most readers need no more than these: the rest has its beginnings in the class.
        self.context = context or Context()
        self.direction = direction
        self._limits = limits
        self._searches = searches
        self.unusual = True
        """The next chunk takes the slow path."""
        self.wanted = 0
        """Bytes that the unfinished record, or its header, still needs."""
        self.habit = 0
        """The habits of all records so far; `Context.habit` has those of other chunks."""

    def feed(
        self,
        data: bytes,
        start: int,
        end: int,
        lost: int = 0,
        notes: "tuple[Note, ...]" = (),
        mark: Optional[Mark] = None,
    ) -> Found:
        """The records that end in the next chunk, `data[start:end]`.

        Args:
            lost: bytes directly before it that the capture does not hold; -1 for unknown
                many, as at a start in mid-stream.
            notes: remarks on the chunk, handed on with its first record.
            mark: what brought the chunk, handed back with a record that could only be told
                later to have ended in it.
        """
        # 1. A gap, a remark, a stream not begun or out of step: off the fast path.
        if self.unusual or lost or notes:
            return self._feed_slowly(Piece(data, start, end, lost, mark), notes)
        records: Found = []
        # 2. The rest of a record that began in an earlier chunk.
        while self.wanted:
            if end - start < self.wanted:
                self._hold(data, start, end, mark)
                return records
            start = self._complete(data, start, end, mark, records)
        # 3. Whole records, where they lie.
        limit = end - HEADER_LENGTH
        while start <= limit:
            header = data[start : start + HEADER_LENGTH]
            size, body, habit = sizes[header]
            if start + size > end:
                if size == NO_HEADER:
                    self._astray = data[start:end]
                    return records + self._search_astray(mark)
                # 4. One that goes on in the next chunk.
                self._expect(header, size - HEADER_LENGTH)
                self._hold(data, start + HEADER_LENGTH, end, mark)
                return records
            records.append(
                _new(
                    Record,
                    (header, data, start + 8, start + body, (), (), (), None),
                )
            )
            start += size
            self.habit |= habit
        # 5. Less than a header.
        if start < end:
            self._expect(b"", HEADER_LENGTH)
            self._hold(data, start, end, mark)
        if self._astray:
            records += self._search_astray(mark)
        return records

    def alone(self, data: bytes, start: int, end: int) -> Optional[Record]:
        """The record that the next chunk is, and nothing else: the short cut of `feed`.

        None, with nothing done, where it takes more than that. No record is wanted to its end.
        """
        if end - start < HEADER_LENGTH:
            return None
        header = data[start : start + HEADER_LENGTH]
        size, body, habit = sizes[header]
        if start + size != end:
            return None
        if self.unusual:
            if not self.fresh or not begins(header):
                return None
            self.begin()
        self.habit |= habit
        record = header, data, start + HEADER_LENGTH, start + body, (), (), (), None
        return _new(Record, record)

    def gathered(self, data: bytes, start: int, end: int) -> bytes:
        """The record that goes on and all that comes with its end in the next chunk.

        Empty where a part of it is missing, or something is to be said first.
        """
        if self.unusual or self._missing or not self._header:
            return b""
        return b"".join((self._header, *self._parts, data[start:end]))

    def pass_on(self, number: int) -> "Tuple[int, ...]":
        """Somebody else has taken what was `gathered`; the numbers of what brought the record.

        Args:
            number: that of the mark that brought its end.
        """
        brought_by = self._brought_by
        if brought_by[-1] != number:
            brought_by.append(number)
        self.wanted, self._parts = 0, []
        return tuple(brought_by) if len(brought_by) > 1 else ()

    def finish(self) -> Found:
        """The records that only the stream's end makes certain; a last one cut short."""
        records: Found = []
        if self._search is None and not self.wanted:
            return records
        if self._search is not None:
            found = self._search.finish()
            if found is not None:
                records = self._replay(self._sync(self._search, found))
        if self._search is not None:
            self._give_up(self._search)
        elif self.wanted and self._header:
            records += self._noted([self._cut_short()])
        else:
            self._skip(b"".join(self._parts))
        self.wanted, self._parts = 0, []
        return records

    def begin(self) -> None:
        """The stream begins with whole records that somebody else has found."""
        self._decoded, self.unusual, self.fresh = True, False, False

    # A record over several chunks

    def hold(self, data: bytes, start: int, end: int, number: int) -> None:
        """Take a chunk of fewer bytes than are `wanted`: what `feed` would do with it.

        Args:
            number: that of the mark that brought it.
        """
        self._parts.append(data[start:end])
        self.wanted -= end - start
        self._brought_by.append(number)

    def _expect(self, header: bytes, wanted: int) -> None:
        self._header, self.wanted = header, wanted
        self._parts, self._missing, self._brought_by = [], [], []

    def _hold(self, data: Buffer, start: int, end: int, mark: Optional[Mark]) -> None:
        self._parts.append(data[start:end])
        self.wanted -= end - start
        brought_by = self._brought_by
        if mark is not None and not (brought_by and brought_by[-1] == mark.number):
            brought_by.append(mark.number)

    def _complete(
        self, data: bytes, start: int, end: int, mark: Optional[Mark], records: Found
    ) -> int:
        """Take what the header or the record wants; the offset behind it."""
        stop = start + self.wanted
        self._hold(memoryview(data), start, stop, mark)
        joined = b"".join(self._parts)
        self._parts = []
        if self._header:
            self.habit |= sizes[self._header].habit
            records.append(self._joined(joined))
        elif sizes[joined].record == NO_HEADER:
            self.wanted, self._astray = 0, joined + data[stop:end]
            return end
        else:
            before = self._brought_by
            self._expect(joined, sizes[joined].record - HEADER_LENGTH)
            self._brought_by = before
            if not self.wanted:
                records.append(self._joined(b""))
        return stop

    def _joined(self, data: bytes, notes: "tuple[Note, ...]" = ()) -> Record:
        """The record whose body bytes are `data`, less what is missing of it."""
        header = self._header
        end = header[4] << 8 | header[5]
        missing: "Tuple[Tuple[int, int], ...]" = ()
        if self._missing:
            missing = self._missing_of(end)
            lost = sum([count for _, count in missing])
            if lost and not notes:
                notes = (note(LOST_CONTENT, lost=lost, length=end),)
            end -= lost
        brought_by = tuple(self._brought_by) if len(self._brought_by) > 1 else ()
        return _new(Record, (header, data, 0, end, brought_by, missing, notes, None))

    def _missing_of(self, length: int) -> "Tuple[Tuple[int, int], ...]":
        """What is missing of a content, not of the padding behind it."""
        return tuple(
            [
                (offset, min(count, length - offset))
                for offset, count in self._missing
                if offset < length
            ]
        )

    def _cut_short(self) -> Record:
        """The record that the stream's end leaves unfinished."""
        size = sizes[self._header].record
        wanted = self.wanted
        there = size - wanted - sum(count for _, count in self._missing)
        remark = note(CUT_SHORT, wanted=wanted, have=there, size=size)
        self._missing.append((size - HEADER_LENGTH - wanted, wanted))
        return self._joined(b"".join(self._parts), (remark,))

    # Off the fast path

    def _feed_slowly(self, chunk: Piece, notes: "tuple[Note, ...]") -> Found:
        self.fresh = False
        if self.foreign:
            self.undecoded += chunk.end - chunk.start
            return []
        self._notes += notes
        return self._replay([chunk])

    def _replay(self, chunks: "Iterable[Piece]") -> Found:
        """Take chunks one by one; a search gives back those that it held."""
        records: Found = []
        queue = deque(chunks)
        while queue:
            chunk = queue.popleft()
            mark = chunk.mark if queue else None
            if chunk.lost and self._search is None:
                records += self._noted(self._lose(chunk.lost), mark)
            if self._search is None:
                records += self._noted(self._take(chunk), mark)
            elif (held := self._search.feed(chunk)) is not None:
                queue.extendleft(reversed(self._sync(self._search, held)))
            elif self._search.barren and not self._decoded:
                self._give_up(self._search)
        return records

    def _take(self, chunk: Piece) -> Found:
        """The records of a chunk that is in step with the stream, or its first one."""
        if not self._decoded and not self._starts(chunk):
            return []
        self.unusual = False
        return self.feed(chunk.data, chunk.start, chunk.end, mark=chunk.mark)

    def _noted(self, records: Found, mark: Optional[Mark] = None) -> Found:
        """Hand the remarks that wait to the first record, and the mark to all."""
        if records and self._notes:
            first = records[0]
            records[0] = first._replace(notes=self._notes + first.notes)
            self._notes = ()
        if mark is not None:
            records = [record._replace(mark=mark) for record in records]
        self.unusual = bool(self._notes or self._search or not self._decoded)
        return records

    def _starts(self, chunk: Piece) -> bool:
        """Whether a stream with a certain start is FastCGI, as far as it has come."""
        first = b"".join(self._parts) + chunk.data[chunk.start : chunk.end]
        if len(first) >= HEADER_LENGTH and not begins(first[:HEADER_LENGTH]):
            self.foreign, self.wanted, self._parts = True, 0, []
            self._skip(first)
        elif len(first) >= HEADER_LENGTH:
            self._decoded = True
        elif first:
            if not self.wanted:
                self._expect(b"", HEADER_LENGTH)
            self._hold(chunk.data, chunk.start, chunk.end, chunk.mark)
        return self._decoded

    def _skip(self, stream: bytes) -> None:
        """These bytes belong to no record."""
        self.first = self.first or stream[:FIRST]
        self.undecoded += len(stream)

    # Gaps

    def _lose(self, lost: int) -> Found:
        """Bytes are missing: carry over them by the record's length, or search."""
        self.context.gaps += 1
        if not self._header or not self.wanted:
            self._skip(b"".join(self._parts))
            self._search_on(lost)
            return []
        taken = self.wanted if lost < 0 else min(lost, self.wanted)
        body = sizes[self._header].record - HEADER_LENGTH
        self._missing.append((body - self.wanted, taken))
        self.wanted -= taken
        if self.wanted:
            return []
        record = self._joined(b"".join(self._parts))
        self._parts = []
        if lost != taken:
            self._search_on(lost - taken if lost > 0 else lost)
        return [record]

    def _search_on(self, lost: int) -> None:
        self.wanted, self._header, self._parts = HEADER_LENGTH, b"", []
        habit = self.habit | self.context.habit(self.direction)
        self._search = Search(
            *(self.context, self.direction, self._limits, lost),
            *(habit == PADDED, self._searches),
        )
        self.unusual = True

    def _search_astray(self, mark: Optional[Mark]) -> Found:
        """A header is due and these bytes cannot be one, though nothing is lost."""
        stream, self._astray = self._astray, b""
        self._search_on(0)
        return self._replay([Piece(stream, 0, len(stream), 0, mark)])

    def _sync(self, search: Search, held: "list[Piece]") -> "list[Piece]":
        """Go on with what a search found, and say what it did not."""
        search.release()
        self._search, self._decoded, self.wanted = None, True, 0
        skipped = search.dropped
        self.undecoded += skipped
        self.first = self.first or search.first
        if search.lost == 0:
            first = escaped(search.first)
            self._notes += (note(NOT_FASTCGI, count=skipped, first=first),)
        elif skipped:
            self._notes += (note(RESYNCHRONISED, skipped=skipped),)
        elif search.lost > 0:
            self._notes += (note(LOST_HEADER, lost=search.lost),)
        return held

    def _give_up(self, search: Search) -> None:
        """What a search holds is no FastCGI."""
        search.release()
        rest = search.rest()
        self.undecoded += search.dropped + len(rest)
        self.first = self.first or (search.first + rest)[:FIRST]
        self._search, self.wanted, self.foreign = None, 0, not self._decoded


def escaped(data: bytes) -> str:
    """Bytes as printable ASCII, the others as escapes."""
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")
