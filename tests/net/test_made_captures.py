"""The made captures: each frame, each stream, and the same as tshark's where it is right."""

import gzip
from typing import Dict, Iterator, List, Tuple

import pytest

from captures.make import records as r
from captures.make.packets import Conversation
from captures.make.transport import (
    MAKERS,
    PAGE,
    REQUEST,
    RESPONSE,
    VALUES,
    Capture,
    file_of,
)
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.flow import Conversations, Flow
from fcgidissect.net.frame import Frame, Source
from fcgidissect.net.layers import layers
from fcgidissect.net.link import LINK_TYPES
from fcgidissect.net.segment import Chunk, Segment, segment_of
from fcgidissect.net.tcp import Tcp, TcpInStream
from tests.corpus import CAPTURES
from tests.net.streams import Said, said
from tests.tshark import needs_tshark, tshark

KEPT = r.request(1, VALUES, flags=r.KEEP_CONN)
ANSWER = r.response(1, PAGE)
BODY = bytes(range(256)) * 255
ONCE: "List[Said]" = [[REQUEST], [RESPONSE]]

WANTED: "Dict[str, List[Said]]" = {
    "made-qinq": ONCE * 2,
    "made-raw": ONCE * 2,
    "made-null": ONCE * 4,
    "made-unknown-link": [],
    "made-large-frame": [
        [REQUEST],
        [r.stdout(1, PAGE) + r.stdout(1, BODY) * 2 + r.end(1)],
    ],
    "made-mpls": ONCE * 2,
    "made-gre": ONCE * 3,
    "made-ip-in-ip": ONCE * 3,
    "made-reset": [[REQUEST], [200, RESPONSE[200:]]],
    "made-ports-reused": ONCE * 3,
    "made-one-direction": [[], [RESPONSE]],
    "made-lost-segment": [
        [KEPT * 2],
        [ANSWER[:200], 200, ANSWER[400:] + ANSWER],
    ],
    "made-mid-stream": [[-1, KEPT], [-1, RESPONSE[200:] + RESPONSE]],
    "made-cut": [
        [REQUEST],
        [
            RESPONSE[:146],
            154,
            RESPONSE[300:446],
            len(RESPONSE) - 446,
        ],
    ],
}
"""Name -> what each direction says, the client's first; ONCE where it is not here."""

names = pytest.mark.parametrize("name", MAKERS)


def frames(capture: Capture) -> "Iterator[Frame]":
    """A capture's frames, without its file."""
    source = Source(capture.link_type)
    for at, data in enumerate(capture.frames):
        size = len(data)
        length = capture.lengths.get(at, size)
        yield Frame(at + 1, 0, 0, 0, size, length, b"<" + data + b">", 1, source)


def segments(capture: Capture) -> "Iterator[Tuple[Frame, Segment]]":
    defragmenter = Defragmenter()
    for frame in frames(capture):
        found = segment_of(
            frame.data,
            frame.start,
            frame.start + frame.cap_len,
            frame.len,
            frame.source.link_type,
            defragmenter,
        )
        if found is not None:
            yield frame, found


def streams(capture: Capture) -> "List[Said]":
    """What each direction says, stream by stream, the client's first."""
    conversations = Conversations(lambda *ports: True)
    directions: "Dict[Tuple[int, int], List[Chunk]]" = {}
    ended: "List[Flow]" = []
    for _, segment in segments(capture):
        flow = conversations.flow(segment)
        assert isinstance(flow, Flow)
        for one in (flow, flow.peer):
            directions.setdefault((one.number, one.source_port == 8000), [])
        ours = directions[flow.number, flow.source_port == 8000]
        ours += flow.feed(segment)
        theirs = directions[flow.number, flow.source_port != 8000]
        theirs += flow.peer.acknowledge(segment.ack, segment.flags)
        ended += conversations.ended()
    for flow in ended + [
        f for f in conversations.flows.values() if isinstance(f, Flow)
    ]:
        directions[flow.number, flow.source_port == 8000] += flow.finish()
    return [said(directions[key]) for key in sorted(directions)]


@names
def test_what_is_said(name: str) -> None:
    assert streams(MAKERS[name]()) == WANTED.get(name, ONCE)


@names
def test_the_committed_file_is_what_its_function_makes(name: str) -> None:
    content = (CAPTURES / f"{name}.pcap.gz").read_bytes()
    assert gzip.decompress(content) == file_of(MAKERS[name]())


@names
def test_its_row_says_what_its_function_says(name: str) -> None:
    words = " ".join((MAKERS[name].__doc__ or "").split())
    assert (
        f"| `{name}.pcap.gz` | 8000 | A made client to a made server | {words} |"
        in (CAPTURES / "README.md").read_text(encoding="utf-8")
    )


def test_every_link_type_but_unknown_ones_is_known() -> None:
    types = {maker().link_type for maker in MAKERS.values()}
    assert types - set(LINK_TYPES) == {162}


TSHARK_IS_LESS = {
    "made-mpls": "tshark does not look behind a control word unless told to",
}


@needs_tshark
@names
def test_streams_and_numbers_equal_tsharks(name: str) -> None:
    columns = "frame.number tcp.stream tcp.seq tcp.ack tcp.len tcp.srcport".split()
    options = [part for column in columns for part in ("-e", column)]
    path = str(CAPTURES / f"{name}.pcap.gz")
    text = tshark("-r", path, "-Y", "tcp", "-T", "fields", *options, ports=[])
    theirs = [list(map(int, line.split("\t"))) for line in text.splitlines()]
    equal = list(numbers(MAKERS[name]())) == theirs
    assert equal != (name in TSHARK_IS_LESS)


def numbers(capture: Capture) -> "Iterator[List[int]]":
    conversations = Conversations(lambda *ports: True)
    for frame, segment in segments(capture):
        flow = conversations.flow(segment)
        assert isinstance(flow, Flow)
        tcp = Tcp(
            flow.source_port,
            flow.destination_port,
            segment.seq,
            segment.ack,
            0x5000 | segment.flags,
            0,
            0,
            0,
            20 + segment.length,
        )
        ours = TcpInStream(tcp, flow)
        yield [frame.number, ours.stream, ours.seq, ours.ack, tcp.len, tcp.srcport]


@names
def test_layers_and_segment_agree(name: str) -> None:
    """On every frame: TCP on top exactly where there is a segment."""
    capture = MAKERS[name]()
    found = {frame.number: segment for frame, segment in segments(capture)}
    defragmenter = Defragmenter()
    for frame in frames(capture):
        stack = layers(frame, defragmenter)
        segment = found.get(frame.number)
        if segment is None:
            assert not any(isinstance(layer.noun, Tcp) for layer in stack)
            continue
        top = stack[-1]
        assert isinstance(top.noun, Tcp) and top.end == segment.start
        assert (top.noun.seq_raw, top.noun.len) == (segment.seq, segment.length)


def test_a_conversation_reads_as_a_script() -> None:
    talk = Conversation().open()
    assert len(talk.send(talk.client, b"a").close().packets) == 7
