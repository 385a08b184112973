"""One FastCGI record where it lies in a buffer, and the typed body in its content."""

from typing import Annotated, Iterator, NamedTuple, Optional, Protocol

from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.spec import BODIES, BODY_LENGTH, Body, Header
from fcgidissect.fields import BYTES, Field, layout
from fcgidissect.notes import Note

_BODIES = {kind: layout(noun) for kind, noun in BODIES.items()}


class Mark(Protocol):
    """What brought a chunk: a frame, for who has never heard of frames."""

    @property
    def number(self) -> int:
        """Its place in the capture."""

    @property
    def alone(self) -> "Mark":
        """The same without the batch that it came in, for who keeps it."""


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
    brought_by: "tuple[int, ...]" = ()
    """The numbers of the marks of its chunks, where it came in several."""
    missing: "tuple[tuple[int, int], ...]" = ()
    """(offset in the content, length) of what the capture does not hold of it."""
    notes: "tuple[Note, ...]" = ()
    mark: Optional[Mark] = None
    """The mark of the chunk in which its last byte came, where that was an earlier one."""

    @property
    def head(self) -> Header:
        """Its header as a noun."""
        return decode_header(self.header)

    @property
    def segments(self) -> int:
        """How many chunks its bytes came in."""
        return len(self.brought_by) or 1

    @property
    def content(self) -> bytes:
        """The content bytes that are there, in order."""
        return self.data[self.start : self.end]

    def runs(self) -> "Iterator[tuple[int, bytes]]":
        """Each run of content bytes that are there, with its offset in the content."""
        begin, at = 0, self.start
        for offset, lost in self.missing:
            if offset > begin:
                yield begin, self.data[at : at + offset - begin]
            at += offset - begin
            begin = offset + lost
        if at < self.end:
            yield begin, self.data[at : self.end]

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
        return decode_body(self.header[1], b"" if self.missing else self.content)


def decode_body(kind: int, content: bytes) -> Optional[Body]:
    """The typed body of a record type; None where it has none or the content is short."""
    if kind not in BODIES or len(content) < BODY_LENGTH:
        return None
    noun: Body = BODIES[kind](*_BODIES[kind].unpack_from(content))
    return noun
