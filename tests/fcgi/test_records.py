"""Chunks in, records out: the same however the stream is cut."""

import random
from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.records import Record, RecordReader, escaped
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    CUT_SHORT,
    LOST_CONTENT,
    LOST_HEADER,
    NOT_FASTCGI,
    RESYNCHRONISED,
    note,
)
from tests.fcgi.streams import (
    GET,
    PAGE,
    Brought,
    cut,
    read,
    requests,
    responses,
    told,
    truth,
)

REQUEST = make.request(1, GET, b"name=value")
ANSWER = make.response(1, PAGE + b"<html></html>", b"PHP Notice: x")


def content(stream: bytes) -> "List[bytes]":
    return [record.content for record in read([(0, stream)])[0]]


def test_a_request_in_one_chunk() -> None:
    records, reader = read([(0, REQUEST)])
    assert [(record.head.type, record.head.id) for record in records] == [
        (make.BEGIN_REQUEST, 1),
        (make.PARAMS, 1),
        (make.PARAMS, 1),
        (make.STDIN, 1),
        (make.STDIN, 1),
    ]
    assert records[3].content == b"name=value"
    assert not reader.foreign and not reader.undecoded


def test_a_whole_record_is_not_copied() -> None:
    data = b"in front" + REQUEST + b"behind"
    records = RecordReader().feed(data, 8, 8 + len(REQUEST))
    assert all(record.data is data and record.segments == 1 for record in records)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100, 1448])
def test_any_cut_gives_the_same_records(size: int) -> None:
    stream = REQUEST + make.request(1, GET, bytes(3000)) + make.abort(1)
    whole, _ = read([(0, stream)])
    pieces, _ = read(cut(stream, size))
    assert told(pieces) == told(whole) == [record for _, record in truth(stream)]


RECORDS = st.builds(
    make.record,
    st.integers(1, 255),
    st.integers(0, 255),
    st.binary(max_size=40),
    st.integers(0, 255),
)


@given(st.lists(RECORDS, max_size=8), st.lists(st.integers(1, 60), max_size=30))
def test_same_records_however_cut(records: "List[bytes]", sizes: "List[int]") -> None:
    stream = make.begin(1) + b"".join(records)
    pieces = make.split(stream, *sizes)
    found, reader = read([(0, piece) for piece in pieces])
    assert told(found) == [record for _, record in truth(stream)]
    assert sum(len(record.raw) for record in found) == len(stream)
    assert not reader.undecoded


CHUNKS = st.lists(st.tuples(st.integers(-1, 300), st.binary(max_size=200)), max_size=20)


@given(CHUNKS)
def test_arbitrary_bytes_never_raise_and_all_are_accounted_for(
    chunks: "List[Tuple[int, bytes]]",
) -> None:
    found, reader = read(chunks)
    there = sum(len(record.raw) for record in found)
    assert there + reader.undecoded == sum(len(chunk) for _, chunk in chunks)


@given(st.data())
def test_gaps_in_a_stream_account_for_all_bytes(data: st.DataObject) -> None:
    stream = REQUEST + REQUEST
    chunks, lost = [], 0
    for piece in make.split(stream, *data.draw(st.lists(st.integers(1, 90)))):
        if data.draw(st.booleans()):
            chunks.append((lost, piece))
            lost = 0
        else:
            lost += len(piece)
    found, reader = read(chunks)
    there = sum(len(record.raw) for record in found)
    assert there + reader.undecoded == sum(len(chunk) for _, chunk in chunks)
    wanted = [record for _, record in truth(stream)]
    assert all(each in wanted for each in told([r for r in found if not r.missing]))


def held(chunks: "List[Tuple[int, bytes]]") -> "List[Record]":
    """What `read` gives, when what is no more than a part of a record is only held."""
    reader = RecordReader()
    found = []
    for at, (lost, chunk) in enumerate(chunks):
        if reader.wanted > len(chunk) and not (reader.unusual or lost):
            reader.hold(b"\xaa" + chunk, 1, 1 + len(chunk), at)
        else:
            found += reader.feed(chunk, 0, len(chunk), lost, mark=Brought(at))
    return found + reader.finish()


@given(CHUNKS | st.lists(RECORDS, max_size=8).map(lambda some: cut(b"".join(some), 7)))
def test_parts_that_are_held_give_the_same_records(
    chunks: "List[Tuple[int, bytes]]",
) -> None:
    chunks = [(0, make.begin(1)), *chunks]
    found, wanted = held(chunks), read(chunks)[0]
    assert told(found) == told(wanted)
    assert [(r.brought_by, r.missing, r.notes, r.padding) for r in found] == [
        (r.brought_by, r.missing, r.notes, r.padding) for r in wanted
    ]


def brought(chunks: "List[Tuple[int, bytes]]") -> "List[Tuple[int, ...]]":
    """By which chunks each record was brought, as it says and as it counts."""
    records = read(chunks)[0]
    assert [r.segments for r in records] == [len(r.brought_by) or 1 for r in records]
    return [record.brought_by for record in records]


def test_a_record_over_several_chunks_tells_them() -> None:
    stream = make.begin(1) + make.stdin(1, bytes(92), 0) + make.stdin(1)
    # 16 bytes; 34 + 50 + 16 bytes; 8 bytes
    assert brought(cut(stream, 50)) == [(), (0, 1, 2), ()]
    # the second record is bytes 16 to 116, the third 116 to 124
    assert brought(cut(stream, 16)) == [(), (1, 2, 3, 4, 5, 6, 7), ()]
    assert brought(cut(stream, 20)) == [(), (0, 1, 2, 3, 4, 5), (5, 6)]
    assert brought(cut(make.begin(1), 1)) == [tuple(range(16))]


def test_chunks_that_a_search_held_are_told_too() -> None:
    stream = make.stdout(1, bytes(300)) + make.response(1, PAGE + bytes(100))
    (_, first), *rest = cut(stream[100:], 60)
    # 212 bytes of a record that began earlier; 136 + 8 + 16 bytes
    assert brought([(-1, first), *rest]) == [(3, 4, 5), (), (5, 6)]


# Gaps


def test_a_gap_in_a_content_is_carried_over() -> None:
    stream = make.stdin(1, bytes(range(100)), 4)
    chunks = [(0, make.begin(1) + stream[:30]), (50, stream[80:] + make.stdin(1))]
    begin, record, empty = read(chunks)[0]
    assert record.missing == ((22, 50),)
    assert record.content == bytes(range(22)) + bytes(range(72, 100))
    assert record.padding == bytes(4)
    assert record.notes == (note(LOST_CONTENT, lost=50, length=100),)
    assert empty.notes == ()


def test_two_gaps_in_one_content() -> None:
    stream = make.begin(1) + make.stdin(1, bytes(range(100)))
    chunks = [(0, stream[:34]), (20, stream[54:64]), (20, stream[84:])]
    record = read(chunks)[0][1]
    assert record.missing == ((10, 20), (40, 20))
    assert record.content == bytes([*range(10), *range(30, 40), *range(60, 100)])
    assert record.notes == (note(LOST_CONTENT, lost=40, length=100),)


def test_a_gap_in_padding_loses_no_content() -> None:
    stream = make.begin(1) + make.stdin(1, b"abc", 100)
    record, last = read([(0, stream[:40]), (80, stream[120:] + make.stdin(1))])[0][1:]
    assert record.content == b"abc" and record.missing == () and record.notes == ()
    assert last.header == make.stdin(1)


def test_a_gap_to_the_end_of_a_record_leaves_the_stream_in_step() -> None:
    stream = make.begin(1) + make.stdin(1, bytes(100))
    record, last = read([(0, stream[:60]), (64, make.stdin(1))])[0][1:]
    assert record.missing == ((36, 64),)
    assert last.notes == ()


def test_a_gap_beyond_a_record_loses_its_tail_and_a_header() -> None:
    stream = make.begin(1) + make.stdin(1, bytes(100))
    chunks = [(0, stream[:60]), (300, make.begin(2) + make.params(2, GET))]
    first, record, following, *_ = read(chunks)[0]
    assert record.missing == ((36, 64),)
    assert following.notes == (note(LOST_HEADER, lost=236),)


def test_an_empty_chunk_tells_of_a_gap() -> None:
    reader = RecordReader()
    stream = make.begin(1) + make.stdin(1, bytes(100))
    assert len(reader.feed(stream, 0, 60)) == 1
    assert reader.feed(b"", 0, 0, 64)[0].missing == ((36, 64),)
    assert reader.feed(make.stdin(1), 0, 8)[0].notes == ()


def test_cut_short_at_the_end() -> None:
    records, reader = read([(0, make.begin(1) + make.stdin(1, bytes(90), 6)[:50])])
    assert records[1].content == bytes(42)
    assert records[1].missing == ((42, 48),)
    assert records[1].notes == (note(CUT_SHORT, wanted=54, have=50, size=104),)


def test_a_header_cut_short_is_no_record() -> None:
    records, reader = read([(0, make.begin(1) + make.stdin(1, b"x")[:5])])
    assert len(records) == 1
    assert reader.undecoded == 5 and reader.first == make.stdin(1, b"x")[:5]


def test_notes_of_a_chunk_stand_on_the_next_record() -> None:
    remark = note(NOT_FASTCGI, count=1, first="x")
    reader = RecordReader()
    stream = make.begin(1) + make.stdin(1, bytes(20))
    assert reader.feed(stream, 0, 16)[0].notes == ()
    assert reader.feed(stream, 16, 30, notes=(remark,)) == []
    assert reader.feed(stream, 30, 44)[0].notes == (remark,)


# A start in mid-stream


@pytest.mark.parametrize(
    "stream",
    [
        make.request(1, GET),
        make.request(7, GET, bytes(100)),
        make.response(1, PAGE + bytes(50)),
        make.end(1),
        make.params(1, GET) + make.stdin(1),
        make.stderr(1, b"PHP Notice: x") + make.stdout(1, PAGE) + make.end(1),
    ],
)
def test_on_a_boundary_in_mid_stream(stream: bytes) -> None:
    records, reader = read([(-1, stream)])
    assert told(records) == [record for _, record in truth(stream)]
    assert not reader.undecoded and all(record.notes == () for record in records)


@pytest.mark.parametrize("size", [1, 20, 10_000])
def test_amid_a_record_in_mid_stream(size: int) -> None:
    stream = make.stdout(1, random.Random(1).randbytes(500)) + make.end(1)
    stream += make.response(1, PAGE + b"hello")
    pieces = cut(stream[100:], size)
    records, reader = read([(-1, pieces[0][1])] + pieces[1:])
    assert told(records) == [record for _, record in truth(stream)][1:]
    assert records[0].notes == (note(RESYNCHRONISED, skipped=408),)
    assert (
        reader.undecoded == 408 and reader.first == stream[100:132][: len(reader.first)]
    )


def test_a_record_made_certain_later_has_its_chunk_s_mark() -> None:
    body = random.Random(2).randbytes(400)
    stream = (
        body + make.stdout(1, bytes(80), 0) + make.stdout(1, bytes(300)) + make.end(1)
    )
    reader = RecordReader()
    assert reader.feed(stream, 0, 488, -1, (), Brought(1)) == []
    assert reader.feed(stream, 488, 700, 0, (), Brought(2)) == []
    marks = [r.mark for r in reader.feed(stream, 700, len(stream), 0, (), Brought(3))]
    assert marks == [Brought(1), None, None]


# What is no FastCGI

FOREIGN = {
    "HTTP request": b"GET / HTTP/1.1\r\nHost: www.example\r\n\r\n",
    "HTTP answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "TLS": bytes.fromhex("1603010200010001fc0303") + bytes(80),
    "TLS alert": bytes.fromhex("15030300020228"),
    "zero bytes": bytes(4096),
    "text": b"the quick brown fox jumps over the lazy dog\n" * 100,
    "PHP session": b'user|a:2:{s:2:"id";i:1;s:4:"name";s:5:"admin";}' * 50,
    "MySQL": bytes.fromhex("4a0000000a382e302e33") + bytes(60),
    "OpenFlow": bytes.fromhex("0100000800000001") * 20,
    "SOCKS": bytes.fromhex("0501000501000101020304005050"),
    "Modbus": bytes.fromhex("000100000006010300000001"),
    "short": b"\x01\x01",
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("lost", [0, -1])
def test_foreign(name: str, lost: int) -> None:
    stream = FOREIGN[name]
    for size in (len(stream), 3):
        pieces = cut(stream, size)
        records, reader = read([(lost, pieces[0][1])] + pieces[1:])
        assert records == []
        assert reader.undecoded == len(stream)
        assert reader.first == stream[: len(reader.first)] != b""


def test_foreign_is_said_at_once() -> None:
    reader = RecordReader()
    reader.feed(b"GET / HTTP/1.1\r\n\r\n", 0, 18)
    assert reader.foreign
    assert escaped(reader.first) == "GET / HTTP/1.1\\r\\n\\r\\n"
    assert reader.feed(make.begin(1), 0, 16) == [] and reader.undecoded == 34


def test_noise_in_mid_stream_is_given_up() -> None:
    dice, reader = random.Random(3), RecordReader()
    for number in range(400):
        lost = -1 if number == 0 else 0
        assert reader.feed(dice.randbytes(1000), 0, 1000, lost) == []
    assert reader.foreign and reader.undecoded == 400_000


@pytest.mark.parametrize("seed", range(20))
def test_no_record_in_noise(seed: int) -> None:
    dice = random.Random(seed)
    context = Context(web_server=seed % 2)
    context.ids.add(1)
    chunks = [(dice.choice((0, 0, 100)), dice.randbytes(1448)) for _ in range(300)]
    assert read([(-1, b"")] + chunks, context)[0] == []


@pytest.mark.parametrize("size", [1, 11, 10_000])
def test_bytes_between_records_that_are_none(size: int) -> None:
    said = b"PHP Warning: Unknown\n"
    stream = make.request(1, GET) + said + make.request(1, GET)
    records, reader = read(cut(stream, size))
    assert len(records) == 8
    first = escaped(said)
    assert records[4].notes == (note(NOT_FASTCGI, count=len(said), first=first),)
    assert reader.undecoded == len(said)


# What a tester sends on purpose is still a record


@pytest.mark.parametrize(
    "record",
    [
        make.record(12, 1),
        make.record(99, 0, b"\x01" * 8),
        make.record(0, 1),
        make.begin(1, 9),
        make.begin(1, version=0),
        make.stdin(1, b"abc")[:7] + b"\x99abc",
        make.record(make.STDIN, 1, b"x", version=7),
        make.record(make.BEGIN_REQUEST, 1, b"\0\1"),
    ],
)
def test_odd_records_in_step(record: bytes) -> None:
    stream = make.begin(1) + record + make.stdin(1)
    assert told(read([(0, stream)])[0]) == [record for _, record in truth(stream)]


def test_odd_records_at_the_start() -> None:
    for record in (make.record(99, 1), make.begin(1, 9), make.begin(1, version=0)):
        assert len(read([(0, record)])[0]) == 1


# Bounds


def test_what_is_held_is_bounded() -> None:
    limits = Limits(resynchronise_bytes=1 << 14)
    reader = RecordReader(Context(), 0, limits)
    reader.feed(make.begin(1), 0, 16)
    chunk = bytes.fromhex("01050001ffff0000") * 200
    for _ in range(200):
        reader.feed(chunk, 0, len(chunk), 100)
    search = reader._search
    assert search is None or len(search.rest()) <= 2 * limits.resynchronise_bytes


@pytest.mark.parametrize("seed", range(3))
def test_long_streams_whole_and_cut(seed: int) -> None:
    dice = random.Random(seed)
    for stream in (requests(20, dice), responses(8, dice)):
        wanted = [record for _, record in truth(stream)]
        for size in (700, 1448, 65483):
            assert told(read(cut(stream, size))[0]) == wanted
