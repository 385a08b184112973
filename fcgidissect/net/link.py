"""The link layer: every link type that we know, and the tags that stand behind it.

Link types are LINKTYPE_ numbers, https://www.tcpdump.org/linktypes.html.
"""

from struct import Struct
from typing import Annotated, NamedTuple, Optional

from fcgidissect.fields import ETHER, UINT16, Field, layout
from fcgidissect.net.ip import read_ip, read_ipv4, read_ipv6
from fcgidissect.net.step import Header, Reader, Span, Step


class Ethernet(NamedTuple):
    """An Ethernet II header (IEEE 802.3, clause 3.2)."""

    dst: Annotated[bytes, Field("eth.dst", ETHER, "Destination")]
    src: Annotated[bytes, Field("eth.src", ETHER, "Source")]
    type: Annotated[int, Field("eth.type", UINT16, "Type", base=16)]

    @property
    def addr(
        self,
    ) -> Annotated[
        "tuple[bytes, bytes]", Field("eth.addr", ETHER, "Address", within="dst")
    ]:
        """Both ends: the filter asks whether either is meant."""
        return self.dst, self.src


class Vlan(NamedTuple):
    """An IEEE 802.1Q tag: priority, VLAN and the type of what follows."""

    tag: Annotated[int, UINT16]
    type: Annotated[int, UINT16]

    @property
    def id(self) -> Annotated[int, Field("vlan.id", UINT16, "ID", within="tag")]:
        """The number of the virtual network."""
        return self.tag & 0xFFF


_ETHERNET = layout(Ethernet)
_VLAN = layout(Vlan)
_LLC = 0x0600
"""A smaller Type is a length, and an LLC header follows (IEEE 802.3, clause 3.2.6)."""
_SNAP = b"\xaa\xaa\x03\x00\x00\x00"
_NULL = Struct("<I")


def read_ethernet(span: Span) -> Optional[Step]:
    """An Ethernet frame; what pads it to 60 bytes is cut off by the layer above."""
    if span.end - span.start < _ETHERNET.size:
        return None
    ethernet = Ethernet(*_ETHERNET.unpack_from(span.data, span.start))
    upper = read_snap if ethernet.type < _LLC else ETHERTYPES.get(ethernet.type)
    return Step(ethernet, _ETHERNET.size, upper, span.behind(_ETHERNET.size))


def read_vlan(span: Span) -> Optional[Step]:
    """One VLAN tag; there may be several (QinQ)."""
    if span.end - span.start < _VLAN.size:
        return None
    vlan = Vlan(*_VLAN.unpack_from(span.data, span.start))
    return Step(vlan, _VLAN.size, ETHERTYPES.get(vlan.type), span.behind(_VLAN.size))


def read_snap(span: Span) -> Optional[Step]:
    """An LLC header whose SNAP extension names an EtherType (RFC 1042)."""
    header = span.data[span.start : min(span.start + 8, span.end)]
    if len(header) < 8 or not header.startswith(_SNAP):
        return None
    upper = ETHERTYPES.get(int.from_bytes(header[6:], "big"))
    return Step(Header("llc", "Logical-Link Control"), 8, upper, span.behind(8))


def _typed(protocol: str, title: str, type_offset: int, size: int) -> Reader:
    """A reader of a header of fixed size that holds an EtherType."""
    header = Header(protocol, title)

    def read(span: Span) -> Optional[Step]:
        if span.end - span.start < size:
            return None
        at = span.start + type_offset
        upper = ETHERTYPES.get(int.from_bytes(span.data[at : at + 2], "big"))
        return Step(header, size, upper, span.behind(size))

    return read


def _only(protocol: str, title: str, upper: Reader) -> Reader:
    """A reader of a link type without a header."""
    header = Header(protocol, title)
    return lambda span: Step(header, 0, upper, span)


def read_null(span: Span) -> Optional[Step]:
    """BSD loopback: an address family in four bytes, in the byte order of its host."""
    if span.end - span.start < _NULL.size:
        return None
    (family,) = _NULL.unpack_from(span.data, span.start)
    if family > 0xFFFF:
        family = int.from_bytes(_NULL.pack(family), "big")
    header = Header("null", "Null/Loopback")
    return Step(header, _NULL.size, FAMILIES.get(family), span.behind(_NULL.size))


FAMILIES = {2: read_ipv4, 10: read_ipv6, 24: read_ipv6, 28: read_ipv6, 30: read_ipv6}
"""Address families: IPv4 everywhere; IPv6 on Linux, NetBSD and OpenBSD, FreeBSD, macOS."""
ETHERTYPES: "dict[int, Reader]" = {
    0x0800: read_ipv4,
    0x86DD: read_ipv6,
    0x8100: read_vlan,
    0x88A8: read_vlan,
    0x9100: read_vlan,
}
"""https://www.iana.org/assignments/ieee-802-numbers; 0x9100 is QinQ before 802.1ad."""
LINK_TYPES: "dict[int, Reader]" = {
    0: read_null,
    1: read_ethernet,
    12: _only("raw", "Raw packet data", read_ip),
    14: _only("raw", "Raw packet data", read_ip),
    101: _only("raw", "Raw packet data", read_ip),
    108: read_null,
    113: _typed("sll", "Linux cooked capture v1", 14, 16),
    228: _only("raw", "Raw packet data", read_ipv4),
    229: _only("raw", "Raw packet data", read_ipv6),
    276: _typed("sll", "Linux cooked capture v2", 0, 20),
}
"""LINKTYPE_ number -> who reads its frames."""
