"""One record: its bytes, and the typed body in its content."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.record import Record, decode_body
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.spec import BeginRequest, EndRequest, UnknownType
from tests.fcgi.streams import cut, read


@pytest.mark.parametrize(
    "record, body",
    [
        (make.begin(1, 3, 1), BeginRequest(3, 1)),
        (make.end(1, 7, 2), EndRequest(7, 2)),
        (make.unknown_type(99), UnknownType(99)),
        (make.stdin(1, b"12345678"), None),
        (make.record(make.BEGIN_REQUEST, 1, b"\0\1\0"), None),
    ],
)
def test_bodies(record: bytes, body: object) -> None:
    (only,) = RecordReader().feed(make.begin(1) + record, 0, 16 + len(record))[1:]
    assert only.body == body


def test_a_body_longer_than_it_should_be_is_decoded_all_the_same() -> None:
    assert decode_body(make.BEGIN_REQUEST, b"\0\1\1" + bytes(9)) == BeginRequest(1, 1)


def test_padding_and_raw() -> None:
    stream = make.begin(1) + make.stdout(1, b"abc", 5)
    for size in (len(stream), 1):
        record = read(cut(stream, size))[0][1]
        assert record.content == b"abc" and record.padding == bytes(5)
        assert record.raw == stream[16:]


@pytest.mark.parametrize(
    "missing, runs",
    [
        ((), [(0, b"abcd")]),
        (((0, 2),), [(2, b"abcd")]),
        (((3, 2), (5, 1)), [(0, b"abc"), (6, b"d")]),
        (((4, 9),), [(0, b"abcd")]),
        (((1, 1), (3, 1)), [(0, b"a"), (2, b"b"), (4, b"cd")]),
    ],
)
def test_runs_are_the_bytes_that_are_there_with_their_places(
    missing: "tuple[tuple[int, int], ...]", runs: "list[tuple[int, bytes]]"
) -> None:
    header = make.record(make.STDIN, 1, bytes(4 + sum(lost for _, lost in missing)))[:8]
    record = Record(header, b"--abcd--", 2, 6, (), missing)
    assert list(record.runs()) == runs
