"""A frame comes in, its TCP segment and the buffers that lead to its payload go out.

`layers.walk` reads the layers; kept here is where their bytes lie in the copy, over fragments
and tunnels, and which checksums cover them.
"""

from collections import OrderedDict
from typing import Iterator, List, NamedTuple, Optional, Tuple, Union

from fcgidissect.limits import Limits
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import walk
from fcgidissect.net.segment import Segment, placed
from fcgidissect.net.step import Header, Span, Step
from fcgidissect.net.tcp import Tcp
from fcgidissect.net.usual import TCP, UDP
from fcgidissect.redact.carrier import Carrier, Checksum, Extent, ones_sum

_GRE_CHECKSUM = 0x80
"""The bit of a GRE header's first byte that says it has one (RFC 2784, section 2.1)."""
_Key = Tuple[bytes, int, int]


class Covered(NamedTuple):
    """A checksum in a buffer: where it stands, what it covers, its pseudo header's sum."""

    at: int
    start: int
    end: int
    pseudo: int = 0


class Buffer:
    """A frame, or a datagram that was put together from fragments, with its headers.

    Args:
        cut: the offset behind the last header; from there on it is blank at first.
    """

    __slots__ = ("data", "carrier", "cut", "covered")

    def __init__(self, data: bytes, cut: int, carrier: Carrier) -> None:
        self.data = data
        self.carrier = carrier
        self.cut = cut
        self.covered: "List[Covered]" = []

    def begin(self) -> None:
        """Keep its checksums right from now on; the copy has its headers."""
        for at, start, end, pseudo in reversed(self.covered):
            field = self.data[at : at + 2]
            total = pseudo + ones_sum(self.data[start : min(end, self.cut)])
            total -= int.from_bytes(field, "big")
            self.carrier.checksums.append(Checksum(at, start, end, total, field))
        self.carrier.correct()


class Anatomy(NamedTuple):
    """One frame taken apart."""

    segment: Optional[Segment]
    """The TCP segment that it completes; its payload lies in the last of `buffers`."""
    buffers: "List[Buffer]"
    """The frame, then the datagram that it completes, and the one within that."""
    waits: bool
    """It ends with a fragment of a datagram that is not whole."""


class Anatomist:
    """Takes the frames of a capture apart, and keeps the fragments that wait."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._defragmenter = Defragmenter(limits)
        self._most = limits.fragments
        self._parts: "OrderedDict[_Key, List[Extent]]" = OrderedDict()

    def take_apart(self, span: Span, link_type: int) -> Anatomy:
        """The layers of a frame; its carrier has no extents yet."""
        buffers = [Buffer(span.data, span.end, Carrier([]))]
        addresses, key = b"", None
        step: Optional[Step] = None
        for at, step in walk(span, link_type, self._defragmenter.feed):
            if key is not None:
                carrier = Carrier(self._parts.pop(key, []))
                buffers.append(Buffer(at.data, at.end, carrier))
                key = None
            buffer, noun, inner = buffers[-1], step.noun, step.inner
            if isinstance(noun, (Ipv4, Ipv6)):
                addresses = noun.src + noun.dst
            buffer.covered += covered(at, step, addresses)
            if step.fragment is not None:
                key = addresses, step.fragment.identification, step.fragment.protocol
                offset, buffer.cut = step.fragment.offset, inner.start
                end = offset + inner.captured
                self._keep(key, Extent(offset, end, buffer.carrier, inner.start))
        if step is None or not isinstance(step.noun, Tcp):
            return Anatomy(None, buffers, key is not None)
        buffers[-1].cut = step.inner.start
        return Anatomy(placed(step.noun, step.inner, addresses), buffers, False)

    def _keep(self, key: "_Key", extent: Extent) -> None:
        self._parts.setdefault(key, []).append(extent)
        while len(self._parts) > self._most:
            self._parts.popitem(last=False)


def covered(at: Span, step: Step, addresses: bytes) -> "Iterator[Covered]":
    """The checksum of a layer that has one (RFC 791, 768, 9293, 2784)."""
    noun: "Union[NamedTuple, Header]" = step.noun
    if isinstance(noun, Ipv4):
        yield Covered(at.start + 10, at.start, at.start + step.size)
    elif isinstance(noun, Tcp):
        pseudo = _pseudo(addresses, TCP, at.length)
        yield Covered(at.start + 16, at.start, at.end, pseudo)
    elif isinstance(noun, Header) and noun.protocol == "udp":
        size = step.size + step.inner.length
        if any(at.data[at.start + 6 : at.start + 8]):
            pseudo = _pseudo(addresses, UDP, size)
            yield Covered(at.start + 6, at.start, step.inner.end, pseudo)
    elif isinstance(noun, Header) and noun.protocol == "gre":
        if at.data[at.start] & _GRE_CHECKSUM:
            yield Covered(at.start + 4, at.start, at.end)


def _pseudo(addresses: bytes, protocol: int, length: int) -> int:
    """The sum of the pseudo header (RFC 9293, section 3.1; RFC 8200, section 8.1)."""
    return ones_sum(addresses) + protocol + length
