"""Headers that carry a packet within a packet: MPLS, PPP, GRE, VXLAN, GENEVE.

Nothing of them is a field of ours; they are passed through.
"""

from typing import Optional

from fcgidissect.net.step import (
    ETHERNET,
    IPV4,
    IPV6,
    Header,
    Span,
    Step,
    Table,
    Upper,
    number,
)

_MPLS = Header("mpls", "MultiProtocol Label Switching Header")
_CONTROL_WORD = Header("pwethcw", "PW Ethernet Control Word")
_PPPOE = Header("pppoes", "PPP-over-Ethernet Session")
_PPP = Header("ppp", "Point-to-Point Protocol")
_GRE = Header("gre", "Generic Routing Encapsulation")
_UDP = Header("udp", "User Datagram Protocol")
_VXLAN = Header("vxlan", "Virtual eXtensible Local Area Network")
_GENEVE = Header("geneve", "Generic Network Virtualization Encapsulation")

MPLS_LABEL: Upper = (Table.ETHERTYPE, 0x8847)
CONTROL_WORD: Upper = (Table.ETHERTYPE, -1)
"""No EtherType announces it."""
PPP: Upper = (Table.ETHERTYPE, 0x880B)


def read_mpls(span: Span) -> Optional[Step]:
    """One label (RFC 3032, section 2.1).

    Nothing says what lies below the last one: its first four bits tell IP from a
    pseudowire's control word (RFC 4928, section 3).
    """
    if span.captured < 4:
        return None
    inner = span.behind(4)
    if not number(span, 0, 4) & 0x100:
        return Step(_MPLS, 4, MPLS_LABEL, inner)
    below = number(inner, 0, 1) >> 4 if inner.captured else -1
    upper = {0: CONTROL_WORD, 4: IPV4, 6: IPV6}.get(below)
    return Step(_MPLS, 4, upper, inner)


def read_control_word(span: Span) -> Optional[Step]:
    """What stands before an Ethernet frame in a pseudowire (RFC 4448, section 4.6)."""
    if span.captured < 4:
        return None
    return Step(_CONTROL_WORD, 4, ETHERNET, span.behind(4))


def read_pppoe(span: Span) -> Optional[Step]:
    """A PPPoE session header (RFC 2516, section 4); code 0 is data."""
    if span.captured < 6 or number(span, 1, 1):
        return None
    return Step(_PPPOE, 6, PPP, span.behind(6, number(span, 4, 2)))


def read_ppp(span: Span) -> Optional[Step]:
    """A PPP frame, with or without address and control (RFC 1661, RFC 1662).

    A protocol of one byte is odd; of two, its first is even.
    """
    if span.captured < 4:
        return None
    size = 2 if number(span, 0, 2) == 0xFF03 else 0
    width = 1 if number(span, size, 1) & 1 else 2
    protocol = (Table.PPP_PROTOCOL, number(span, size, width))
    return Step(_PPP, size + width, protocol, span.behind(size + width))


def read_gre(span: Span) -> Optional[Step]:
    """A GRE header (RFC 2784, RFC 2890) or PPTP's, which is version 1 (RFC 2637)."""
    if span.captured < 4:
        return None
    flags, upper = number(span, 0, 2), number(span, 2, 2)
    version = flags & 7
    if flags & 0x4000 or version > 1:
        return None
    size = 4 + sum(4 for bit in (0x8000, 0x2000, 0x1000) if flags & bit)
    if version == 1 and flags & 0x80:
        size += 4
    if span.captured < size:
        return None
    return Step(_GRE, size, (Table.ETHERTYPE, upper), span.behind(size))


def read_udp(span: Span) -> Optional[Step]:
    """A UDP header: tunnels are told by the port they go to."""
    if span.captured < 8:
        return None
    length = number(span, 4, 2)
    if 0 < length < 8:
        return None
    inner = span.behind(8, length - 8 if length else None)
    return Step(_UDP, 8, (Table.UDP_PORT, number(span, 2, 2)), inner)


def read_vxlan(span: Span) -> Optional[Step]:
    """A VXLAN header (RFC 7348, section 5), its flag I set."""
    if span.captured < 8 or not number(span, 0, 1) & 8:
        return None
    return Step(_VXLAN, 8, ETHERNET, span.behind(8))


def read_geneve(span: Span) -> Optional[Step]:
    """A GENEVE header (RFC 8926, section 3.4) and its options."""
    if span.captured < 8:
        return None
    size = 8 + (number(span, 0, 1) & 0x3F) * 4
    if number(span, 0, 1) >> 6 or span.captured < size:
        return None
    return Step(_GENEVE, size, (Table.ETHERTYPE, number(span, 2, 2)), span.behind(size))
