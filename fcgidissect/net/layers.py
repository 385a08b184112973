"""A frame in, its layers out: each header as a noun with the bytes that it stands in.

This is the general path and the reference; `segment.segment_of` is its short cut for what
nearly every packet is.
"""

from typing import Iterator, NamedTuple, Optional

from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.frame import Frame
from fcgidissect.net.link import LINK_TYPES
from fcgidissect.net.step import Span, Step

DEPTH = 32
"""Headers in one frame; a frame of nothing but labels and tags is noise."""


class Layer(NamedTuple):
    """One header of a frame."""

    noun: NamedTuple
    data: bytes
    """The buffer that holds it: the frame's, or that of a reassembled datagram."""
    start: int
    end: int


def layers(frame: Frame, defragmenter: Optional[Defragmenter] = None) -> "list[Layer]":
    """The headers of a frame, from the link up to TCP; empty for an unknown link type."""
    end = frame.start + frame.cap_len
    span = Span(frame.data, frame.start, end, max(frame.len, frame.cap_len))
    return [
        Layer(step.noun, at.data, at.start, min(at.start + step.size, at.end))
        for at, step in walk(span, frame.source.link_type, defragmenter)
    ]


def walk(
    span: Span, link_type: int, defragmenter: Optional[Defragmenter] = None
) -> "Iterator[tuple[Span, Step]]":
    """Each layer's bytes and what its reader makes of them."""
    reader = LINK_TYPES.get(link_type)
    for _ in range(DEPTH):
        step = reader(span) if reader else None
        if step is None:
            return
        yield span, step
        reader, inner = step.upper, step.inner
        if step.fragment is not None:
            if defragmenter is None:
                return
            whole = defragmenter.feed(step.fragment, inner)
            if whole is None:
                return
            inner = whole
        span = inner
