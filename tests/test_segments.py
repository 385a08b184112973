"""The segments that brought each record, and what the last of them was, beside tshark."""

from itertools import accumulate
from random import Random
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Set,
    Tuple,
)

import pytest

from captures.make import records as make
from captures.make.packets import Conversation, ethernet
from fcgidissect import getter, read
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector, Watcher
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Batch, Frame, Source
from fcgidissect.net.segment import Segment
from fcgidissect.net.tcp import ACK, FIN, RST, SYN
from tests.corpus import CAPTURES, Capture, captures
from tests.tshark import fields, needs_tshark

ANALYSIS = (
    "tcp.analysis.retransmission",
    "tcp.analysis.out_of_order",
    "tcp.analysis.lost_segment",
)


class Seen(NamedTuple):
    """What is said of the records of one frame."""

    segments: Set[int]
    """Frames of those that took several."""
    analysis: List[bool]
    """Which of ANALYSIS it is."""


AGAIN = "tshark lists the frames that brought the same bytes again, too"
CUT = "tshark does not put together what was cut"
SEGMENTS = {
    "any-twice.pcap.gz": AGAIN,
    "made-zero-window.pcap.gz": AGAIN,
    "reorder-web.pcap.gz": AGAIN,
    "reorder-app.pcap.gz": AGAIN,
    "reorder-lossy.pcap.gz": "a record lacks bytes; tshark takes others for them",
    "interfaces.pcapng.gz": CUT,
    "snaplen.pcap.gz": CUT,
    "made-cut.pcap.gz": CUT,
    "midstream-stdout.pcap.gz": "tshark takes bytes of the body for a record",
    "made-overlap-differing.pcap.gz": "tshark takes the later copy",
}
"""Capture -> why its segments differ from tshark's."""
SLOW = "2.8 ms are late there: tshark knows the round-trip time, 2.6 ms"
NEWER = "its TCP time stamp says that it was sent behind those that came before it"
REPEATED = "some of its bytes had come before"
DIFFERENT = {
    ("reorder-web.pcap.gz", 94): SLOW,
    ("reorder-web.pcap.gz", 98): SLOW,
    ("reorder-web.pcap.gz", 330): SLOW,
    ("reorder-web.pcap.gz", 531): SLOW,
    ("reorder-web.pcap.gz", 111): NEWER,
    ("reorder-web.pcap.gz", 341): NEWER,
    ("reorder-web.pcap.gz", 383): NEWER,
    ("reorder-web.pcap.gz", 757): NEWER,
    ("reorder-app.pcap.gz", 174): NEWER,
    ("made-overlap.pcap.gz", 7): REPEATED,
    ("made-ack-before-data.pcap.gz", 8): "its ACK was recorded before it, no more",
    ("made-far-segment.pcap.gz", 8): "the segment far away before it is noise",
}
"""Capture and frame -> why its analysis differs from tshark's."""


def ours(capture: Capture) -> "Dict[int, Seen]":
    segment, *analysis = map(getter, ("tcp.segment", *ANALYSIS))
    found: "Dict[int, Seen]" = {}
    for row in read(capture.path, ports=capture.port_numbers):
        was = [bool(get(row)) for get in analysis]
        seen = found.setdefault(row.frame.number, Seen(set(), was))
        assert seen.analysis == was
        seen.segments.update(segment(row))
    return found


def theirs(capture: Capture) -> "Dict[int, Seen]":
    names = ("frame.number", "tcp.segment", *ANALYSIS)
    rows = fields(capture.path, capture.port_numbers, *names)
    return {
        int(frame): Seen(set(map(int, filter(None, segments.split(",")))), was)
        for frame, segments, *values in rows
        for was in [[bool(value) for value in values]]
    }


@needs_tshark
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_segments_equal_tsharks(capture: Capture) -> None:
    mine, others = ours(capture), theirs(capture)
    both = sorted(mine.keys() & others.keys())
    segments = [n for n in both if mine[n].segments != others[n].segments]
    assert bool(segments) == (capture.name in SEGMENTS)
    if SEGMENTS.get(capture.name) == AGAIN:
        longer = [n for n in segments if len(mine[n].segments) > 1]
        assert all(mine[n].segments < others[n].segments for n in longer)
    analysis = [n for n in both if mine[n].analysis != others[n].analysis]
    assert analysis == [n for name, n in sorted(DIFFERENT) if name == capture.name]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_a_row_has_the_whole_frame_that_brought_it(capture: Capture) -> None:
    source_port = getter("tcp.srcport")
    for row in read(capture.path, ports=capture.port_numbers):
        assert len(row.frame.bytes) == row.frame.cap_len
        assert list(source_port(row)) == [row.flow.source_port]


def together(capture: Capture) -> "Iterator[Batch]":
    with open_capture(capture.path) as batches:
        yield from batches


def singly(capture: Capture) -> "Iterator[Batch]":
    """Every packet in a batch of its own, in which it is not all."""
    for data, packets, source, comments in together(capture):
        for index, (time, start, cap_len, length) in enumerate(packets):
            one = b"<" + data[start : start + cap_len] + b">"
            told = {0: comments[index]} if index in comments else {}
            yield Batch(one, [(time, 1, cap_len, length)], source, told)


def placed(
    capture: Capture,
    batches: "Optional[Iterable[Batch]]" = None,
    watcher: Optional[Watcher] = None,
) -> "List[Tuple[Any, ...]]":
    """What every record of a capture is, with the frame that it is told in."""
    dissector = Dissector(capture.port_numbers, watcher=watcher)
    rows = []
    for batch in batches or together(capture):
        rows += dissector.feed(batch)
    return [
        (row.frame.alone, row.flow.key, row.record.raw, *row.record[4:])
        + (row.position, row.notes)
        for row in rows + dissector.finish()
    ]


def by_stages(
    self: Dissector, entries: "list[object]", flow: Flow, index: int, segment: Segment
) -> None:
    """What the corridor does with what takes no short way."""
    self._packet(entries, index)


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_amid_gaps_a_short_way_tells_the_same(
    capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = placed(capture)
    monkeypatch.setattr(Dissector, "_amid", by_stages)
    assert short == placed(capture)


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_no_connection_keeps_a_batch_longer_than_the_next(capture: Capture) -> None:
    dissector = Dissector(capture.port_numbers)
    for batch in singly(capture):
        dissector.feed(batch)
        flows = dissector.conversations.flows.values()
        sides = [flow.reader for flow in flows if isinstance(flow, Flow)]
        lasts = [side.last for side in sides if side and side.last is not None]
        kept = [last for last in lasts if isinstance(last, Frame)]
        assert all(
            last.number >= dissector.frames - 1 or not last.start for last in kept
        )
        numbers = [last for last in lasts if isinstance(last, int)]
        assert all(number >= dissector.frames - 1 for number in numbers)


QUESTION = make.request(1, {"REQUEST_METHOD": "GET", "QUERY_STRING": ""})
ANSWER = make.response(1, b"Content-type: text/html\r\n\r\n" + b"page " * 9)
TRIES = 300
FAR = 1 << 27


def test_it_does_so_whatever_is_acknowledged() -> None:
    """Bare ACKs, some of them out of place, among segments of both sides in disorder."""
    random, noted = Random(5), 0
    for _ in range(TRIES):
        talk = Conversation().open()
        first, start = len(talk.packets), talk.client.next
        talk.say(talk.server, ANSWER, *[9] * 9).say(talk.client, QUESTION, *[20] * 3)
        for _ in range(random.randrange(8)):
            seq = start + random.choice((0, 1, 20, 40, len(QUESTION), FAR))
            ack = talk.server.next - random.randrange(len(ANSWER))
            talk.packets.append(talk.segment(talk.client, seq=seq, ack=ack))
            talk.packets.append(talk.segment(talk.server))
        disorder = talk.packets[first:]
        random.shuffle(disorder)
        talk.packets[first:] = disorder
        talk.say(talk.client, QUESTION)
        batch = batch_of([ethernet(packet) for packet in talk.packets])
        short = placed(Capture("", "8000"), [batch])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Dissector, "_amid", by_stages)
            assert short == placed(Capture("", "8000"), [batch])
        noted += "bytes away from the stream" in repr(short)
    assert noted


class Watching:
    """A watcher that does nothing: with it nothing leaves the long way."""

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `Watcher`."""

    def ended(self, flow: Flow) -> None:
        """See `Watcher`."""


def test_the_same_is_told_however_connections_begin_and_end() -> None:
    """SYN, FIN, RST and bare ACKs, some again or at no time, some before the first bytes."""
    random, told = Random(7), set()
    for number in range(TRIES):
        talk = Conversation().open()
        both = talk.client, talk.server
        asks, answers = (talk.client, QUESTION), (talk.server, ANSWER)
        for who, data in (asks, answers)[: random.randrange(3)]:
            talk.say(who, data)
        ends = len(talk.packets)
        for _ in range(random.randrange(1, 5)):
            flags = random.choice((SYN, SYN | ACK, FIN | ACK, FIN | ACK, RST, ACK))
            who, shift = random.choice(both), random.choice((0, 0, 0, 1, 9))
            talk.packets.append(talk.segment(who, flags=flags, seq=who.next + shift))
            if flags & FIN:
                who.next += 1
        talk.say(talk.client, QUESTION).say(talk.server, ANSWER)
        if number % 2:
            late = talk.packets[ends:]
            random.shuffle(late)
            talk.packets[ends:] = late
        batch = batch_of([ethernet(packet) for packet in talk.packets])
        short = placed(Capture("", "8000"), [batch])
        assert short == placed(Capture("", "8000"), [batch], Watching())
        told.add(repr([row[-1] for row in short]))
    assert len(told) > 9


def batch_of(frames: "List[bytes]") -> Batch:
    ends = list(accumulate(map(len, frames)))
    packets = [
        (10**15 + end, end - len(frame), len(frame), len(frame))
        for frame, end in zip(frames, ends)
    ]
    return Batch(b"".join(frames), packets, Source(1))


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_the_same_is_told_packet_by_packet(capture: Capture) -> None:
    assert placed(capture, singly(capture)) == placed(capture)


def test_frames_are_filtered_by_what_their_segments_are() -> None:
    path = str(CAPTURES / "reorder-web.pcap.gz")
    again, fills = "tcp.analysis.retransmission", "tcp.analysis.out_of_order"
    found = {
        test: {row.frame.number for row in read(path, ports=[9000], filter=test)}
        for test in (again, fills, f"{again} && {fills}", "tcp.segment == 36")
    }
    assert {71, 111, 293} <= found[again] and 73 in found[fills]
    assert not found[f"{again} && {fills}"]
    assert found["tcp.segment == 36"] == {71}


@needs_tshark
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_protocols_equal_tsharks(capture: Capture) -> None:
    protocols = getter("frame.protocols")
    rows = fields(capture.path, capture.port_numbers, "frame.number", "frame.protocols")
    theirs = {int(frame): names for frame, names in rows}
    for row in read(capture.path, ports=capture.port_numbers):
        wanted = theirs.get(row.frame.number)
        if wanted is not None and "mpls" not in wanted:  # one for a stack of labels
            assert "".join(protocols(row)) == wanted.replace(":fcgi:fcgi", ":fcgi")
