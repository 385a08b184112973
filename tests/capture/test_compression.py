"""Compressed captures: told by their first bytes, read like the plain one."""

import sys

import pytest

from captures.make.files import PACKERS, gzip_members, pcap, skippable
from fcgidissect.capture import compression
from fcgidissect.capture.compression import compression_of, skippable_size
from fcgidissect.errors import CaptureError
from tests.capture.reading import PACKETS, outline, read, rounded, tshark_packets
from tests.tshark import needs_tshark

MANY = [packet._replace(data=packet.data * 9) for packet in PACKETS] * 900
MANY = [packet._replace(length=len(packet.data)) for packet in MANY]
PLAIN = pcap(MANY)


@pytest.mark.parametrize("name", PACKERS)
def test_told_by_content(name, tmp_path):
    path = tmp_path / "plain.pcap"
    path.write_bytes(PACKERS[name](PLAIN))
    found = read(path)
    assert found.damage is None
    assert found.packets == rounded(MANY)


@needs_tshark
@pytest.mark.parametrize("name", ["gzip", "zstd", "lz4"])
def test_as_tshark_reads_it(name, tmp_path):
    path = tmp_path / "packed"
    path.write_bytes(PACKERS[name](PLAIN))
    assert tshark_packets(path) == outline(rounded(MANY))


@pytest.mark.parametrize("name", PACKERS)
def test_members(name, tmp_path):
    """Cut anywhere, packed one by one, written one behind the other."""
    path = tmp_path / "members"
    parts = [PLAIN[:10], PLAIN[10:11], PLAIN[11:300_001], b"", PLAIN[300_001:]]
    path.write_bytes(b"".join(PACKERS[name](part) for part in parts))
    found = read(path)
    assert found.damage is None
    assert found.packets == rounded(MANY)


def test_many_members(tmp_path):
    path = tmp_path / "members.gz"
    path.write_bytes(gzip_members(PLAIN, 300) + bytes(512))  # tape blocks end in zeros
    assert read(path).packets == rounded(MANY)


@pytest.mark.parametrize("name", ["zstd", "lz4"])
def test_skippable_frames(name, tmp_path):
    path = tmp_path / "skippable"
    parts = [PACKERS[name](PLAIN[:1000]), PACKERS[name](PLAIN[1000:])]
    path.write_bytes(
        skippable(b"").join([b"", skippable(b"pzstd") + parts[0], parts[1], b""])
    )
    found = read(path)
    assert found.damage is None
    assert found.packets == rounded(MANY)


@pytest.mark.parametrize(
    "head, size",
    [
        (b"\x50\x2a\x4d\x18\3\0\0\0", 11),
        (b"\x5f\x2a\x4d\x18\0\0\0\1", 8 + (1 << 24)),
        (b"\x60\x2a\x4d\x18\3\0\0\0", 0),
        (b"\x28\xb5\x2f\xfd\3\0\0\0", 0),
        (b"", 0),
    ],
)
def test_skippable_size(head, size):
    assert skippable_size(head) == size


@pytest.mark.parametrize("inner", ["gzip", "zstd"])
def test_packed_twice(inner, tmp_path):
    path = tmp_path / "twice"
    path.write_bytes(PACKERS["xz"](PACKERS[inner](PLAIN)))
    with pytest.raises(CaptureError, match="twice: is compressed twice"):
        read(path)


@pytest.mark.parametrize("name", PACKERS)
def test_something_else_packed(name, tmp_path):
    path = tmp_path / "packed"
    path.write_bytes(PACKERS[name](b"once upon a time " * 100))
    with pytest.raises(CaptureError, match="is no capture: it looks like text"):
        read(path)


@pytest.mark.parametrize("name", PACKERS)
def test_nothing_packed(name, tmp_path):
    path = tmp_path / "packed"
    path.write_bytes(PACKERS[name](b""))
    with pytest.raises(CaptureError, match="packed: is empty"):
        read(path)


@pytest.mark.parametrize("name, package", [("zstd", "backports.zstd"), ("lz4", "lz4")])
def test_package_is_missing(name, package, tmp_path, monkeypatch):
    for module in ("backports", "compression", "lz4.frame"):
        monkeypatch.setitem(sys.modules, module, None)
    path = tmp_path / "packed"
    path.write_bytes(PACKERS[name](PLAIN))
    with pytest.raises(CaptureError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: is compressed with {name}: reading it takes a package more,"
        f" pip install {package}"
    )


def test_gzip_without_isal(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "isal", None)
    form = compression_of(b"\x1f\x8b\x08\0")
    assert form is not None
    assert form.codec()[0] is compression.Inflater
    path = tmp_path / "members.gz"
    path.write_bytes(gzip_members(PLAIN, 3))
    assert read(path).packets == rounded(MANY)


def test_gzip_through_isal(tmp_path):
    igzip_lib = pytest.importorskip(
        "isal.igzip_lib", reason="needs isal (pip install isal)"
    )
    form = compression_of(b"\x1f\x8b\x08\0")
    assert form is not None
    assert isinstance(form.codec()[0](), igzip_lib.IgzipDecompressor)
