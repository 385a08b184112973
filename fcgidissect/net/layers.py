"""A frame in, its layers out: each header as a noun with the bytes that it stands in.

This is the general path and the reference; `segment.segment_of` is its short cut for what
nearly every packet is.
"""

from typing import Callable, Iterator, NamedTuple, Optional

from fcgidissect.net import ip, link, tunnel
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.frame import Frame
from fcgidissect.net.step import Fragment, Reader, Span, Step, Table
from fcgidissect.net.tcp import read_tcp

READERS: "dict[Table, dict[int, Reader]]" = {
    Table.LINK_TYPE: link.LINK_TYPES,
    Table.ETHERTYPE: {
        0x0800: ip.read_ipv4,
        0x6558: link.read_ethernet,
        0x8100: link.read_vlan,
        0x86DD: ip.read_ipv6,
        0x880B: tunnel.read_ppp,
        0x8847: tunnel.read_mpls,
        0x8848: tunnel.read_mpls,
        0x8864: tunnel.read_pppoe,
        0x88A8: link.read_service_tag,
        0x9100: link.read_vlan,  # QinQ before 802.1ad
        tunnel.CONTROL_WORD[1]: tunnel.read_control_word,
    },
    Table.LLC: {0: link.read_llc},
    Table.IP_PROTOCOL: {
        0: ip.extension("ipv6.hopopts", "IPv6 Hop-by-Hop Option"),
        4: ip.read_ipv4,
        6: read_tcp,
        17: tunnel.read_udp,
        41: ip.read_ipv6,
        43: ip.extension("ipv6.routing", "Routing Header for IPv6"),
        ip.IPV6_FRAGMENT: ip.read_fragment,
        47: tunnel.read_gre,
        ip.AUTHENTICATION: ip.extension("ah", "Authentication Header", 4),
        60: ip.extension("ipv6.dstopts", "Destination Options for IPv6"),
    },
    Table.PPP_PROTOCOL: {
        0x0021: ip.read_ipv4,
        0x0057: ip.read_ipv6,
        0x0281: tunnel.read_mpls,
    },
    Table.UDP_PORT: {
        4789: tunnel.read_vxlan,
        6081: tunnel.read_geneve,
        8472: tunnel.read_vxlan,  # Linux's own choice, before there was a number
    },
}
"""Who reads the layer that another names by a number."""
DEPTH = 32
"""Headers in one frame; a frame of nothing but labels and tags is noise."""


Complete = Callable[[bytes, Fragment, Span], Optional[Span]]


class Layer(NamedTuple):
    """One header of a frame."""

    noun: NamedTuple
    data: bytes
    """The buffer that holds it: the frame's, or that of a reassembled datagram."""
    start: int
    end: int
    stop: int
    """Where the bytes end that it can carry something in: its own and all behind them."""


def layers(frame: Frame, defragmenter: Optional[Defragmenter] = None) -> "list[Layer]":
    """The headers of a frame, from the link up to TCP; empty for an unknown link type.

    Behind a fragment's they go on in the datagram that it completes.

    Args:
        defragmenter: where the fragments are; without it what the frame has is taken.
    """
    end = frame.start + frame.cap_len
    span = Span(frame.data, frame.start, end, max(frame.len, frame.cap_len))
    complete = defragmenter.feed if defragmenter else lambda *_: frame.datagram
    return [
        Layer(step.noun, at.data, at.start, min(at.start + step.size, at.end), at.end)
        for at, step in walk(span, frame.source.link_type, complete)
    ]


def walk(
    span: Span, link_type: int, complete: Complete
) -> "Iterator[tuple[Span, Step]]":
    """Each layer's bytes and what its reader makes of them.

    Args:
        complete: as `Defragmenter.feed`.
    """
    reader = link.LINK_TYPES.get(link_type)
    addresses = b""
    for _ in range(DEPTH):
        step = reader(span) if reader else None
        if step is None:
            return
        yield span, step
        noun, inner = step.noun, step.inner
        if isinstance(noun, (ip.Ipv4, ip.Ipv6)):
            addresses = noun.src + noun.dst
        if step.fragment is not None:
            whole = complete(addresses, step.fragment, inner)
            if whole is None:
                return
            inner = whole
        reader = READERS[step.upper[0]].get(step.upper[1]) if step.upper else None
        span = inner
