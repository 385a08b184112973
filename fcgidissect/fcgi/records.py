"""Chunks of one direction of a connection in, FastCGI records out (section 3.3).

Rules:
- A record that lies in one chunk is not copied: it points into the chunk's buffer.
- A record over several chunks keeps its parts and how many bytes it wants; they are joined
  once, when the last one comes.
- Lost bytes inside a record's content or padding are carried over by the record's length.
  Where a header is lost, `search` finds the next certain one.
- A stream whose certain start is no FastCGI is `foreign`: it gives no record at all.
"""

from typing import Annotated, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.headers import NO_HEADER, begins, decode_header, sizes
from fcgidissect.fcgi.search import Search
from fcgidissect.fcgi.spec import BODIES, BODY_LENGTH, HEADER_LENGTH, Body, Header
from fcgidissect.fields import BYTES, STRING, Field, layout
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    CUT_SHORT,
    LOST_CONTENT,
    RESYNCHRONISED,
    Note,
    note,
)

_BODIES = {kind: layout(noun) for kind, noun in BODIES.items()}
_FIRST_BYTES = 32
"""Bytes that are no FastCGI which are kept to be shown."""


class Record(NamedTuple):
    """One FastCGI record where it lies in a buffer."""

    header: bytes
    """Its eight header bytes; `decode_header` gives the noun."""
    data: bytes
    """The buffer that holds its content, and its padding behind that."""
    start: int
    """The offset of the content in `data`."""
    end: int
    """The offset behind the content bytes that are there."""
    segments: int = 1
    """How many chunks its bytes came in."""
    missing: "tuple[tuple[int, int], ...]" = ()
    """(offset in the content, length) of what the capture does not hold of it."""
    notes: "tuple[Note, ...]" = ()
    mark: object = None
    """The mark of the chunk in which its last byte came, where that was an earlier one."""

    @property
    def head(self) -> Header:
        """Its header as a noun."""
        return decode_header(self.header)

    @property
    def content(self) -> Annotated[bytes, Field("fcgi.content.data", BYTES, "Data")]:
        """The content bytes that are there, in order."""
        return self.data[self.start : self.end]

    @property
    def text(self) -> Annotated[str, Field("fcgi.content.text", STRING, "Text")]:
        """The content as text in UTF-8."""
        return self.content.decode("utf-8", "surrogateescape")

    @property
    def padding(
        self,
    ) -> Annotated[bytes, Field("fcgi.padding.data", BYTES, "Padding Data")]:
        """The padding bytes that are there."""
        return self.data[self.end : self.end + self.head.padding_length]

    @property
    def raw(self) -> Annotated[bytes, Field("fcgi.raw", BYTES, "Record")]:
        """The record's own bytes from header to padding."""
        return self.header + self.content + self.padding

    @property
    def body(self) -> Optional[Body]:
        """The typed body of BEGIN_REQUEST, END_REQUEST and UNKNOWN_TYPE.

        None for other types, and where fewer bytes are there than it has.
        """
        kind = self.header[1]
        if kind not in BODIES or self.missing or self.end - self.start < BODY_LENGTH:
            return None
        noun: Body = BODIES[kind](*_BODIES[kind].unpack_from(self.data, self.start))
        return noun


_new = tuple.__new__
Found = List[Record]


class RecordReader:
    """One direction of one connection: `feed` it chunks, take the records that end in them.

    Args:
        context: shared with the other direction's reader and the connection's requests.
        direction: 0 or 1, this direction's number in the context.
        limits: `resynchronise_bytes` bounds what is held in search of a header.
    """

    __slots__ = (
        "context",
        "direction",
        "foreign",
        "undecoded",
        "first",
        "_limits",
        "_unusual",
        "_begun",
        "_search",
        "_header",
        "_parts",
        "_wanted",
        "_segments",
        "_missing",
        "_notes",
    )

    def __init__(
        self,
        context: Optional[Context] = None,
        direction: int = 0,
        limits: Limits = Limits(),
    ) -> None:
        self.context = context or Context()
        self.direction = direction
        self.foreign = False
        """The stream is no FastCGI; it is not looked at any more."""
        self.undecoded = 0
        """Bytes that were there and belong to no record."""
        self.first = b""
        """The first of them."""
        self._limits = limits
        self._unusual = True
        self._begun = False
        self._search: Optional[Search] = None
        self._header = b""
        self._parts: List[bytes] = []
        self._wanted = 0
        self._segments = 0
        self._missing: List[Tuple[int, int]] = []
        self._notes: Tuple[Note, ...] = ()

    def feed(
        self,
        data: bytes,
        start: int,
        end: int,
        lost: int = 0,
        notes: "tuple[Note, ...]" = (),
        mark: object = None,
    ) -> Found:
        """The records that end in the next chunk, `data[start:end]`.

        Args:
            lost: bytes directly before it that the capture does not hold; -1 for unknown
                many, as at a start in mid-stream.
            notes: remarks on the chunk, handed on with its first record.
            mark: anything that tells the chunk, handed back with a record that could only
                be told later to have ended in it.
        """
        # 1. A gap, a remark, a stream not begun or out of step: off the fast path.
        if self._unusual or lost or notes:
            return self._feed_slowly(data, start, end, lost, notes, mark)
        records: Found = []
        # 2. The rest of a record that began in an earlier chunk.
        while self._wanted:
            if end - start < self._wanted:
                self._hold(data, start, end)
                return records
            start = self._complete(data, start, end, records)
        # 3. Whole records, where they lie.
        limit = end - HEADER_LENGTH
        while start <= limit:
            header = data[start : start + HEADER_LENGTH]
            size, body = sizes[header]
            if start + size > end:
                break
            records.append(
                _new(
                    Record,
                    (header, data, start + 8, start + body, 1, (), (), None),
                )
            )
            start += size
        # 4. A record that goes on in the next chunk, or what cannot be one.
        if start < end:
            self._begin(data, start, end, records)
        return records

    def finish(self) -> Found:
        """The records that only the stream's end makes certain; a last one cut short."""
        records: Found = []
        if self._search is not None:
            self._follow(self._search.finish(), records)
        elif not self._begun and self._parts:
            self._refuse(b"".join(self._parts))
        if self._search is not None:
            self._skip(bytes(self._search.held))
        elif self._wanted and self._header:
            records.append(self._cut_short())
        elif self._wanted:
            self._skip(b"".join(self._parts))
        self._search, self._wanted = None, 0
        return self._noted(records)

    # A record over several chunks

    def _begin(self, data: bytes, start: int, end: int, records: Found) -> None:
        """Keep the bytes of a record that goes on in the next chunk."""
        header = data[start : min(start + HEADER_LENGTH, end)]
        if len(header) < HEADER_LENGTH:
            self._expect(b"", HEADER_LENGTH)
            self._hold(data, start, end)
        elif sizes[header][0] == NO_HEADER:
            self._lose_step(data[start:end], records)
        else:
            self._expect(header, sizes[header][0] - HEADER_LENGTH)
            self._hold(data, start + HEADER_LENGTH, end)

    def _expect(self, header: bytes, wanted: int) -> None:
        self._header, self._wanted = header, wanted
        self._parts, self._missing, self._segments = [], [], 0

    def _hold(self, data: bytes, start: int, end: int) -> None:
        self._parts.append(data[start:end])
        self._wanted -= end - start
        self._segments += 1

    def _complete(self, data: bytes, start: int, end: int, records: Found) -> int:
        """Take what the header or the record wants; the offset behind it."""
        stop = start + self._wanted
        self._hold(data, start, stop)
        joined = b"".join(self._parts)
        if self._header:
            records.append(self._joined(joined))
        elif sizes[joined][0] == NO_HEADER:
            self._lose_step(joined + data[stop:end], records)
            return end
        else:
            before = self._segments
            self._expect(joined, sizes[joined][0] - HEADER_LENGTH)
            self._segments = before - 1
            if not self._wanted:
                self._segments = before
                records.append(self._joined(b""))
        return stop

    def _joined(self, data: bytes, notes: "tuple[Note, ...]" = ()) -> Record:
        """The record whose body bytes are `data`, less what is missing of it."""
        length = decode_header(self._header).content_length
        missing = tuple(
            (offset, min(count, length - offset))
            for offset, count in self._missing
            if offset < length
        )
        lost = sum(count for _, count in missing)
        if lost and not notes:
            notes = (note(LOST_CONTENT, lost=lost, length=length),)
        segments = max(self._segments, 1)
        end = length - lost
        return Record(self._header, data, 0, end, segments, missing, notes)

    def _cut_short(self) -> Record:
        """The record that the stream's end leaves unfinished."""
        size = sizes[self._header][0]
        wanted = self._wanted
        there = size - wanted - sum(count for _, count in self._missing)
        remark = note(CUT_SHORT, wanted=wanted, have=there, size=size)
        self._missing.append((size - HEADER_LENGTH - wanted, wanted))
        return self._joined(b"".join(self._parts), (remark,))

    # Off the fast path

    def _feed_slowly(
        self,
        data: bytes,
        start: int,
        end: int,
        lost: int,
        notes: "tuple[Note, ...]",
        mark: object,
    ) -> Found:
        self._notes += notes
        if self.foreign:
            self.undecoded += end - start
            return []
        records: Found = []
        if lost:
            self._lose(lost, records)
        if self._search is not None:
            self._follow(self._search.feed(data[start:end], mark), records)
        elif self._begun:
            records += self._in_step(data, start, end)
        else:
            records += self._start(data[start:end])
        return self._noted(records)

    def _in_step(self, data: bytes, start: int, end: int) -> Found:
        self._unusual = False
        return self.feed(data, start, end)

    def _noted(self, records: Found) -> Found:
        """Hand the remarks that wait to the first record there is."""
        if records and self._notes:
            first = records[0]
            records[0] = first._replace(notes=self._notes + first.notes)
            self._notes = ()
        self._unusual = bool(self._notes or self._search or not self._begun)
        return records

    def _start(self, piece: bytes) -> Found:
        """The first bytes of a stream whose start is certain."""
        self._parts.append(piece)
        stream = b"".join(self._parts)
        if len(stream) < HEADER_LENGTH:
            return []
        if not begins(stream[:HEADER_LENGTH]):
            self._refuse(stream)
            return []
        self._begun, self._parts = True, []
        return self._in_step(stream, 0, len(stream))

    def _refuse(self, stream: bytes) -> None:
        self.foreign = True
        self._parts = []
        self._skip(stream)

    def _skip(self, stream: bytes) -> None:
        self.first = self.first or bytes(stream[:_FIRST_BYTES])
        self.undecoded += len(stream)

    # Gaps

    def _lose(self, lost: int, records: Found) -> None:
        """Bytes are missing: carry over them by the record's length, or search."""
        self.context.gaps = True
        if self._search is not None:
            self._skip_held()
        elif self._header and self._wanted:
            self._carry_over(lost, records)
        else:
            self._skip(b"".join(self._parts))
            self._find_step(lost)

    def _carry_over(self, lost: int, records: Found) -> None:
        taken = self._wanted if lost < 0 else min(lost, self._wanted)
        body = sizes[self._header][0] - HEADER_LENGTH
        self._missing.append((body - self._wanted, taken))
        self._wanted -= taken
        if not self._wanted:
            records.append(self._joined(b"".join(self._parts)))
            self._parts = []
        if lost != taken:
            self._find_step(lost - taken if lost > 0 else lost)

    def _find_step(self, lost: int) -> None:
        self._begun, self._wanted, self._header, self._parts = True, 0, b"", []
        self._search = Search(self.context, self.direction, self._limits, lost)

    def _lose_step(self, stream: bytes, records: Found) -> None:
        """A header is due and these bytes cannot be one, though nothing is lost."""
        self._unusual = True
        self._find_step(0)
        assert self._search is not None
        self._follow(self._search.feed(stream, None), records)

    def _skip_held(self) -> None:
        assert self._search is not None
        self._search.gap()

    def _follow(self, offset: Optional[int], records: Found) -> None:
        """Go on at the certain header at `offset` of what the search holds."""
        search = self._search
        if search is None or offset is None:
            return
        self._search = None
        skipped = search.dropped + offset
        self._skip(bytes(search.held[:offset]))
        held = bytes(search.held)
        found = self._in_step(held, offset, len(held))
        if skipped or search.lost > 0:
            self._notes += (note(RESYNCHRONISED, skipped=skipped),)
        records += found
