"""The Internet layer: IPv4 and IPv6 headers as nouns."""

from typing import Annotated, NamedTuple, Optional

from fcgidissect.fields import (
    IPV4,
    IPV6,
    UINT8,
    UINT16,
    UINT32,
    Field,
    layout,
)
from fcgidissect.net.step import (
    Fragment,
    Header,
    Reader,
    Span,
    Step,
    Table,
    number,
)

MORE_FRAGMENTS = 0x2000
FRAGMENT_OFFSET = 0x1FFF
"""Bits of an IPv4 header's flags and offset (RFC 791, section 3.1), in units of 8 bytes."""

PROTOCOLS = {
    0: "IPv6 Hop-by-Hop Option",
    1: "ICMP",
    2: "IGMP",
    4: "IPIP",
    6: "TCP",
    17: "UDP",
    41: "IPv6",
    43: "Routing Header for IPv6",
    44: "Fragment Header for IPv6",
    47: "Generic Routing Encapsulation",
    50: "Encap Security Payload",
    51: "Authentication Header",
    58: "ICMPv6",
    60: "Destination Options for IPv6",
    89: "OSPF IGP",
    132: "SCTP",
}
"""Wireshark's names of the protocols that people ask for."""


class Ipv4(NamedTuple):
    """An IPv4 header without its options (RFC 791, section 3.1)."""

    version_and_length: Annotated[int, UINT8]
    service: Annotated[int, UINT8]
    len: Annotated[int, Field("ip.len", UINT16, "Total Length")]
    id: Annotated[int, Field("ip.id", UINT16, "Identification", base=16)]
    flags_and_offset: Annotated[int, UINT16]
    ttl: Annotated[int, Field("ip.ttl", UINT8, "Time to Live")]
    proto: Annotated[int, Field("ip.proto", UINT8, "Protocol", PROTOCOLS)]
    checksum: Annotated[int, UINT16]
    src: Annotated[bytes, Field("ip.src", IPV4, "Source Address")]
    dst: Annotated[bytes, Field("ip.dst", IPV4, "Destination Address")]

    @property
    def version(
        self,
    ) -> Annotated[
        int, Field("ip.version", UINT8, "Version", within="version_and_length")
    ]:
        """Always 4."""
        return self.version_and_length >> 4

    @property
    def addr(
        self,
    ) -> Annotated[
        "tuple[bytes, bytes]",
        Field("ip.addr", IPV4, "Source or Destination Address", within="src"),
    ]:
        """Both ends: the filter asks whether either is meant."""
        return self.src, self.dst

    @property
    def header_length(self) -> int:
        """Bytes of the header, its options with it."""
        return (self.version_and_length & 15) << 2

    @property
    def fragment(self) -> Optional[Fragment]:
        """Its place in a datagram that came in parts; None where it came whole."""
        if not self.flags_and_offset & (MORE_FRAGMENTS | FRAGMENT_OFFSET):
            return None
        return Fragment(
            self.id,
            self.proto,
            (self.flags_and_offset & FRAGMENT_OFFSET) << 3,
            bool(self.flags_and_offset & MORE_FRAGMENTS),
        )


class Ipv6(NamedTuple):
    """An IPv6 header (RFC 8200, section 3)."""

    version_and_flow: Annotated[int, UINT32]
    payload_length: Annotated[int, UINT16]
    next_header: Annotated[int, UINT8]
    hlim: Annotated[int, Field("ipv6.hlim", UINT8, "Hop Limit")]
    src: Annotated[bytes, Field("ipv6.src", IPV6, "Source Address")]
    dst: Annotated[bytes, Field("ipv6.dst", IPV6, "Destination Address")]

    @property
    def addr(
        self,
    ) -> Annotated[
        "tuple[bytes, bytes]",
        Field("ipv6.addr", IPV6, "Source or Destination Address", within="src"),
    ]:
        """Both ends: the filter asks whether either is meant."""
        return self.src, self.dst


_IPV4 = layout(Ipv4)
_IPV6 = layout(Ipv6)
_FRAGMENT = Header("ipv6.fraghdr", "Fragment Header for IPv6")
IPV6_FRAGMENT = 44
AUTHENTICATION = 51


def read_ipv4(span: Span) -> Optional[Step]:
    """An IPv4 header and its options.

    A total length of 0 is what segmentation offload leaves to the card: it means all.
    """
    if span.captured < _IPV4.size:
        return None
    ip = Ipv4(*_IPV4.unpack_from(span.data, span.start))
    size = ip.header_length
    length = ip.len or span.length
    if ip.version != 4 or size < _IPV4.size or size > min(length, span.length):
        return None
    inner = span.behind(size, length - size)
    return Step(ip, size, (Table.IP_PROTOCOL, ip.proto), inner, ip.fragment)


def read_ipv6(span: Span) -> Optional[Step]:
    """An IPv6 header. A payload length of 0 means all, as for IPv4 and in jumbograms."""
    if span.captured < _IPV6.size:
        return None
    ip = Ipv6(*_IPV6.unpack_from(span.data, span.start))
    if ip.version_and_flow >> 28 != 6:
        return None
    inner = span.behind(_IPV6.size, ip.payload_length or None)
    return Step(ip, _IPV6.size, (Table.IP_PROTOCOL, ip.next_header), inner)


def extension(protocol: str, title: str, unit: int = 8, fixed: int = 8) -> Reader:
    """A reader of an IPv6 extension header (RFC 8200, section 4).

    Args:
        unit: bytes that its length field counts by.
        fixed: bytes that its length field does not count.
    """
    header = Header(protocol, title)

    def read(span: Span) -> Optional[Step]:
        if span.captured < 2:
            return None
        upper, size = number(span, 0, 1), number(span, 1, 1) * unit + fixed
        if size > span.length:
            return None
        return Step(header, size, (Table.IP_PROTOCOL, upper), span.behind(size))

    return read


def read_fragment(span: Span) -> Optional[Step]:
    """An IPv6 fragment header (RFC 8200, section 4.5).

    One that is neither first of several nor a later one is atomic: whole (RFC 6946).
    """
    if span.captured < 8:
        return None
    place = number(span, 2, 2)
    offset, more = place & 0xFFF8, bool(place & 1)
    fragment = Fragment(number(span, 4, 4), IPV6_FRAGMENT, offset, more)
    upper = (Table.IP_PROTOCOL, number(span, 0, 1))
    part = fragment if offset or more else None
    return Step(_FRAGMENT, 8, upper, span.behind(8), part)
