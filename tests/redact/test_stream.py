"""Places in a stream: pieces, what is settled in them, and where records are."""

from typing import List

from hypothesis import given, settings
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.limits import Limits
from fcgidissect.net.segment import Chunk
from fcgidissect.redact.carrier import Carrier, Extent
from fcgidissect.redact.stream import Stream, Window, placed
from tests.redact.test_carrier import Memory

TEXT = b"the quick brown fox jumps over the lazy dog, twice, and then once more"


class Frame:
    """A frame whose payload is all of it."""

    def __init__(self, data: bytes) -> None:
        self.memory = Memory(len(data))
        self.carrier = Carrier([Extent(0, len(data), self.memory, 0)])

    @property
    def seen(self) -> bytes:
        return bytes(self.memory.bytes)


def carried(stream: Stream, seq: int, data: bytes) -> Frame:
    frame = Frame(data)
    stream.carry(seq, data, frame.carrier, 0)
    return frame


def test_what_is_settled_is_written_into_every_copy() -> None:
    stream = Stream(Window())
    first, second = carried(stream, 100, TEXT[:20]), carried(stream, 110, TEXT[10:30])
    stream.settle(105, b"ABCDEFGHIJ")
    assert first.seen == bytes(5) + b"ABCDEFGHIJ" + bytes(5)
    assert second.seen == b"FGHIJ" + bytes(15)
    late = carried(stream, 103, TEXT[3:13])
    assert late.seen == b"\0\0ABCDEFGH"
    stream.settle(115, b"KLMNO")
    assert first.seen[15:] == b"KLMNO" and second.seen[5:10] == b"KLMNO"


def test_a_copy_that_differs_stays_blank_there() -> None:
    stream = Stream(Window())
    first = carried(stream, 0, b"abcdef")
    second = carried(stream, 0, b"abXdef")
    stream.settle(0, b"ABCDEF")
    assert (first.seen, second.seen) == (b"ABCDEF", b"AB\0DEF")


def test_sequence_numbers_come_round_again() -> None:
    stream = Stream(Window())
    top = carried(stream, 2**32 - 3, b"abcdef")
    behind = carried(stream, 3, b"ghi")
    stream.settle(stream.place(2**32 - 3), b"ABCDEFGHI")
    assert (top.seen, behind.seen) == (b"ABCDEF", b"GHI")


def test_old_pieces_are_forgotten() -> None:
    stream = Stream(Window(Limits(redaction_bytes=1000)))
    frames = [carried(stream, at * 10, b"x" * 10) for at in range(5)]
    stream.settle(0, b"y" * 50)
    assert [frame.seen[0] for frame in frames] == [0, 0, 0, ord("y"), ord("y")]


Cuts = st.lists(st.tuples(st.integers(0, 69), st.integers(1, 30)), min_size=1)


@settings(deadline=None)
@given(Cuts, st.integers(0, 2**32 - 1), st.randoms())
def test_all_copies_agree_whenever_they_come(
    cuts: "list[tuple[int, int]]", isn: int, dice: "object"
) -> None:
    stream, wanted = Stream(Window()), TEXT.upper()
    base = stream.place(isn)
    frames = []
    for number, (at, size) in enumerate(cuts):
        data = TEXT[at : at + size]
        frames.append((at, carried(stream, (isn + at) % 2**32, data), data))
        if number == len(cuts) // 2:
            stream.settle(base, wanted[:40])
    stream.settle(base + 40, wanted[40:])
    for at, frame, data in frames[: len(cuts) // 2 + 1]:
        assert frame.seen == wanted[at : at + len(data)]
    for at, frame, data in frames:
        assert all(a in (0, b) for a, b in zip(frame.seen, wanted[at:]))


def chunk(data: bytes, lost: int = 0) -> Chunk:
    return Chunk(data, 0, len(data), lost)


def test_chunks_get_their_places_from_the_end() -> None:
    chunks = [chunk(b"abc"), chunk(b"", 10), chunk(b"de", 5)]
    assert [at for at, _ in placed(chunks, None, 120)] == [100, 113, 118]
    restarted = [chunk(b"abc"), chunk(b"", -1), chunk(b"de")]
    assert [at for at, _ in placed(restarted, 40, 1002)] == [40, 1000, 1000]


def found(stream: bytes, sizes: "List[int]") -> "List[int]":
    """The places of all records of a stream that comes in chunks."""
    reader, places, it, at = RecordReader(), [], Stream(Window()), 500
    chunks = [*make.split(stream, *sizes)]
    for data in chunks:
        it.take([(at, chunk(data))])
        records = reader.feed(data, 0, len(data))
        places += [it.find(record) for record in records]
        at += len(data)
    assert None not in places
    return [place for place in places if place is not None]


PARTS = [
    make.begin(1),
    make.record(4, 1, make.pairs({"A": "b" * 300}), 5),
    make.record(4, 1, b""),
    make.stdin(1, b"x" * 50, 200),
    make.stdin(1),
]


@settings(deadline=None)
@given(st.lists(st.integers(1, 200), max_size=9))
def test_records_are_found_where_they_are(sizes: "list[int]") -> None:
    wanted, at = [], 500
    for part in PARTS:
        wanted.append(at)
        at += len(part)
    assert found(b"".join(PARTS), sizes) == wanted


def test_a_record_that_is_not_there_has_no_place() -> None:
    reader, it = RecordReader(), Stream(Window())
    (record,) = reader.feed(PARTS[0], 0, len(PARTS[0]))
    it.take([(0, chunk(PARTS[1]))])
    assert it.find(record) is None
