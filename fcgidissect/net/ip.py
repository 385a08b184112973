"""The Internet layer: IPv4 and IPv6 headers as nouns, and who reads what they carry."""

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
from fcgidissect.net.step import Fragment, Reader, Span, Step
from fcgidissect.net.tcp import read_tcp

MORE_FRAGMENTS = 0x2000
FRAGMENT_OFFSET = 0x1FFF
"""Bits of an IPv4 header's flags and offset (RFC 791, section 3.1), in units of 8 bytes."""


class Ipv4(NamedTuple):
    """An IPv4 header without its options (RFC 791, section 3.1)."""

    version_and_length: Annotated[int, UINT8]
    service: Annotated[int, UINT8]
    len: Annotated[int, Field("ip.len", UINT16, "Total Length")]
    id: Annotated[int, Field("ip.id", UINT16, "Identification", base=16)]
    flags_and_offset: Annotated[int, UINT16]
    ttl: Annotated[int, Field("ip.ttl", UINT8, "Time to Live")]
    proto: Annotated[int, Field("ip.proto", UINT8, "Protocol")]
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
            (self.src + self.dst, self.id, self.proto),
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


def read_ip(span: Span) -> Optional[Step]:
    """IPv4 or IPv6, whichever the first four bits say."""
    if span.end <= span.start:
        return None
    return read_ipv6(span) if span.data[span.start] >> 4 == 6 else read_ipv4(span)


def read_ipv4(span: Span) -> Optional[Step]:
    """An IPv4 header and its options.

    A total length of 0 is what segmentation offload leaves to the card: it means all.
    """
    if span.end - span.start < _IPV4.size:
        return None
    ip = Ipv4(*_IPV4.unpack_from(span.data, span.start))
    size = ip.header_length
    length = ip.len or span.length
    if ip.version != 4 or size < _IPV4.size or size > min(length, span.length):
        return None
    inner = span.behind(size, length - size)
    return Step(ip, size, IP_PROTOCOLS.get(ip.proto), inner, ip.fragment)


def read_ipv6(span: Span) -> Optional[Step]:
    """An IPv6 header. A payload length of 0 means all, as for IPv4 and in jumbograms."""
    if span.end - span.start < _IPV6.size:
        return None
    ip = Ipv6(*_IPV6.unpack_from(span.data, span.start))
    if ip.version_and_flow >> 28 != 6:
        return None
    inner = span.behind(_IPV6.size, ip.payload_length or None)
    return Step(ip, _IPV6.size, IP_PROTOCOLS.get(ip.next_header), inner)


IP_PROTOCOLS: "dict[int, Reader]" = {4: read_ipv4, 6: read_tcp, 41: read_ipv6}
"""https://www.iana.org/assignments/protocol-numbers -> who reads it."""
