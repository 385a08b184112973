"""What the layers below TCP leave of a frame, and what the stream makes of it."""

from struct import Struct
from typing import NamedTuple, Optional

from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.frame import Frame
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import READERS, walk
from fcgidissect.net.link import FAMILIES
from fcgidissect.net.step import ETHERNET, IPV4, IPV6, Span, Step, Table
from fcgidissect.net.tcp import Tcp
from fcgidissect.net.usual import (
    ETHERTYPE,
    LEAST_OFFSET,
    PART,
    TCP,
    UDP,
    VERSION_AND_LENGTH,
    WHOLE,
    looks,
)
from fcgidissect.notes import Note


class Segment(NamedTuple):
    """One TCP segment (RFC 9293, section 3.1) where it lies in a buffer."""

    key: bytes
    """Source address, destination address, source port, destination port as on the wire:
    12 bytes for IPv4, 36 for IPv6; the conversation's other direction has them swapped."""
    seq: int
    ack: int
    flags: int
    """The control bits, FIN the lowest."""
    data: bytes
    """The buffer that holds its payload."""
    start: int
    """The offset of the payload in `data`."""
    end: int
    """The offset behind the last payload byte that the capture holds."""
    length: int
    """Payload bytes on the wire; more than `end - start` where the capture cut the frame."""


class Chunk(NamedTuple):
    """Bytes of one direction that are next in order, or the fact that some are missing."""

    data: bytes
    start: int
    end: int
    lost: int = 0
    """Bytes directly before this chunk that the capture does not hold; -1 where nobody knows
    how many (a start in mid-stream). A chunk of no bytes says nothing but that."""
    notes: "tuple[Note, ...]" = ()
    frame: Optional[Frame] = None
    """The frame that brought it, where it had to wait."""


_IPV4_TCP = Struct(">BxHxxHxBxx12sIIBB")
_IPV6_TCP = Struct(">BxxxHBx36sIIBB")
"""From the IP header on, each with the 20 bytes of TCP's: version, length, (place of a
fragment,) protocol, addresses and ports, both numbers, header length, control bits."""
_LEAST_IPV4, _LEAST_IPV6 = 40, 60
_LOOKS = looks("BxHxxIxx12sIIBB")
"""The same of the usual frame, but its place and protocol as one, with what is between."""
_new = tuple.__new__
_PROTOCOLS = READERS[Table.IP_PROTOCOL]
TUNNEL_PORTS = {port.to_bytes(2, "big") for port in READERS[Table.UDP_PORT]}
"""UDP ports as on the wire whose datagrams carry frames."""
_TYPED = {1: (12, 14), 113: (14, 16), 276: (0, 20)}
"""Link type -> offset of its EtherType, length of its header."""
_UNTYPED = 0, 0
_VERSIONS = {b"\x08\x00": 4, b"\x86\xdd": 6}
_TAGS = frozenset((b"\x81\x00", b"\x88\xa8", b"\x91\x00"))
_INNER_LINKS = {
    ETHERNET: 1,
    IPV4: 228,
    IPV6: 229,
    (Table.IP_PROTOCOL, 4): 228,
    (Table.IP_PROTOCOL, 41): 229,
}
"""What a tunnel's header names -> the link type whose frames look the same."""
_TUNNEL_HEADERS = 2
"""UDP and VXLAN or GENEVE; GRE is one."""
_RAW = frozenset((12, 14, 101))
_INNER_VERSIONS = {228: 4, 229: 6}
_NULL = frozenset((0, 108))
_FAMILY_VERSIONS = {
    family.to_bytes(4, order): 4 if upper == IPV4 else 6
    for family, upper in FAMILIES.items()
    for order in ("little", "big")
}


def segment_of(
    data: bytes,
    start: int,
    end: int,
    length: int,
    link_type: int,
    defragmenter: Optional[Defragmenter] = None,
    tunnels: int = 2,
) -> Optional[Segment]:
    """The TCP segment that a frame carries; None where it carries none.

    What nearly every frame is (TCP over IPv4 without options, whole) goes the shortest way,
    most others a short one, the rest by `segment_by_layers`, which gives the same for all.
    The corridor's loop sees to the first kind itself, but for what lies in tunnels.

    Args:
        data: the buffer that holds the frame.
        start: the offset of its first byte.
        end: the offset behind its last captured byte.
        length: its bytes on the wire.
        link_type: LINKTYPE_ number.
        defragmenter: keeps fragments until they are whole; without it they are left out.
        tunnels: how many, one within the other, may be passed through the short way.
    """
    if link_type in _LOOKS:
        size, look = _LOOKS[link_type]
        if end - start >= look.size:
            seen = look.unpack_from(data, start)
            ethertype, version, total, piece, key, seq, ack, offset, flags = seen
            payload = start + size + 20 + (offset >> 4 << 2)
            stop = start + size + total
            if (
                piece & WHOLE == TCP
                and version == VERSION_AND_LENGTH
                and ethertype == ETHERTYPE
                and payload <= stop <= end
                and offset >= LEAST_OFFSET
            ):
                usual = key, seq, ack, flags, data, payload, stop, stop - payload
                return _new(Segment, usual)
    return _less_usual(data, start, end, length, link_type, defragmenter, tunnels)


def _less_usual(
    data: bytes,
    start: int,
    end: int,
    length: int,
    link_type: int,
    defragmenter: Optional[Defragmenter],
    tunnels: int,
) -> Optional[Segment]:
    """The same for what has a VLAN tag, IPv6, a tunnel, padding, a cut, or no TCP in it."""
    place, size = _TYPED.get(link_type, _UNTYPED)
    kind = data[start + place : start + place + 2] if size else b""
    if kind in _VERSIONS:
        at, version = start + size, _VERSIONS[kind]
    else:
        at, version = _network(data, start, end, link_type)
    protocol = -1
    # 1. IPv4 without options, in one piece
    if version == 4 and end - at >= _LEAST_IPV4 and data[at] == VERSION_AND_LENGTH:
        _, total, part, protocol, key, seq, ack, offset, flags = _IPV4_TCP.unpack_from(
            data, at
        )
        header = 20 + (offset >> 4 << 2)
        if part & PART:
            protocol = -1
    # 2. IPv6, whatever its next header is
    elif version == 6 and end - at >= _LEAST_IPV6 and data[at] >> 4 == 6:
        _, total, protocol, key, seq, ack, offset, flags = _IPV6_TCP.unpack_from(
            data, at
        )
        total = total and total + 40
        header = 40 + (offset >> 4 << 2)
    rest = (length if length > end - start else end - start) - (at - start)
    # 3. Not plain; or not TCP, but what may carry it
    if protocol != TCP:
        if protocol >= 0 and protocol not in _PROTOCOLS:
            return None
        if protocol == UDP and key[-2:] not in TUNNEL_PORTS:
            return None
        if protocol >= 0 and tunnels:
            inner = _tunnelled(Span(data, at, end, rest), version, protocol, total)
            if inner is not None:
                span, within = inner
                return segment_of(*span, within, defragmenter, tunnels - 1)
        frame = Span(data, start, end, rest + at - start)
        return segment_by_layers(frame, link_type, defragmenter)
    # 4. TCP: what padding and a cut leave of its payload
    size = (total if 0 < total < rest else rest) - header
    if offset < LEAST_OFFSET or size < 0:
        return None
    payload = at + header
    stop = payload + size
    if stop > end:
        payload = min(payload, end)
        stop = min(payload + size, end)
    return _new(Segment, (key, seq, ack, flags, data, payload, stop, size))


def _network(data: bytes, start: int, end: int, link_type: int) -> "tuple[int, int]":
    """Where a frame's IP header is, and its version; version 0 for what is not plain."""
    if link_type in _TYPED:
        place, size = _TYPED[link_type]
        at, kind = start + size, data[start + place : start + place + 2]
        for _ in range(2):
            if kind in _TAGS and at + 4 <= end:
                kind, at = data[at + 2 : at + 4], at + 4
        return at, _VERSIONS.get(kind, 0)
    if link_type in _NULL:
        return start + 4, _FAMILY_VERSIONS.get(data[start : start + 4], 0)
    if link_type in _RAW and start < end:
        return start, 6 if data[start] >> 4 == 6 else 4
    if link_type in _INNER_VERSIONS:
        return start, _INNER_VERSIONS[link_type]
    return start, 0


def _tunnelled(
    packet: Span, version: int, protocol: int, total: int
) -> "Optional[tuple[Span, int]]":
    """What a tunnel in a plain IP packet carries, and of which link type that is.

    None for what is no tunnel, and for one that is better left to `segment_by_layers`.
    """
    header = 20 if version == 4 else 40
    if 0 < total < header:
        return None
    span = packet.behind(header, total - header if total else None)
    upper = (Table.IP_PROTOCOL, protocol)
    for _ in range(_TUNNEL_HEADERS):
        if upper in _INNER_LINKS:
            break
        reader = READERS[upper[0]].get(upper[1])
        step = reader(span) if reader else None
        if step is None or step.upper is None or step.fragment is not None:
            return None
        span, upper = step.inner, step.upper
    link_type = _INNER_LINKS.get(upper)
    return None if link_type is None else (span, link_type)


def datagram_of(segment: Segment) -> Span:
    """What the datagram carries that was put together of fragments and has the segment."""
    size = len(segment.data)
    cut = segment.length - (segment.end - segment.start)
    return Span(segment.data, 0, size, size + cut)


def segment_by_layers(
    frame: Span, link_type: int, defragmenter: Optional[Defragmenter]
) -> Optional[Segment]:
    """The same by the readers of all layers."""
    addresses = b""
    step: Optional[Step] = None
    complete = defragmenter.feed if defragmenter else lambda *_: None
    for _, step in walk(frame, link_type, complete):
        if isinstance(step.noun, (Ipv4, Ipv6)):
            addresses = step.noun.src + step.noun.dst
    if step is None or not isinstance(step.noun, Tcp):
        return None
    return placed(step.noun, step.inner, addresses)


def placed(tcp: Tcp, inner: Span, addresses: bytes) -> Segment:
    """A segment, by its header, its payload, and source and destination of its datagram."""
    ports = tcp.srcport.to_bytes(2, "big") + tcp.dstport.to_bytes(2, "big")
    return Segment(
        addresses + ports,
        tcp.seq_raw,
        tcp.ack_raw,
        tcp.flags & 0xFF,
        inner.data,
        inner.start,
        inner.end,
        inner.length,
    )
