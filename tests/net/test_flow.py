"""Which conversation a segment belongs to, how it is numbered, and what is forgotten."""

import gc
import random
import tracemalloc
from pathlib import Path
from typing import List, Tuple

import pytest

from captures.make import packets as p
from captures.make.files import Packet, pcap
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Conversations, Flow, Unfollowed
from fcgidissect.net.reassembly import Assembler
from fcgidissect.net.segment import Segment, segment_of
from fcgidissect.net.tcp import ACK, FIN, RST, SYN, Tcp, TcpInStream
from tests.net.streams import KEY, Said, said, seg
from tests.tshark import needs_tshark, tshark

BACK = b"\x0a\0\0\2\x0a\0\0\1\x1f\x40\x9c\x40"
"""The other direction of KEY."""


def key(client: int, port: int = 8000) -> bytes:
    """Of a segment from client number so-and-so to a server's port."""
    return (
        (0x0A010000 + (client >> 14)).to_bytes(4, "big")
        + b"\x0a\0\0\2"
        + (1024 + (client & 0x3FFF)).to_bytes(2, "big")
        + port.to_bytes(2, "big")
    )


def reversed_key(there: bytes) -> bytes:
    return there[4:8] + there[:4] + there[10:] + there[8:10]


def on_8000(limits: Limits = Limits()) -> Conversations:
    return Conversations(lambda *ports: 8000 in ports, limits)


def flow_of(conversations: Conversations, segment: Segment) -> Flow:
    flow = conversations.flow(segment)
    assert isinstance(flow, Flow)
    return flow


def test_a_conversation_has_two_flows() -> None:
    conversations = on_8000()
    there = flow_of(conversations, seg(1, flags=SYN))
    back = flow_of(conversations, seg(9, flags=SYN | ACK, ack=2, key=BACK))
    assert there.peer is back and back.peer is there
    assert there.number == back.number == 0
    assert (there.source_text, there.source_port) == ("10.0.0.1", 40000)
    assert (back.source_text, back.destination_port) == ("10.0.0.2", 40000)
    assert conversations.flows == {KEY: there, BACK: back}


def test_addresses_of_ipv6_are_written_as_rfc_5952_has_it() -> None:
    ends = p.packed("2001:db8:0:0:1:0:0:1") + p.packed("fe80::1")
    flow = flow_of(on_8000(), seg(1, key=ends + b"\x9c\x40\x1f\x40"))
    assert flow.source_text == "2001:db8::1:0:0:1"
    assert flow.destination_text == "fe80::1" and flow.destination == ends[16:]


def test_both_ends_the_same() -> None:
    """A socket connected to itself: one flow, its own peer."""
    same = b"\x7f\0\0\1\x7f\0\0\1\x1f\x40\x1f\x40"
    flow = flow_of(on_8000(), seg(1, flags=SYN, key=same))
    assert flow.peer is flow
    flow.feed(seg(2, b"a", key=same))
    assert flow.acknowledge(3) == []


SCRIPTS: "List[Tuple[str, List[Tuple[str, int, int]], List[int]]]" = [
    ("SYN again", [(">", SYN, 5), (">", SYN, 5)], [0, 0]),
    ("SYN, another number", [(">", SYN, 5), (">", SYN, 6)], [0, 1]),
    ("SYN after FIN", [(">", SYN, 5), (">", FIN | ACK, 6), (">", SYN, 99)], [0, 0, 1]),
    (
        "SYN, the same number after FIN",
        [(">", SYN, 5), (">", FIN | ACK, 6), (">", SYN, 5)],
        [0, 0, 0],
    ),
    ("SYN after mid-stream", [(">", ACK, 50), (">", SYN, 900)], [0, 1]),
    ("SYN that mid-stream had guessed", [(">", ACK, 6), (">", SYN, 5)], [0, 0]),
    ("SYN the other way", [(">", SYN, 5), ("<", SYN, 700)], [0, 0]),
    ("SYN the other way, later", [(">", ACK, 5), ("<", SYN, 700)], [0, 1]),
    ("SYN and ACK, another number", [("<", ACK, 5), ("<", SYN | ACK, 700)], [0, 0]),
    ("RST first", [(">", RST, 5), (">", SYN, 5)], [0, 1]),
]


def played(steps: "List[Tuple[str, int, int]]", client: int = 0) -> "List[Segment]":
    ways = {">": key(client), "<": reversed_key(key(client))}
    return [seg(n, flags=flags, ack=9, key=ways[way]) for way, flags, n in steps]


@pytest.mark.parametrize("follow", [True, False], ids=["followed", "not followed"])
@pytest.mark.parametrize(
    "steps, numbers", [s[1:] for s in SCRIPTS], ids=[s[0] for s in SCRIPTS]
)
def test_where_a_new_conversation_begins(
    steps: "List[Tuple[str, int, int]]", numbers: "List[int]", follow: bool
) -> None:
    conversations = Conversations(lambda *ports: follow)
    assert [conversations.flow(segment).number for segment in played(steps)] == numbers


def frame_of(segment: Segment) -> bytes:
    four = segment.key
    source, destination = (str(p.ip_address(four[at : at + 4])) for at in (0, 4))
    ports = int.from_bytes(four[8:10], "big"), int.from_bytes(four[10:], "big")
    payload = segment.data[segment.start : segment.end]
    header = p.tcp(
        source, destination, *ports, segment.seq, segment.ack, segment.flags, payload
    )
    return p.ethernet(p.ipv4(header, source, destination))


def random_segments(seed: int) -> "List[Segment]":
    """Segments of two conversations that make no sense."""
    rng = random.Random(seed)
    flags = [
        SYN,
        SYN,
        SYN | ACK,
        ACK,
        ACK,
        FIN | ACK,
        RST,
        RST | ACK,
        0,
        FIN,
        SYN | FIN,
    ]
    return [
        seg(
            rng.choice([100, 101, 200, 5000, 2**32 - 1, 0]),
            b"x" * rng.choice([0, 0, 1, 5]),
            rng.choice(flags),
            rng.choice([0, 101, 201, 7000]),
            key=rng.choice(
                [key(0), key(1), reversed_key(key(0)), reversed_key(key(1))]
            ),
        )
        for _ in range(400)
    ]


SCRIPTED = [s for n, script in enumerate(SCRIPTS) for s in played(script[1], n)]
SENSELESS = [segment for seed in range(3) for segment in random_segments(seed)]


@needs_tshark
@pytest.mark.parametrize(
    "segments", [SCRIPTED, SENSELESS], ids=["scripts", "senseless"]
)
def test_numbers_equal_tsharks(segments: "List[Segment]", tmp_path: Path) -> None:
    file = tmp_path / "made.pcap"
    file.write_bytes(pcap(Packet(n, frame_of(s)) for n, s in enumerate(segments)))
    columns = ["-e", "tcp.stream", "-e", "tcp.seq", "-e", "tcp.ack"]
    text = tshark("-r", str(file), "-T", "fields", *columns, ports=[])
    theirs = [tuple(map(int, line.split("\t"))) for line in text.splitlines()]
    assert list(numbers(segments)) == theirs


def numbers(segments: "List[Segment]") -> "List[Tuple[int, int, int]]":
    conversations, found = on_8000(), []
    for segment in segments:
        flow = flow_of(conversations, segment)
        bits = 0x5000 | segment.flags
        tcp = Tcp(0, 0, segment.seq, segment.ack, bits, 0, 0, 0, 20)
        seen = TcpInStream(tcp, flow)
        found.append((seen.stream, seen.seq, seen.ack))
    return found


# What turns it


def state(flow: Flow) -> "List[object]":
    """All that an assembler knows."""
    names = {*Assembler.__slots__} - {"_limits", "_budget"}
    return [getattr(flow, name) for name in sorted(names)]


def step_by_step(flow: Flow, segment: Segment) -> "List[Said]":
    says_more = segment.length > 0 or segment.flags & (FIN | RST) > 0
    had = flow.peer.acknowledge(segment.ack, segment.flags, says_more)
    return [said(had), said(flow.feed(segment))]


def test_a_turn_is_what_the_assemblers_make_of_it_step_by_step() -> None:
    turned = set()
    for seed in range(40):
        one, other = on_8000(), on_8000()
        for segment in random_segments(seed):
            flow, same = flow_of(one, segment), flow_of(other, segment)
            way = flow, flow.peer, segment.seq, segment.flags
            if not segment.length and Assembler.turns(*way):
                turned.add(segment.flags & (SYN | FIN | RST))
                assert step_by_step(same, segment) == [[], []]
            else:
                assert step_by_step(flow, segment) == step_by_step(same, segment)
            assert state(flow) == state(same) and state(flow.peer) == state(same.peer)
    assert turned == {SYN, FIN, RST}


# What ends


@pytest.mark.parametrize("back", [KEY, BACK])
def test_flows_that_have_parted_tell_of_each_other(back: bytes) -> None:
    conversations = on_8000()
    flow = flow_of(conversations, seg(1, flags=SYN))
    conversations.flow(seg(9, flags=SYN | ACK, ack=2, key=BACK))
    flow = flow if back == BACK else flow.peer
    peer, flow.peer.reader = flow.peer, "of the other one"
    flow.part()
    again = flow.peer
    assert (again.number, again.key) == (flow.number, peer.key)
    assert (again.base_seq, again.reader) == (peer.base_seq, "of the other one")
    assert again.peer is flow


def test_flows_that_have_parted_are_in_no_circle() -> None:
    conversations = on_8000()
    gc.collect()
    for there, back in ((KEY, BACK), (KEY[:4] * 2 + KEY[-2:] * 2,) * 2):
        flow = flow_of(conversations, seg(1, flags=SYN, key=there))
        assert flow.peer.key == back
        conversations.unfollow(flow)
        flow.part()
        assert flow.peer.key == back
        del flow
    assert gc.collect() == 0


def test_a_flow_whose_ports_are_used_again_ends() -> None:
    conversations = on_8000()
    old = flow_of(conversations, seg(1, flags=SYN))
    old.feed(seg(5, b"late"))
    new = flow_of(conversations, seg(900, flags=SYN))
    assert conversations.ended() == [old, old.peer] and conversations.ended() == []
    assert conversations.flows == {KEY: new, BACK: new.peer}


def test_closed_connections_are_let_go_after_a_while() -> None:
    conversations = on_8000(Limits(closed_frames=2))
    flows = [flow_of(conversations, seg(1, flags=SYN, key=key(n))) for n in range(3)]
    for n in range(3):
        assert conversations.ended() == []
        conversations.advance(1)
        conversations.flow(seg(2, flags=RST, key=key(n)))
    conversations.advance(1)
    assert conversations.ended() == [flows[0], flows[0].peer]
    left = conversations.flow(seg(3, key=key(0)))
    assert isinstance(left, Unfollowed) and left.number == 0


def test_the_number_of_a_closed_connection_outlives_some_others() -> None:
    """Memory stays flat however many connections open and close."""
    conversations = on_8000(Limits(closed_frames=1, ended_connections=2))
    for n in range(9):
        conversations.advance(2)
        conversations.flow(seg(1, flags=SYN, key=key(n)))
        conversations.flow(seg(2, flags=RST, key=key(n)))
    assert [conversations.flow(seg(3, key=key(n))).number for n in (6, 7, 8)] == [
        6,
        7,
        8,
    ]
    assert len(conversations.flows) == 2 * 3
    assert conversations.flow(seg(3, key=key(5))).number == 9


def test_ports_used_again_are_not_forgotten_with_who_had_them_before() -> None:
    conversations = on_8000(Limits(closed_frames=1, ended_connections=1))
    for n in (0, 1, 2):
        conversations.advance(2)
        conversations.flow(seg(1, flags=SYN, key=key(n)))
        conversations.flow(seg(2, flags=RST, key=key(n)))
        if n == 1:  # the first one has ended, and its ports are used again
            conversations.flow(seg(700, flags=SYN, key=key(0)))
    again = conversations.flow(seg(701, key=key(0)))
    assert isinstance(again, Flow) and again.number == 2


def test_a_connection_closed_by_one_side_is_open() -> None:
    """A request may be answered after the client's FIN."""
    conversations = on_8000(Limits(closed_frames=1))
    conversations.flow(seg(1, flags=FIN | ACK))
    conversations.advance(9)
    assert conversations.ended() == []
    conversations.flow(seg(9, flags=FIN | ACK, key=BACK))
    conversations.advance(9)
    assert [flow.key for flow in conversations.ended()] == [BACK, KEY]


def test_a_closed_connection_that_still_speaks_is_followed() -> None:
    conversations = on_8000(Limits(closed_frames=1))
    flow = flow_of(conversations, seg(1, flags=SYN))
    conversations.flow(seg(2, flags=RST))
    flow.feed(seg(2, b"more"))
    conversations.advance(9)
    assert conversations.ended() == []
    conversations.advance(9)
    assert conversations.ended() == [flow, flow.peer]


def test_who_has_just_come_is_not_let_go_for_the_busy() -> None:
    conversations = on_8000(Limits(connections=2))
    for n in range(9):
        flow = flow_of(conversations, seg(n, flags=SYN, key=key(n)))
        assert flow not in conversations.ended()
        for other in conversations.flows.values():
            assert isinstance(other, Flow)
            other.feed(seg(n * 10, b"busy"))


def test_of_open_connections_an_idle_one_is_let_go() -> None:
    """The oldest on which nothing has come since it began."""
    conversations = on_8000(Limits(connections=2))
    flows = [flow_of(conversations, seg(1, flags=SYN, key=key(n))) for n in range(2)]
    flows[0].feed(seg(1, b"busy", key=key(0)))
    conversations.flow(seg(1, flags=SYN, key=key(2)))
    assert conversations.ended() == [flows[1], flows[1].peer]


def test_a_connection_let_go_is_followed_again_when_it_goes_on() -> None:
    """As one that begins in mid-stream: nothing of it goes unseen."""
    conversations = on_8000(Limits(connections=1))
    conversations.flow(seg(1, flags=SYN, key=key(0)))
    conversations.flow(seg(1, flags=SYN, key=key(1)))
    assert (
        conversations.let_go == {"connections": 1} and key(0) not in conversations.flows
    )
    flow = flow_of(conversations, seg(50, b"on", key=key(0)))
    assert (flow.number, said(flow.feed(seg(50, b"on")))) == (2, [-1, b"on"])


def test_unfollow_keeps_the_number() -> None:
    conversations = on_8000()
    conversations.flow(seg(1, flags=SYN, key=key(5)))
    flow = flow_of(conversations, seg(1, flags=SYN))
    conversations.unfollow(flow)
    for way in (KEY, BACK):
        left = conversations.flows[way]
        assert isinstance(left, Unfollowed) and left.number == 1
    assert conversations.flow(seg(1, flags=SYN)).number == 1
    assert conversations.flow(seg(2, flags=SYN)).number == 2


def test_the_longest_waiting_flow_is_named_when_all_hold_too_much() -> None:
    conversations = on_8000(Limits(total_bytes=1000))
    flows = []
    for n in range(3):
        flows.append(flow_of(conversations, seg(1, flags=SYN, key=key(n))))
        flows[n].feed(seg(1, flags=SYN))
        flows[n].feed(seg(50, b"x" * 400))
    late = conversations.overflowing()
    assert late is flows[0]
    assert said(late.finish()) == [48, b"x" * 400]
    while (late := conversations.overflowing()) is not None:
        late.finish()
    assert flows[2].held


# What is remembered


def test_the_oldest_conversations_are_forgotten_at_the_limit() -> None:
    conversations = on_8000(Limits(conversations=160))
    first = flow_of(conversations, seg(1, flags=SYN))
    for n in range(500):
        conversations.flow(seg(1, flags=SYN, key=key(n, 80)))
        assert len(conversations.flows) <= 320
    assert conversations.flows[KEY] is first, "what is followed stays"
    assert conversations.flow(seg(1, flags=SYN, key=key(499, 80))).number == 500
    assert conversations.flow(seg(1, flags=SYN, key=key(0, 80))).number == 501
    assert conversations.let_go["conversations"] > 0


def test_what_nobody_decodes_takes_little_memory() -> None:
    """Some 250 bytes a conversation, both directions and the table with it."""
    conversations = on_8000()
    tracemalloc.start()
    for n in range(10_000):
        conversations.flow(seg(n * 80_000, flags=SYN, key=key(n, 80)))
        conversations.flow(seg(n, flags=SYN | ACK, ack=9, key=reversed_key(key(n, 80))))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 10_000 * 300
    assert {flow.number for flow in conversations.flows.values()} == set(range(10_000))


def test_a_million_half_open_connections_stay_within_the_limits() -> None:
    """On the followed port; at a smaller scale, the limits with it."""
    limits = Limits(conversations=4000, connections=500)
    conversations = on_8000(limits)
    ended = followed = 0
    for n in range(20_000):
        conversations.flow(seg(1, flags=SYN, key=key(n)))
        ended += len(conversations.ended())
    followed = sum(isinstance(flow, Flow) for flow in conversations.flows.values())
    assert followed == 2 * 500 and ended == 2 * 19_500
    assert len(conversations.flows) == followed


@pytest.mark.parametrize("one", [None, 0, 2**32 - 1])
@pytest.mark.parametrize("other", [None, 0, 77])
def test_a_conversation_in_one_integer(one: "int | None", other: "int | None") -> None:
    packed = Unfollowed.of(2**32 - 1, (one, other))
    assert (packed.number, packed.bases) == (2**32 - 1, (one, other))


def test_segments_of_frames_are_those_of_the_scripts() -> None:
    segment = seg(5, b"abc", ACK, 9)
    frame = frame_of(segment)
    found = segment_of(frame, 0, len(frame), len(frame), 1)
    assert found is not None and found[:4] == segment[:4] and found.length == 3
