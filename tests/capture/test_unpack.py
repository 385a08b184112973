"""Damaged compressed captures: every packet that can be unpacked is given."""

import bz2
import lzma
import os
import sys
import zlib

import pytest

from captures.make.files import PACKERS, Packet, pcap
from fcgidissect.capture.compression import LONGEST_MAGIC
from fcgidissect.errors import CaptureError
from tests.capture.reading import SECOND, Reading, read, rounded

PACKETS = [Packet(SECOND + n * 1000, bytes(range(n, n + 20)) * 2) for n in range(9)]
PLAIN = pcap(PACKETS)
SIZE = 16 + 40


WAYS = ["gzip", "gzip without isal", "gzip in a thread", "zstd", "lz4", "xz", "bzip2"]


@pytest.fixture(params=WAYS)
def name(request, monkeypatch):
    """Each compression; gzip in all ways that there are."""
    name, _, way = request.param.partition(" ")
    if way == "without isal":
        monkeypatch.setitem(sys.modules, "isal", None)
    if way == "in a thread":
        monkeypatch.setattr("fcgidissect.capture.files.WORTH_A_THREAD", 0)
    return name


@pytest.fixture(params=["isal", "zlib"])
def gzip(request, monkeypatch):
    """Both ways to read gzip."""
    if request.param == "zlib":
        monkeypatch.setitem(sys.modules, "isal", None)


REFERENCE = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "xz": lzma.LZMADecompressor,
    "bzip2": bz2.BZ2Decompressor,
}


def unpackable(name, packed):
    """What the standard library unpacks when it is fed byte by byte, up to an error."""
    reference = REFERENCE[name]()
    found = b""
    for index in range(len(packed)):
        try:
            found += reference.decompress(packed[index : index + 1])
        except (zlib.error, lzma.LZMAError, OSError, EOFError):
            break
    return found


def packets_of(path, data):
    """The packets of a file with that data; none where it is no capture."""
    path.write_bytes(data)
    try:
        return read(path)
    except CaptureError as error:
        return Reading([], [], {}, str(error))


def test_cut(name, tmp_path):
    packed = PACKERS[name](PLAIN)
    seen = 0
    for length in range(1, len(packed)):
        found = packets_of(tmp_path / "cut", packed[:length])
        assert found.packets == rounded(PACKETS[: len(found.packets)])
        assert "data ends early" in found.damage or length < 6
        assert len(found.packets) >= seen
        seen = len(found.packets)
        if name in REFERENCE:
            plain = unpackable(name, packed[:length])
            assert seen == max(0, (len(plain) - 24) // SIZE)
    assert (
        seen >= len(PACKETS) - 1
    ), "zstd has no trailer: its last byte is the packet's"


@pytest.mark.parametrize(
    "name", [way for way in WAYS if way.split()[0] in REFERENCE], indirect=True
)
def test_changed_byte(name, tmp_path):
    """The same packets as in what the standard library can unpack."""
    packed = PACKERS[name](PLAIN)
    damaged = 0
    for place in range(LONGEST_MAGIC, len(packed)):
        changed = bytearray(packed)
        changed[place] ^= 0x10
        found = packets_of(tmp_path / "changed", changed)
        plain = unpackable(name, changed)
        assert found.packets == packets_of(tmp_path / "plain", plain).packets
        damaged += "data is damaged" in str(found.damage)
    assert damaged


def test_checksum(tmp_path, gzip):
    """All was unpacked before gzip's checksum turned out wrong."""
    packed = bytearray(PACKERS["gzip"](PLAIN))
    packed[-8] ^= 1
    path = tmp_path / "sum.gz"
    path.write_bytes(packed)
    found = read(path)
    assert found.packets == rounded(PACKETS)
    assert found.damage.startswith("its gzip data is damaged (")


def broken(plain):
    """A gzip member that holds `plain` and then a block of a type that is none."""
    deflate = zlib.compressobj(wbits=31)
    return deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH) + b"\xff" * 9


@pytest.mark.parametrize("size", [0, 100_000, 262_144, 1_300_000, 2_000_000])
def test_damage_far_inside(size, tmp_path, gzip):
    """Every byte before the damage is given, in the second member of the file too."""
    packets = [Packet(SECOND + n * 1000, str(n).encode() * 99) for n in range(9000)]
    plain = pcap(packets)
    start = 900_000
    path = tmp_path / "far.gz"
    path.write_bytes(
        PACKERS["gzip"](plain[:start]) + broken(plain[start : start + size])
    )
    whole, place = 0, 24
    while place + 16 + len(packets[whole].data) <= start + size:
        place += 16 + len(packets[whole].data)
        whole += 1
    found = read(path)
    assert found.packets == rounded(packets[:whole])
    assert found.damage.startswith("its gzip data is damaged (")


def test_something_behind(name, tmp_path):
    path = tmp_path / "behind"
    path.write_bytes(PACKERS[name](PLAIN) + b"something else")
    found = read(path)
    assert found.packets == rounded(PACKETS)
    assert found.damage == f"bytes that are no {name} follow its {name} data"


def test_damage_in_a_pipe(tmp_path):
    """It cannot be read again: what was unpacked with the damage is lost, and said so."""
    reader, writer = os.pipe()
    packed = bytearray(PACKERS["xz"](PLAIN))
    packed[-1] ^= 1
    os.write(writer, packed)
    os.close(writer)
    try:
        with pytest.raises(CaptureError, match="its xz data is damaged"):
            read(f"/dev/fd/{reader}")
    finally:
        os.close(reader)
