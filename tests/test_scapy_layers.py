"""What Scapy's classes build, our decoder reads; and the other way round."""

from typing import List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.records import Record, RecordReader
from fcgidissect.fcgi.spec import BODIES

layers = pytest.importorskip("fcgidissect.scapy_layers")
FCGI = layers.FCGI

KINDS = st.integers(1, 11)
CONTENTS = st.binary(max_size=60)
BYTE, PADDING = st.integers(0, 255), st.binary(max_size=255)


def read(stream: bytes) -> "List[Record]":
    """The records of a stream behind one that starts it."""
    start = make.begin(1)
    return RecordReader().feed(start + stream, 0, len(start + stream))[1:]


@settings(deadline=None)
@given(KINDS, st.integers(0, 65535), CONTENTS, PADDING)
def test_our_decoder_reads_what_scapy_builds(
    kind: int, id: int, content: bytes, padding: bytes
) -> None:
    if kind in BODIES:
        content = content[:8].ljust(8, b"\0")
    packet = FCGI(type=kind, id=id, content=content, padding=padding)
    (record,) = read(bytes(packet))
    head = record.head
    assert (head.version, head.type, head.id) == (1, kind, id)
    assert (record.content, record.padding) == (content, padding)


@settings(deadline=None)
@given(KINDS, st.integers(0, 65535), CONTENTS, BYTE)
def test_scapy_reads_what_was_built(
    kind: int, id: int, content: bytes, padding: int
) -> None:
    raw = make.record(kind, id, content, padding)
    packet = FCGI(raw)
    (record,) = read(raw)
    for name, value in record.head._asdict().items():
        assert getattr(packet, name) == value
    body = record.body
    if body is not None and len(content) == 8:
        for name, value in body._asdict().items():
            assert getattr(packet.content, name) == value
    else:
        assert bytes(packet.content) == content
    assert bytes(packet) == raw


def test_records_follow_each_other() -> None:
    stream = make.request(1, {"A": "b"}) + make.response(1, b"Status: 200 OK\r\n\r\n")
    packet, kinds = FCGI(stream), []
    while packet:
        kinds.append(packet.type)
        packet = packet.payload
    assert kinds == [1, 4, 4, 5, 6, 6, 3]


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=200)), max_size=5))
def test_pairs(pairs: "List[Tuple[str, str]]") -> None:
    raw = bytes(FCGI(type="PARAMS", id=1, content=pairs))
    assert decode(raw[8:]) == (tuple(pairs), b"")
    assert repr([(name, value) for name, value in pairs]) in repr(FCGI(raw))


def test_lengths_that_are_given_stand() -> None:
    raw = bytes(FCGI(type="STDIN", content_length=9, content=b"abc", padding_length=7))
    assert raw == b"\x01\x05\x00\x00\x00\x09\x07\x00abc"


@pytest.mark.parametrize(
    "body, raw",
    [
        (lambda: layers.FCGIBeginRequest(role=3, flags=1), make.begin(1, 3, 1)),
        (lambda: layers.FCGIEndRequest(app_status=7), make.end(1, 7)),
        (lambda: layers.FCGIUnknownType(type=99), make.unknown_type(99)),
    ],
)
def test_bodies_by_name(body: "type", raw: bytes) -> None:
    packet = FCGI(type=raw[1], id=int.from_bytes(raw[2:4], "big"), content=body())
    assert bytes(packet) == raw


def test_on_a_tcp_port() -> None:
    from scapy.layers.inet import IP, TCP

    layers.bind(9000)
    packet = IP(bytes(IP() / TCP(dport=9000) / FCGI(id=7)))
    assert packet[FCGI].id == 7


def test_a_session_waits_for_whole_records() -> None:
    stream = make.begin(1) + make.params(1, {"A": "b"})
    assert FCGI.tcp_reassemble(stream[:20], {}, {}) is None
    assert bytes(FCGI.tcp_reassemble(stream, {}, {})) == stream
