"""One direction: what its segments say, whatever order and shape they come in."""

import random
from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.limits import Budget, Limits
from fcgidissect.net.reassembly import (
    PATIENCE,
    STRAYS,
    Assembler,
)
from fcgidissect.net.segment import Chunk, Segment
from fcgidissect.net.tcp import (
    ACK,
    FIN,
    LOST_SEGMENT,
    OUT_OF_ORDER,
    RETRANSMISSION,
    RST,
    SYN,
)
from fcgidissect.notes import AFTER_FIN, DIFFERING_OVERLAP, OUT_OF_REACH
from tests.net.streams import Said, fed, said, seg

ISN = 99
TOP = 2**32 - 1


def opened(isn: int = ISN, limits: Limits = Limits()) -> Assembler:
    """An assembler that has seen the SYN."""
    assembler = Assembler(limits)
    assert assembler.feed(seg(isn, flags=SYN)) == []
    return assembler


CASES: "List[Tuple[str, List[Segment], Said]]" = [
    ("in order", [seg(100, b"abc"), seg(103, b"de")], [b"abcde"]),
    ("swapped", [seg(103, b"de"), seg(100, b"abc")], [b"abcde"]),
    ("backwards", [seg(104, b"e"), seg(102, b"cd"), seg(100, b"ab")], [b"abcde"]),
    ("retransmitted", [seg(100, b"abc"), seg(100, b"abc"), seg(103, b"d")], [b"abcd"]),
    ("sent again, longer", [seg(100, b"abc"), seg(100, b"abcde")], [b"abcde"]),
    (
        "sent again, joined",
        [seg(100, b"ab"), seg(102, b"cd"), seg(100, b"abcdef")],
        [b"abcdef"],
    ),
    (
        "sent again, split",
        [seg(100, b"abcd"), seg(100, b"ab"), seg(102, b"cd"), seg(104, b"e")],
        [b"abcde"],
    ),
    ("overlaps the end", [seg(100, b"abc"), seg(102, b"cde")], [b"abcde"]),
    ("held twice", [seg(102, b"cd"), seg(102, b"cd"), seg(100, b"ab")], [b"abcd"]),
    # pieces.py's cases, each round what is held: c at 102, f at 105
    (
        "1 before",
        [
            seg(102, b"c"),
            seg(105, b"f"),
            seg(101, b"b"),
            seg(100, b"a"),
            seg(103, b"de"),
        ],
        [b"abcdef"],
    ),
    ("2 head", [seg(102, b"c"), seg(101, b"bc"), seg(100, b"a")], [b"abc"]),
    ("3 inside", [seg(101, b"bcde"), seg(102, b"cd"), seg(100, b"a")], [b"abcde"]),
    ("4 tail", [seg(101, b"bc"), seg(102, b"cde"), seg(100, b"a")], [b"abcde"]),
    (
        "5 bridge",
        [seg(102, b"c"), seg(105, b"f"), seg(102, b"cdef"), seg(100, b"ab")],
        [b"abcdef"],
    ),
    (
        "6 round",
        [seg(102, b"c"), seg(105, b"f"), seg(101, b"bcdefg"), seg(100, b"a")],
        [b"abcdefg"],
    ),
    (
        "fills and overlaps what is held",
        [seg(103, b"de"), seg(100, b"abcd")],
        [b"abcde"],
    ),
    (
        "keep-alive",
        [seg(100, b"abc"), seg(102, b""), seg(102, b"\0"), seg(103, b"d")],
        [b"abcd"],
    ),
    (
        "zero-window probe",
        [seg(100, b"abc"), seg(103, b"d"), seg(103, b"def")],
        [b"abcdef"],
    ),
    ("pure ACK ahead", [seg(300), seg(100, b"a")], [b"a"]),
    ("after the FIN", [seg(100, b"ab", FIN), seg(103, b"x"), seg(102, b"y")], [b"ab"]),
    (
        "FIN before its data",
        [seg(102, b"", FIN | ACK), seg(100, b"ab"), seg(103, b"x")],
        [b"ab"],
    ),
    ("data with FIN first", [seg(102, b"cd", FIN), seg(100, b"ab")], [b"abcd"]),
    (
        "FIN twice",
        [seg(100, b"a", FIN), seg(100, b"a", FIN), seg(101, b"", FIN)],
        [b"a"],
    ),
    ("cut", [seg(100, b"abc", length=10), seg(110, b"k")], [b"abc", 7, b"k"]),
    ("cut to its header", [seg(100, length=10), seg(110, b"k")], [10, b"k"]),
    (
        "cut and held",
        [seg(102, b"c", length=3), seg(105, b"f"), seg(100, b"ab")],
        [b"abc", 2, b"f"],
    ),
    (
        "cut and held, its end overlapped",
        [seg(102, b"c", length=3), seg(104, b"ef"), seg(100, b"ab")],
        [b"abc", 1, b"ef"],
    ),
    ("cut, with FIN", [seg(100, b"a", FIN, length=3), seg(104, b"x")], [b"a", 2]),
    ("SYN again", [seg(100, b"ab"), seg(99, flags=SYN), seg(102, b"c")], [b"abc"]),
    (
        "reset",
        [seg(100, b"ab"), seg(104, b"e"), seg(102, b"because", RST)],
        [b"ab", 2, b"e"],
    ),
    ("after the reset", [seg(100, flags=RST), seg(100, b"ab")], [b"ab"]),
]


@pytest.mark.parametrize(
    "segments, wanted", [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
@pytest.mark.parametrize("shift", [0, TOP - 99, TOP - 101, 2**31 - 102], ids=str)
def test_bytes_in_order(segments: "List[Segment]", wanted: Said, shift: int) -> None:
    """Each case, and again with the sequence numbers wrapping amid it."""
    assembler = opened((ISN + shift) % 2**32)
    moved = [s._replace(seq=(s.seq + shift) % 2**32) for s in segments]
    assert fed(assembler, *moved) == wanted
    assert said(assembler.finish()) == []


def test_syn_with_data() -> None:
    assert fed(Assembler(), seg(TOP, b"ab", SYN), seg(2, b"c")) == [b"abc"]


def test_syn_with_data_sent_again_without_it() -> None:
    """Fast Open refused (RFC 7413): the same bytes come after the handshake."""
    assert fed(Assembler(), seg(99, b"ab", SYN), seg(100, b"abc")) == [b"abc"]


def test_simultaneous_open() -> None:
    """SYN, then SYN and ACK with the same number (RFC 9293, figure 7)."""
    both = seg(99, flags=SYN), seg(99, flags=SYN | ACK), seg(100, b"a")
    assert fed(Assembler(), *both) == [b"a"]


def test_a_start_in_mid_stream_says_so_at_once() -> None:
    assembler = Assembler()
    assert assembler.feed(seg(500)) == [Chunk(b"", 0, 0, -1)]
    assert fed(assembler, seg(500, b"ab")) == [b"ab"]


@pytest.mark.parametrize("shift", [0, TOP - 500, TOP - 501])
def test_a_start_with_a_keep_alive_loses_nothing(shift: int) -> None:
    idle = [seg(shift + at, b"") for at in (500, 500, 501)]
    assert fed(Assembler(), *idle[:2], seg(shift + 501, b"ab")) == [-1, b"ab"]
    assert fed(Assembler(), *idle, seg(shift + 501, b"ab")) == [-1, b"ab"]


def test_a_start_with_an_ack_may_still_lack_a_byte() -> None:
    assembler = Assembler()
    assert fed(assembler, seg(500), seg(500, b"a"), seg(502, b"c")) == [-1, b"a"]
    assert said(assembler.finish()) == [1, b"c"]


def test_a_start_known_from_the_other_side() -> None:
    """The SYN is not in the capture; the SYN and ACK that answers it is."""
    assembler = Assembler()
    assert assembler.acknowledge(100, SYN | ACK) == []
    assert fed(assembler, seg(102, b"cd"), seg(100, b"ab")) == [b"abcd"]


def test_a_reset_starts_nothing() -> None:
    """Its sequence number is the other side's word (RFC 9293, section 3.10.7.1)."""
    assert fed(Assembler(), seg(7, flags=RST), seg(100, b"a")) == [-1, b"a"]


def test_a_syn_that_comes_late_changes_nothing() -> None:
    assert fed(Assembler(), seg(100, b"ab"), seg(99, flags=SYN), seg(102, b"c")) == [
        -1,
        b"abc",
    ]


def test_another_syn_is_a_new_start() -> None:
    assembler = opened()
    assert fed(assembler, seg(100, b"ab"), seg(105, b"f")) == [b"ab"]
    assert fed(assembler, seg(70000, flags=SYN | ACK), seg(70001, b"new")) == [
        3,
        b"f",
        -1,
        b"new",
    ]


def test_what_is_next_is_not_copied() -> None:
    segment = seg(100, b"abc")
    (chunk,) = opened().feed(segment)
    assert chunk.data is segment.data and (chunk.start, chunk.end) == (3, 6)


def test_the_corridor_may_count_next_on_itself() -> None:
    """Past the wrap too: the next segment that it cannot take sets it right."""
    assembler = opened(TOP - 2)
    assert assembler.next == TOP - 1
    assembler.next += 5
    assert fed(assembler, seg(3, b"a"), seg(5, b"c"), seg(4, b"b")) == [b"abc"]
    assert assembler.next == 6 and not assembler.held


@pytest.mark.parametrize("shift", [0, TOP - 101])
def test_a_fin_takes_a_number_and_nothing_is_next_behind_it(shift: int) -> None:
    assembler = opened(ISN + shift)
    assembler.feed(seg(100 + shift, b"a", FIN))
    assert assembler.closed and assembler.next == (102 + shift) % 2**32
    assert said(assembler.feed(seg(assembler.next, b"b"))) == []


# Gaps


def test_a_gap_is_given_up_when_its_ack_has_passed() -> None:
    assembler = opened()
    assert fed(assembler, seg(102, b"c")) == []
    waits = [said(assembler.acknowledge(103)) for _ in range(PATIENCE)]
    assert waits == [[]] * (PATIENCE - 1) + [[2, b"c"]]


def test_an_ack_recorded_before_the_data_loses_nothing() -> None:
    assembler = opened()
    assembler.feed(seg(102, b"c"))
    assert assembler.acknowledge(103) == []
    assert fed(assembler, seg(100, b"ab")) == [b"abc"]


def test_later_segments_use_up_the_patience() -> None:
    assembler = opened()
    assembler.feed(seg(102, b"c"))
    assembler.acknowledge(103)
    rest = [seg(103 + n, b"d") for n in range(PATIENCE)]
    assert fed(assembler, *rest) == [2, b"c" + b"d" * PATIENCE]


def test_all_gaps_that_are_proven_go_together() -> None:
    assembler = opened()
    fed(assembler, seg(101, b"b"), seg(103, b"d"), seg(105, b"f"))
    gone = [said(assembler.acknowledge(104)) for _ in range(PATIENCE)]
    assert gone[-1] == [1, b"b", 1, b"d"] and assembler.held


@pytest.mark.parametrize("ack", [100, 101, 90, 102 + 2**31])
def test_an_ack_that_does_not_reach_proves_nothing(ack: int) -> None:
    assembler = opened()
    assembler.feed(seg(102, b"c"))
    assert [assembler.acknowledge(ack) for _ in range(9)] == [[]] * 9


def test_a_reset_of_the_peer_ends_the_waiting() -> None:
    assembler = opened()
    assembler.feed(seg(102, b"c"))
    assert said(assembler.acknowledge(0, RST)) == [2, b"c"]


def test_finish_gives_everything_with_its_gaps() -> None:
    assembler = opened()
    fed(assembler, seg(106, b"g"), seg(102, b"cd", length=3))
    assert said(assembler.finish()) == [2, b"cd", 2, b"g"]


def test_a_stream_holds_no_more_than_its_limit() -> None:
    assembler = opened(limits=Limits(stream_bytes=1500))
    assert fed(assembler, seg(102, b"c" * 700)) == []
    assert fed(assembler, seg(900, b"d" * 700)) == [2, b"c" * 700]
    assert said(assembler.finish()) == [98, b"d" * 700]


def test_the_budget_knows_what_all_hold_and_who_waits_longest() -> None:
    budget = Budget(10_000)
    one, two = (Assembler(Limits(), budget) for _ in range(2))
    for assembler in (one, two):
        fed(assembler, seg(99, flags=SYN), seg(200, b"x" * 50))
    assert next(iter(budget.waiting)) is one and budget.used > 100
    one.finish()
    assert list(budget.waiting) == [two]
    two.feed(seg(100, b"y" * 100, FIN))
    assert budget.used == 0 and not budget.waiting


# Noise


def test_a_segment_out_of_reach_is_told_once() -> None:
    assembler = opened(limits=Limits(reach=1000))
    chunks = [c for seq in (5000, 9000) for c in assembler.feed(seg(seq, b"x"))]
    assert [note.code for chunk in chunks for note in chunk.notes] == [OUT_OF_REACH]
    assert said(chunks) == [] and fed(assembler, seg(100, b"a")) == [b"a"]


def test_segments_that_follow_each_other_are_no_noise() -> None:
    """After a pause in the recording the stream goes on elsewhere."""
    assembler = opened(limits=Limits(reach=1000))
    far = [seg(70000 + n, b"x") for n in range(STRAYS + 1)]
    assert fed(assembler, *far) == [-1, b"xx"]


def test_bytes_after_the_fin_are_a_note() -> None:
    assembler = opened()
    chunks = [
        c
        for s in (seg(100, b"a", FIN), seg(102, b"xyz"), seg(105, b"z"))
        for c in assembler.feed(s)
    ]
    (found,) = [note for chunk in chunks for note in chunk.notes]
    assert found.code == AFTER_FIN and found.facts == (("count", 3),)


def test_a_second_copy_that_differs_is_a_note() -> None:
    assembler = opened()
    chunks = [
        c
        for s in (seg(102, b"cdef"), seg(101, b"bcXX"), seg(100, b"a"))
        for c in assembler.feed(s)
    ]
    assert said(chunks) == [b"abcdef"]
    (found,) = [note for chunk in chunks for note in chunk.notes]
    assert found.code == DIFFERING_OVERLAP and found.facts == (("count", 2),)


# What a segment was


@pytest.mark.parametrize(
    "segments, wanted",
    [
        ([seg(100, b"ab")], [0]),
        ([seg(100, b"ab"), seg(100, b"ab")], [0, RETRANSMISSION]),
        ([seg(100, b"ab"), seg(101, b""), seg(101, b"\0")], [0, 0, 0]),
        (
            [seg(102, b"c"), seg(103, b"d"), seg(100, b"ab")],
            [LOST_SEGMENT, 0, OUT_OF_ORDER],
        ),
        ([seg(102, b"c"), seg(102, b"c")], [LOST_SEGMENT, RETRANSMISSION]),
        (
            [seg(102, b"c"), seg(104, b"e"), seg(103, b"d")],
            [LOST_SEGMENT, LOST_SEGMENT, OUT_OF_ORDER],
        ),
    ],
)
def test_analysis(segments: "List[Segment]", wanted: "List[int]") -> None:
    assembler = opened()
    was = []
    for segment in segments:
        assembler.feed(segment)
        was.append(assembler.last)
    assert was == wanted


# Properties

STREAM = bytes(random.Random(7).randrange(256) for _ in range(400))
Cut = Tuple[int, int]
cuts = st.lists(st.tuples(st.integers(0, len(STREAM)), st.integers(0, 90)), max_size=25)


def tiling(sizes: "List[int]") -> "List[Cut]":
    """Cuts that cover the stream."""
    found, at = [], 0
    for size in sizes + [len(STREAM)]:
        found.append((at, min(size, len(STREAM) - at)))
        at += found[-1][1]
    return found


@given(
    isn=st.integers(0, TOP),
    sizes=st.lists(st.integers(1, 90), max_size=12),
    more=cuts,
    rng=st.randoms(use_true_random=False),
    fin=st.booleans(),
)
def test_the_same_bytes_however_they_come(
    isn: int, sizes: "List[int]", more: "List[Cut]", rng: random.Random, fin: bool
) -> None:
    """Cut, repeated, overlapped, shuffled, wrapping anywhere."""
    pieces = tiling(sizes) + more
    rng.shuffle(pieces)
    assembler = opened(isn)
    segments = []
    for at, size in pieces:
        payload = STREAM[at : at + size]
        last = FIN if fin and at + len(payload) == len(STREAM) else 0
        segments.append(seg(isn + 1 + at, payload, ACK | last))
    assert fed(assembler, *segments) == [STREAM]
    assert not assembler.held and assembler.closed == fin


@given(isn=st.integers(0, TOP), pieces=cuts, rng=st.randoms(use_true_random=False))
def test_what_is_missing_is_counted_exactly(
    isn: int, pieces: "List[Cut]", rng: random.Random
) -> None:
    """Bytes and gaps together tile the stream up to the last byte that came."""
    there = bytearray(len(STREAM))
    assembler = opened(isn)
    chunks = []
    for at, size in pieces:
        payload = STREAM[at : at + size]
        there[at : at + len(payload)] = b"\1" * len(payload)
        chunks += assembler.feed(seg(isn + 1 + at, payload))
    chunks += assembler.finish()
    wanted = [STREAM[n] if there[n] else None for n in range(there.rfind(1) + 1)]
    got: "List[object]" = []
    for chunk in chunks:
        got += [None] * chunk.lost + list(chunk.data[chunk.start : chunk.end])
    assert got == wanted


segments = st.builds(
    seg,
    st.one_of(st.integers(0, TOP), st.integers(0, 300)),
    st.binary(max_size=40),
    st.integers(0, 63),
    st.integers(0, TOP),
)


@given(st.lists(st.tuples(segments, st.booleans()), max_size=40))
def test_nothing_raises_and_nothing_is_kept_beyond_the_limit(
    events: "List[Tuple[Segment, bool]]",
) -> None:
    limits = Limits(stream_bytes=2000, reach=1 << 12)
    budget = Budget(limits.total_bytes)
    assembler = Assembler(limits, budget)
    for segment, ours in events:
        if ours:
            assembler.feed(segment)
        else:
            assembler.acknowledge(segment.ack, segment.flags)
        assert budget.used == sum(piece.cost for piece in assembler.held) <= 2000
        starts = [piece.start for piece in assembler.held]
        assert starts == sorted(starts)
    assembler.finish()
    assert budget.used == 0 and not budget.waiting


def stepped(assembler: Assembler, segment: Segment) -> "List[Chunk]":
    """As the corridor does it: what is next and waits for nothing by its own hands."""
    waits = assembler.held or assembler.closed
    in_order = segment.seq == assembler.next and not waits
    whole = segment.length == segment.end - segment.start
    if in_order and whole and not segment.flags & (SYN | FIN | RST):
        assembler.next += segment.length
        return [Chunk(segment.data, segment.start, segment.end)]
    return assembler.feed(segment)


near = st.builds(
    seg,
    st.integers(TOP - 30, TOP + 40),
    st.binary(max_size=12),
    st.sampled_from([ACK, ACK, ACK, ACK | FIN, SYN, RST]),
    length=st.none() | st.just(14),
)


@given(st.lists(near, max_size=30), st.booleans())
def test_the_corridors_own_steps_change_nothing(
    segments: "List[Segment]", syn: bool
) -> None:
    one, other = (opened(TOP - 20) if syn else Assembler() for _ in range(2))
    for segment in segments:
        assert said(stepped(one, segment)) == said(other.feed(segment))
    assert said(one.finish()) == said(other.finish())


def test_endless_hostile_segments_stay_within_the_limit() -> None:
    """Single bytes at random places ahead, over and over."""
    limits = Limits(stream_bytes=1 << 16)
    budget = Budget(limits.total_bytes)
    assembler = Assembler(limits, budget)
    rng = random.Random(1)
    assembler.feed(seg(0, flags=SYN))
    for _ in range(5000):
        ahead = rng.randrange(2, 1 << 20)
        assembler.feed(seg((assembler.next or 0) + ahead, b"x"))
        assert budget.used <= limits.stream_bytes
