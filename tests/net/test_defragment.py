"""Fragments in any order, twice, overlapping, cut, and never complete."""

import random
from typing import List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.limits import Limits
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.step import Fragment, Span

ENDS = b"\x0a\0\0\1\x0a\0\0\2"
PAYLOAD = bytes(range(40))


def fed(
    defragmenter: Defragmenter,
    offset: int,
    size: int,
    id: int = 1,
    cut: int = 0,
    payload: bytes = PAYLOAD,
) -> Optional[Span]:
    """A fragment of the payload, whose last `cut` bytes are not in the capture."""
    data = payload[offset : offset + size]
    there = data[: len(data) - cut]
    more = offset + size < len(payload)
    fragment = Fragment(id, 6, offset, more)
    span = Span(b"<" + there + b">", 1, 1 + len(there), len(data))
    return defragmenter.feed(ENDS, fragment, span)


@pytest.mark.parametrize(
    "places",
    [
        [(0, 16), (16, 16), (32, 8)],
        [(32, 8), (16, 16), (0, 16)],
        [(16, 16), (16, 16), (0, 16), (32, 8)],
        [(0, 24), (16, 16), (32, 8)],
        [(8, 8), (0, 24), (24, 16)],
        [(0, 16), (32, 8), (8, 24)],
    ],
    ids="in-order backwards twice overlapping-end overlapping-all bridging".split(),
)
def test_whole_when_the_last_missing_one_comes(places: "List[Tuple[int, int]]") -> None:
    defragmenter = Defragmenter()
    *before, last = [fed(defragmenter, *place) for place in places]
    assert before == [None] * len(before)
    assert last == Span(PAYLOAD, 0, 40, 40)


def test_the_first_copy_of_a_byte_wins() -> None:
    defragmenter = Defragmenter()
    fed(defragmenter, 0, 16)
    fed(defragmenter, 8, 24, payload=bytes(40))
    whole = fed(defragmenter, 32, 8)
    assert whole is not None and whole.data == PAYLOAD[:16] + bytes(16) + PAYLOAD[32:]


def test_datagrams_are_told_apart() -> None:
    defragmenter = Defragmenter()
    assert fed(defragmenter, 0, 16, 1) is None
    assert fed(defragmenter, 16, 24, 2) is None
    assert fed(defragmenter, 0, 16, 2) is not None


def test_an_identification_may_be_used_again() -> None:
    defragmenter = Defragmenter()
    for _ in range(2):
        assert fed(defragmenter, 0, 16) is None
        assert fed(defragmenter, 16, 24) is not None


def test_a_cut_fragment_cuts_the_datagram_there() -> None:
    defragmenter = Defragmenter()
    fed(defragmenter, 0, 16, cut=6)
    assert fed(defragmenter, 16, 24) == Span(PAYLOAD[:10], 0, 10, 40)


def test_the_oldest_are_let_go_at_the_limits() -> None:
    defragmenter = Defragmenter(Limits(fragments=3))
    for id in range(5):
        fed(defragmenter, 0, 16, id)
    assert defragmenter.let_go == 2
    assert fed(defragmenter, 16, 24, 1) is None
    assert fed(defragmenter, 16, 24, 4) is not None


def test_fragments_never_completed_stay_within_the_limit() -> None:
    limits = Limits(fragment_bytes=1 << 16)
    defragmenter = Defragmenter(limits)
    rng = random.Random(3)
    big = bytes(60_000)
    for _ in range(3000):
        offset = rng.randrange(0, 59_000) & ~7
        fed(defragmenter, offset, 64, rng.randrange(40), payload=big)
        assert defragmenter.held <= limits.fragment_bytes


places = st.tuples(
    st.integers(0, 39).map(lambda n: n & ~7), st.sampled_from([8, 16, 24])
)


@given(st.lists(places, max_size=8), st.randoms(use_true_random=False))
def test_the_same_payload_in_any_order(
    more: "List[Tuple[int, int]]", rng: random.Random
) -> None:
    cuts = [(0, 8), (8, 16), (24, 16)] + more
    rng.shuffle(cuts)
    defragmenter = Defragmenter()
    wholes = [whole for cut in cuts if (whole := fed(defragmenter, *cut))]
    assert wholes and {whole.data for whole in wholes} == {PAYLOAD}


fragments = st.builds(
    Fragment,
    st.integers(0, 2),
    st.just(6),
    st.integers(0, 65528).map(lambda n: n & ~7)
    | st.integers(0, 64).map(lambda n: n & ~7),
    st.booleans(),
)


@given(
    st.lists(
        st.tuples(fragments, st.binary(max_size=40), st.integers(0, 9)), max_size=30
    )
)
def test_nothing_raises(events: "List[Tuple[Fragment, bytes, int]]") -> None:
    defragmenter = Defragmenter(Limits(fragments=2, fragment_bytes=2000))
    for fragment, data, cut in events:
        whole = defragmenter.feed(
            ENDS, fragment, Span(data, 0, len(data), len(data) + cut)
        )
        assert defragmenter.held <= 2000
        if whole is not None:
            assert whole.end <= whole.length and whole.end == len(whole.data)
