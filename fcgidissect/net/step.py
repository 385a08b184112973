"""The one contract of all layers: a reader takes a span of bytes and gives a step."""

from enum import Enum
from typing import Callable, NamedTuple, Optional


class Span(NamedTuple):
    """Bytes that one layer hands to the next."""

    data: bytes
    start: int
    end: int
    """The offset behind the last byte that the capture holds."""
    length: int
    """Bytes on the wire from `start` on: `end - start`, or more where they were cut."""

    @property
    def captured(self) -> int:
        """Bytes that the capture holds."""
        return self.end - self.start

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


class Table(Enum):
    """What a layer's number for the next one is a number of."""

    LINK_TYPE = "link type"
    ETHERTYPE = "EtherType"
    """https://www.iana.org/assignments/ieee-802-numbers"""
    IP_PROTOCOL = "IP protocol"
    """https://www.iana.org/assignments/protocol-numbers, IPv6 extension headers with them"""
    PPP_PROTOCOL = "PPP protocol"
    """https://www.iana.org/assignments/ppp-numbers"""
    UDP_PORT = "UDP port"
    LLC = "LLC"
    """One entry only."""


Upper = tuple[Table, int]
"""The next layer, by its number."""
IPV4: Upper = (Table.ETHERTYPE, 0x0800)
IPV6: Upper = (Table.ETHERTYPE, 0x86DD)
ETHERNET: Upper = (Table.ETHERTYPE, 0x6558)
"""A whole Ethernet frame ("Transparent Ethernet Bridging")."""


class Fragment(NamedTuple):
    """What one fragment of an IP datagram says of its place there (RFC 791, RFC 8200)."""

    identification: int
    protocol: int
    offset: int
    """Bytes of the datagram's payload before this one's."""
    more: bool
    """This is not the last fragment."""


class Step(NamedTuple):
    """One layer read."""

    noun: NamedTuple
    size: int
    """Bytes of its header."""
    upper: Optional[Upper]
    """What follows; None where the walk ends."""
    inner: Span
    """Where it follows."""
    fragment: Optional[Fragment] = None
    """What follows is a part only."""


Reader = Callable[[Span], Optional[Step]]
"""None where the header is not all there, or is none."""


def number(span: Span, offset: int, size: int) -> int:
    """An unsigned integer in network byte order."""
    at = span.start + offset
    return int.from_bytes(span.data[at : at + size], "big")
