"""A segment that follows on all that waits goes a short way; held against the long one."""

import random
from typing import List

from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.limits import Limits
from fcgidissect.net.reassembly import Assembler
from fcgidissect.net.segment import Chunk, Segment
from tests.net.streams import seg
from tests.net.test_reassembly import STREAM, TOP, opened, tiling


def stepwise(assembler: Assembler, segment: Segment) -> "List[Chunk]":
    """What `feed` does with a segment that is not like nearly all."""
    assembler.last, chunks = 0, []
    distance = assembler._locate(segment.seq, segment, chunks)
    if distance is not None:
        assembler._take(distance, segment, None, chunks)
        assembler._lose_patience(chunks)
    return assembler._settled(chunks)


@given(
    sizes=st.lists(st.integers(1, 40), min_size=5),
    acks=st.lists(st.integers(0, 90), max_size=5),
    rng=st.randoms(use_true_random=False),
)
def test_what_follows_on_what_waits_is_held_like_any_other(
    sizes: "List[int]", acks: "List[int]", rng: random.Random
) -> None:
    limits = Limits(stream_bytes=4000, reach=len(STREAM) // 2)
    one, other = opened(TOP - 20, limits), opened(TOP - 20, limits)
    pieces = tiling(sizes)
    for _ in range(2):
        pieces.insert(rng.randrange(len(pieces)), pieces.pop(rng.randrange(3)))
    for at, size in pieces:
        segment = seg(TOP - 19 + at, STREAM[at : at + size])
        assert one.feed(segment) == stepwise(other, segment)
        if acks:
            ack = TOP - 19 + at + acks.pop()
            assert one.acknowledge(ack) == other.acknowledge(ack)
        assert (one.held, one.next, one.last) == (other.held, other.next, other.last)
    assert one.finish() == other.finish()
