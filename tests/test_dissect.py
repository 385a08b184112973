"""The corridor's loop and its short cuts, held against the way stage by stage."""

import random
from typing import Any, List

import pytest

from captures.make import records as make
from fcgidissect import dissect, getter
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry
from fcgidissect.net.flow import Conversations, Flow
from fcgidissect.net.frame import Batch, Frame, Source
from fcgidissect.net.segment import Segment
from fcgidissect.net.tcp import ACK, FIN, RST, SYN
from tests.corpus import Capture, captures
from tests.net.streams import seg
from tests.net.test_flow import frame_of, key, random_segments, reversed_key


class Onlooker:
    """Wants to know it all, so that nothing takes a short cut."""

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `dissect.Watcher`."""

    def ended(self, flow: Flow) -> None:
        """See `dissect.Watcher`."""


def batch_of(segments: "List[Segment]") -> Batch:
    """Frames of segments, a microsecond apart."""
    frames = [frame_of(segment) for segment in segments]
    ends = [sum(map(len, frames[: n + 1])) for n in range(len(frames))]
    packets = [
        (n * 1000, end - len(frame), len(frame), len(frame))
        for n, (end, frame) in enumerate(zip(ends, frames))
    ]
    return Batch(b"".join(frames), packets, Source(1))


def told(dissector: Dissector, entries: "List[Entry]") -> "List[object]":
    """What entries say, their flows and requests put into words."""
    return [
        (
            *(entry.frame, entry.flow.key, entry.flow.number, entry.flow.base_seq),
            *(entry.record, entry.position),
            entry.request and (entry.request.number, entry.request.outcome),
        )
        for entry in entries
    ] + [(each.number, each.bases) for each in foreign(dissector.conversations)]


def foreign(conversations: Conversations) -> "List[Any]":
    return [flow for flow in conversations.flows.values() if isinstance(flow, int)]


slowly = pytest.mark.parametrize("without", ["loop", "short cuts"])


def slow(
    without: str, monkeypatch: pytest.MonkeyPatch, ports: "List[int]"
) -> Dissector:
    if without == "loop":
        monkeypatch.setattr(dissect, "_PLAIN", {})
        return Dissector(ports)
    return Dissector(ports, watcher=Onlooker())


@slowly
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_captures(
    capture: Capture, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = []
    for fast in True, False:
        ports = capture.port_numbers
        dissector = Dissector(ports) if fast else slow(without, monkeypatch, ports)
        with open_capture(capture.path) as batches:
            entries = [row for batch in batches for row in dissector.feed(batch)]
        ways.append(told(dissector, entries + dissector.finish()))
    assert ways[0] == ways[1]


def talk(rng: random.Random, client: int) -> "List[Segment]":
    """A connection of one request, whose segments come in nearly any order."""
    ways = {True: key(client), False: reversed_key(key(client))}
    ask, answer = make.request(1, {"A": "B"}), make.response(1, b"Status: 200\r\n\r\nx")
    steps = [
        (True, SYN, 9, 0, b""),
        (False, SYN | ACK, 99, 10, b""),
        (True, ACK, 10, 100, ask),
        (False, ACK, 100, 10 + len(ask), answer),
        (True, FIN | ACK, 10 + len(ask), 100 + len(answer), b""),
        (False, rng.choice([FIN | ACK, RST]), 100 + len(answer), 11 + len(ask), b""),
        (True, ACK, 11 + len(ask), 101 + len(answer), b""),
    ]
    for _ in range(rng.choice([0, 0, 1, 3])):
        at, by = rng.randrange(len(steps)), rng.randrange(len(steps))
        steps.insert(by, steps[at] if rng.random() < 0.5 else steps.pop(at))
    return [
        seg(seq, payload, flags, ack, key=ways[way])
        for way, flags, seq, ack, payload in steps
    ]


@slowly
@pytest.mark.parametrize("seed", range(40))
def test_connections_in_disorder(
    seed: int, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    segments = [segment for client in range(8) for segment in talk(rng, client % 6)]
    batch, half = batch_of(segments), len(segments) // 2
    ways = []
    for fast in True, False:
        dissector = Dissector([8000]) if fast else slow(without, monkeypatch, [8000])
        entries: "List[Entry]" = []
        for packets in batch.packets[:half], batch.packets[half:]:
            entries += dissector.feed(batch._replace(packets=packets))
        ways.append(told(dissector, entries + dissector.finish()))
    assert ways[0] == ways[1] and len(ways[0]) > 20


@pytest.mark.parametrize("acked", [True, False])
def test_without_a_syn_from_the_server_its_numbers_count_from_the_first_ack(
    acked: bool,
) -> None:
    """As Wireshark has it, though the first bytes of the answer are lost as well."""
    client, server = key(1), reversed_key(key(1))
    ask, answer = make.request(1, {"A": "B"}), make.response(1, b"Status: 200\r\n\r\nx")
    segments = [
        seg(9, b"", SYN, 0, key=client),
        *[seg(10, b"", ACK, 100, key=client)] * acked,
        seg(10, ask, ACK, 100, key=client),
        seg(100 + len(answer), answer, ACK, 10 + len(ask), key=server),
    ]
    dissector = Dissector([8000])
    entries = dissector.feed(batch_of(segments)) + dissector.finish()
    seq, ack = getter("tcp.seq"), getter("tcp.ack")
    first, last = entries[0], entries[-1]
    assert (*seq(first), *ack(first)) == (1, 1)
    assert list(seq(last)) == [1 + len(answer)]


@pytest.mark.parametrize("probing", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_what_nobody_decodes_is_numbered_the_same(seed: int, probing: bool) -> None:
    segments = random_segments(seed)
    conversations = Conversations(lambda *ports: False)
    for segment in segments:
        conversations.flow(segment)
    dissector = Dissector([9000])
    if not probing:
        begin = seg(1, make.request(1, {}), key=key(7, 9000))
        segments.insert(0, begin)
        conversations.count += 1
    batch = batch_of(segments)
    for packet in batch.packets:
        dissector.feed(batch._replace(packets=[packet]))
    assert dissector.conversations.count == conversations.count
    for flow, same in zip(foreign(dissector.conversations), foreign(conversations)):
        assert (flow.number - (not probing), flow.bases) == (same.number, same.bases)
