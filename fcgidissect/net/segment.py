"""What the layers below TCP leave of a frame, and what the stream makes of it."""

from struct import Struct
from typing import NamedTuple, Optional

from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.ip import FRAGMENT_OFFSET, MORE_FRAGMENTS, Ipv4, Ipv6
from fcgidissect.net.layers import walk
from fcgidissect.net.link import FAMILIES
from fcgidissect.net.step import IPV4, Span, Step
from fcgidissect.net.tcp import Tcp
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


_IPV4_TCP = Struct(">BxHxxHxBxx12sIIBB")
_IPV6_TCP = Struct(">BxxxHBx36sIIBB")
_TCP_OVER_IPV4 = 40
_TCP_OVER_IPV6 = 60
_PART = MORE_FRAGMENTS | FRAGMENT_OFFSET
_TYPES = {1: (12, 14), 113: (14, 16), 276: (0, 20)}
"""Link type -> offset of its EtherType, length of its header (`link.LINK_TYPES`)."""
_VERSIONS = {b"\x08\x00": 4, b"\x86\xdd": 6}
_RAW = frozenset((12, 14, 101))
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
) -> Optional[Segment]:
    """The TCP segment that a frame carries; None where it carries none.

    Args:
        data: the buffer that holds the frame.
        start: the offset of its first byte.
        end: the offset behind its last captured byte.
        length: its bytes on the wire.
        link_type: LINKTYPE_ number.
        defragmenter: keeps fragments until they are whole; without it they are left out.
    """
    # 1. The link: where does the IP header begin, and of which version is it?
    at, version = start, 0
    if link_type in _TYPES:
        place, size = _TYPES[link_type]
        at += size
        version = _VERSIONS.get(data[start + place : start + place + 2], 0)
    elif link_type in _NULL:
        at += 4
        version = _FAMILY_VERSIONS.get(data[start:at], 0)
    elif link_type in _RAW and start < end:
        version = data[at] >> 4
    rest = max(length, end - start) - (at - start)
    # 2. IPv4 without options, whole, over it TCP
    plain = False
    if version == 4 and end - at >= _TCP_OVER_IPV4 and data[at] == 0x45:
        _, total, part, protocol, key, seq, ack, offset, flags = _IPV4_TCP.unpack_from(
            data, at
        )
        plain = protocol == 6 and not part & _PART
        header = 20 + (offset >> 4 << 2)
    # 3. IPv6 without extension headers, over it TCP
    elif version == 6 and end - at >= _TCP_OVER_IPV6 and data[at] >> 4 == 6:
        _, total, protocol, key, seq, ack, offset, flags = _IPV6_TCP.unpack_from(
            data, at
        )
        plain = protocol == 6
        total = total and total + 40
        header = 40 + (offset >> 4 << 2)
    if not plain:
        frame = Span(data, start, end, max(length, end - start))
        return _general(frame, link_type, defragmenter)
    # 4. The payload: what padding and a cut leave of it
    size_on_wire = min(total or rest, rest) - header
    if offset < 0x50 or size_on_wire < 0:
        return None
    payload = min(at + header, end)
    return Segment(
        key,
        seq,
        ack,
        flags,
        data,
        payload,
        min(payload + size_on_wire, end),
        size_on_wire,
    )


def _general(
    frame: Span, link_type: int, defragmenter: Optional[Defragmenter]
) -> Optional[Segment]:
    """The same by the readers of all layers."""
    addresses = b""
    step: Optional[Step] = None
    for _, step in walk(frame, link_type, defragmenter):
        if isinstance(step.noun, (Ipv4, Ipv6)):
            addresses = step.noun.src + step.noun.dst
    if step is None or not isinstance(step.noun, Tcp):
        return None
    tcp, inner = step.noun, step.inner
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
