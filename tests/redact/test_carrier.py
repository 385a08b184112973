"""Bytes written through carriers, and the checksums over them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from captures.make.packets import internet_checksum
from fcgidissect.redact.carrier import Carrier, Checksum, Extent, ones_sum


class Memory:
    """A place for bytes."""

    def __init__(self, size: int) -> None:
        self.bytes = bytearray(size)

    def read(self, at: int, end: int) -> bytes:
        return bytes(self.bytes[at:end])

    def write(self, at: int, data: bytes) -> None:
        self.bytes[at : at + len(data)] = data


def test_a_datagram_lies_in_its_fragments() -> None:
    memory = Memory(30)
    frames = [Carrier([Extent(0, 10, memory, at)]) for at in (20, 10, 0)]
    parts = [(0, 6, 4), (6, 12, 4), (3, 9, 0)]
    datagram = Carrier(
        [
            Extent(start, end, frame, at)
            for (start, end, at), frame in zip(parts, frames)
        ]
    )
    datagram.write(0, b"abcdefghijkl")
    assert memory.read(24, 30) == b"abcdef" and memory.read(14, 20) == b"ghijkl"
    assert memory.read(0, 6) == b"defghi"
    assert sorted(set(datagram.frames())) == [0, 10, 20]
    assert datagram.read(2, 10) == b"cdefghij" and datagram.read(
        11, 20
    ) == b"l" + bytes(8)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(4, 30), st.binary(max_size=12)), max_size=8))
def test_checksums_stay_right_one_within_the_other(
    writes: "list[tuple[int, bytes]]",
) -> None:
    memory = Memory(50)
    carrier = Carrier([Extent(0, 50, memory, 0)])
    inner = Checksum(at=3 + 1, start=4, end=44, total=0, field=bytes(2))
    outer = Checksum(at=0, start=0, end=47, total=7, field=bytes(2))
    carrier.checksums += [inner, outer]
    carrier.correct()
    for at, data in writes:
        carrier.write(at + 2, data)
    assert internet_checksum(memory.read(4, 44)) == 0
    assert internet_checksum(b"\0\7" + memory.read(0, 47)) == 0


@settings(deadline=None)
@given(st.binary(max_size=9))
def test_a_sum_of_bytes_that_begin_amid_a_word_is_that_of_words(data: bytes) -> None:
    words = internet_checksum(b"\0" + data) ^ 0xFFFF
    assert (ones_sum(data, 1) - words) % 0xFFFF == 0
