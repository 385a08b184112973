"""The one contract of all layers: a reader takes a span of bytes and gives a step."""

from typing import Callable, NamedTuple, Optional


class Span(NamedTuple):
    """Bytes that one layer hands to the next."""

    data: bytes
    start: int
    end: int
    """The offset behind the last byte that the capture holds."""
    length: int
    """Bytes on the wire from `start` on: `end - start`, or more where they were cut."""

    def behind(self, size: int, length: Optional[int] = None) -> "Span":
        """What follows a header of `size` bytes; `length` is the wire length it claims.

        A claim of more bytes than there were is not believed.
        """
        rest = self.length - size
        if length is not None and length < rest:
            rest = length
        start = min(self.start + size, self.end)
        return Span(self.data, start, min(self.end, start + rest), rest)


class Header(NamedTuple):
    """A header that is only passed through: nothing of it is a field of ours."""

    protocol: str
    """Its name in `frame.protocols`."""
    title: str


class Fragment(NamedTuple):
    """What one fragment of an IP datagram says of its place there (RFC 791, RFC 8200)."""

    key: "tuple[bytes, int, int]"
    """The same for all fragments of one datagram: addresses, identification, protocol."""
    offset: int
    """Bytes of the datagram's payload before this one's."""
    more: bool
    """This is not the last fragment."""


class Step(NamedTuple):
    """One layer read."""

    noun: NamedTuple
    size: int
    """Bytes of its header."""
    upper: "Optional[Reader]"
    """Who reads what follows; None where the walk ends."""
    inner: Span
    """What follows."""
    fragment: Optional[Fragment] = None
    """What follows is a part only."""


Reader = Callable[[Span], Optional[Step]]
