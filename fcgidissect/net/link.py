"""The link layer: a frame's first header, and the tags that may stand behind it."""

from typing import Annotated, NamedTuple, Optional

from fcgidissect.fields import ETHER, UINT16, Field, layout
from fcgidissect.net.step import (
    IPV4,
    IPV6,
    Header,
    Reader,
    Span,
    Step,
    Table,
    Upper,
    number,
)
from fcgidissect.net.tunnel import read_ppp, read_pppoe

ETHERTYPES = {
    0x0800: "IPv4",
    0x0806: "ARP",
    0x6558: "Transparent Ethernet bridging",
    0x8100: "802.1Q Virtual LAN",
    0x86DD: "IPv6",
    0x8847: "MPLS label switched packet",
    0x8848: "MPLS multicast label switched packet",
    0x8863: "PPPoE Discovery",
    0x8864: "PPPoE Session",
    0x88A8: "802.1ad Provider Bridge (Q-in-Q)",
    0x9100: "QinQ: old non-standard 802.1ad",
}
"""Wireshark's names of the types that lead to FastCGI, or that people ask for."""


class Ethernet(NamedTuple):
    """An Ethernet II header (IEEE 802.3, clause 3.2)."""

    dst: Annotated[bytes, Field("eth.dst", ETHER, "Destination")]
    src: Annotated[bytes, Field("eth.src", ETHER, "Source")]
    type: Annotated[int, Field("eth.type", UINT16, "Type", ETHERTYPES, base=16)]

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
_LEAST_TYPE = 0x0600
"""A smaller Type is a length, and an LLC header follows (IEEE 802.3, clause 3.2.6)."""
_SNAP = b"\xaa\xaa\x03\x00\x00\x00"
_LLC_HEADER = Header("llc", "Logical-Link Control")
_SLL = Header("sll", "Linux cooked capture v1")
_SLL2 = Header("sll", "Linux cooked capture v2")
_SERVICE_TAG = Header("ieee8021ad", "IEEE 802.1ad")
_NULL = Header("null", "Null/Loopback")
_RAW = Header("raw", "Raw packet data")
FAMILIES = {2: IPV4, 10: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}
"""Address families: IPv4 everywhere; IPv6 on Linux, NetBSD and OpenBSD, FreeBSD, macOS."""


def read_ethernet(span: Span) -> Optional[Step]:
    """An Ethernet frame; what pads it to 60 bytes is cut off by the layer above."""
    if span.captured < _ETHERNET.size:
        return None
    ethernet = Ethernet(*_ETHERNET.unpack_from(span.data, span.start))
    if ethernet.type < _LEAST_TYPE:
        inner = span.behind(_ETHERNET.size, ethernet.type)
        return Step(ethernet, _ETHERNET.size, (Table.LLC, 0), inner)
    upper = (Table.ETHERTYPE, ethernet.type)
    return Step(ethernet, _ETHERNET.size, upper, span.behind(_ETHERNET.size))


def read_llc(span: Span) -> Optional[Step]:
    """An LLC header whose SNAP extension names an EtherType (RFC 1042)."""
    if span.captured < 8 or not span.data.startswith(_SNAP, span.start):
        return None
    return Step(_LLC_HEADER, 8, (Table.ETHERTYPE, number(span, 6, 2)), span.behind(8))


def read_vlan(span: Span) -> Optional[Step]:
    """A VLAN tag (IEEE 802.1Q); another may follow."""
    if span.captured < _VLAN.size:
        return None
    vlan = Vlan(*_VLAN.unpack_from(span.data, span.start))
    upper = (Table.ETHERTYPE, vlan.type)
    return Step(vlan, _VLAN.size, upper, span.behind(_VLAN.size))


def read_service_tag(span: Span) -> Optional[Step]:
    """A provider's tag before the VLAN's own (IEEE 802.1ad); its ID is not `vlan.id`."""
    if span.captured < 4:
        return None
    upper = (Table.ETHERTYPE, number(span, 2, 2))
    return Step(_SERVICE_TAG, 4, upper, span.behind(4))


def read_sll(span: Span) -> Optional[Step]:
    """Linux cooked capture: 16 bytes that end with the EtherType."""
    if span.captured < 16:
        return None
    return Step(_SLL, 16, (Table.ETHERTYPE, number(span, 14, 2)), span.behind(16))


def read_sll2(span: Span) -> Optional[Step]:
    """Linux cooked capture, version 2: 20 bytes that begin with the EtherType."""
    if span.captured < 20:
        return None
    return Step(_SLL2, 20, (Table.ETHERTYPE, number(span, 0, 2)), span.behind(20))


def read_null(span: Span) -> Optional[Step]:
    """BSD loopback: an address family in four bytes, in the byte order of its host."""
    if span.captured < 4:
        return None
    family = number(span, 0, 4)
    if family > 0xFFFF:
        family = int.from_bytes(family.to_bytes(4, "little"), "big")
    return Step(_NULL, 4, FAMILIES.get(family), span.behind(4))


def read_raw(span: Span) -> Optional[Step]:
    """No header: the first four bits tell IPv4 from IPv6."""
    if not span.captured:
        return None
    upper = IPV6 if span.data[span.start] >> 4 == 6 else IPV4
    return Step(_RAW, 0, upper, span)


def _raw(upper: Upper) -> Reader:
    return lambda span: Step(_RAW, 0, upper, span)


LINK_TYPES: "dict[int, Reader]" = {
    0: read_null,
    1: read_ethernet,
    9: read_ppp,
    12: read_raw,  # what BSD's libpcap writes for 101
    14: read_raw,
    50: read_ppp,
    51: read_pppoe,
    101: read_raw,
    108: read_null,
    113: read_sll,
    228: _raw(IPV4),
    229: _raw(IPV6),
    276: read_sll2,
}
"""LINKTYPE_ number (https://www.tcpdump.org/linktypes.html) -> who reads its frames."""
