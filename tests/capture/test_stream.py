"""Bytes as they come: nothing is waited for that is not needed."""

import io
import os
import zlib

import pytest

from captures.make.files import Packet, enhanced, interface, pcap, section
from fcgidissect.capture import open_capture
from fcgidissect.capture.stream import LONGEST_READ, Stream
from tests.capture.reading import PACKETS, SECOND, read, rounded

PLAIN = pcap(PACKETS)
FIRST = 24 + 16 + len(PACKETS[0].data)


def stream(data, step=1):
    """A stream whose file gives `step` bytes at a time, as a slow pipe does."""

    class Slow(io.BytesIO):
        def read(self, count=-1):
            return super().read(min(step, count))

    return Stream(Slow(data))


def test_peek_and_read():
    slow = stream(b"0123456789", 3)
    assert slow.peek(2) == b"01"
    assert slow.peek(4) == b"0123"
    assert slow.read(0) == b""
    assert slow.read(3) == b"012"
    slow.put_back(b"ab")
    assert slow.read(4) == b"ab34"
    slow.skip(2)
    assert slow.more(b"x", 3) == b"x78"
    assert (slow.read(5), slow.read(5), slow.peek(1), slow.block()) == (
        b"9",
        b"",
        b"",
        b"",
    )
    assert slow.position == 10
    assert slow.damage is None


def test_more_takes_what_is_there_and_no_more():
    slow = stream(b"0123456789", 3)
    assert slow.more(b"", 1) == b"012"
    assert slow.more(b"ab", 2) == b"ab"
    assert slow.more(b"ab", 6) == b"ab345678"


def test_the_end_of_what_was_given_is_read_again():
    slow = stream(b"0123456789", 4)
    assert slow.more(b"", 1) == b"0123"
    assert slow.again(b"3", 2) == b"3456"
    assert slow.position == 7
    assert slow.again(b"56", 2) == b"56"
    assert slow.again(b"56", 6) == b"56789"
    assert slow.again(b"", 6) == b""
    assert slow.position == 10


def test_what_was_put_back_is_not_read_again():
    slow = stream(b"0123456789", 4)
    assert slow.peek(6) == b"012345"
    assert slow.read(5) == b"01234"
    assert slow.again(b"4", 4) == b"4567"
    assert slow.again(b"7", 4) == b"789"


def test_scapy_gets_no_more_than_a_bound():
    endless = Stream(open("/dev/zero", "rb", buffering=0))
    assert len(endless.read(1 << 40)) == LONGEST_READ


def test_file_that_fails():
    class Failing(io.BytesIO):
        def read(self, count=-1):
            raise OSError(5, "Input/output error")

    failing = Stream(Failing())
    assert failing.block() == b""
    assert failing.damage == "cannot be read further: Input/output error"
    assert failing.ending("in the middle of packet 3") == (
        "cannot be read further: Input/output error, in the middle of packet 3"
    )


@pytest.fixture
def pipe():
    """(the name of a pipe's reading end, a function that writes into it or closes it)."""
    reader, writer = os.pipe()
    open_ends = [reader, writer]

    def write(data):
        if data is None:
            open_ends.remove(writer)
            os.close(writer)
        else:
            os.write(writer, data)

    yield f"/dev/fd/{reader}", write
    for end in open_ends:
        os.close(end)


def first_packet(capture):
    batch = next(iter(capture))
    ((time, start, cap_len, length),) = batch.packets
    return Packet(time, batch.data[start : start + cap_len], length)


def test_packet_as_soon_as_it_is_whole(pipe):
    name, write = pipe
    write(PLAIN[:24])
    with open_capture(name) as capture:
        assert capture.size is None
        write(PLAIN[24 : FIRST + 10])
        assert first_packet(capture) == rounded(PACKETS)[0]
        assert capture.position == FIRST + 10
        write(PLAIN[FIRST + 10 :])
        write(None)
        assert [len(batch.packets) for batch in capture] == [3]
        assert capture.damage is None


def test_pcapng_packet_as_soon_as_it_is_whole(pipe):
    name, write = pipe
    write(section() + interface() + enhanced(PACKETS[0]) + enhanced(PACKETS[1])[:9])
    with open_capture(name) as capture:
        assert first_packet(capture) == rounded(PACKETS)[0]


def test_gzip_packet_as_soon_as_it_is_whole(pipe):
    name, write = pipe
    deflate = zlib.compressobj(wbits=31)
    write(deflate.compress(PLAIN[:FIRST]) + deflate.flush(zlib.Z_SYNC_FLUSH))
    with open_capture(name) as capture:
        assert first_packet(capture) == rounded(PACKETS)[0]


def test_standard_input(pipe, monkeypatch):
    name, write = pipe
    write(PLAIN)
    write(None)
    saved = os.dup(0)
    os.dup2(int(name.rpartition("/")[2]), 0)
    try:
        assert read("-").packets == rounded(PACKETS)
        assert os.fstat(0), "standard input stays open"
    finally:
        os.dup2(saved, 0)
        os.close(saved)


@pytest.mark.parametrize("step", [1, 7, 100])
def test_whole_equals_in_pieces(step, tmp_path, monkeypatch):
    packets = [Packet(SECOND, bytes(n)) for n in range(70)]
    blocks = [section(), interface(), *map(enhanced, packets), section(">")]
    for data in (pcap(packets), b"".join(blocks)):
        path = tmp_path / "whole"
        path.write_bytes(data)
        whole = read(path)
        with monkeypatch.context() as patch:
            patch.setattr("fcgidissect.capture.stream.BLOCK", step)
            assert read(path) == whole
