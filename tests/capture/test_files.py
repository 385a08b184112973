"""Captures as they are opened: what scapy reads one by one, we read by the block."""

import gzip
import os
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scapy.utils import RawPcapNgReader, RawPcapReader

from captures.make.files import (
    NANOSECONDS,
    PACKERS,
    Packet,
    enhanced,
    interface,
    pcap,
    section,
)
from fcgidissect.capture import open_capture
from fcgidissect.errors import CaptureError
from tests.capture.reading import PACKETS, SECOND, read
from tests.corpus import CAPTURES


def scapy_packets(name):
    """The packets of a file from scapy's reader, a call a packet."""
    with RawPcapReader(str(name)) as reader:
        while True:
            try:
                data, said = reader._read_packet(size=1 << 24)
            except EOFError:
                return
            if isinstance(reader, RawPcapNgReader):
                ticks = said.tshigh << 32 | said.tslow
                time = ticks * 10**9 // said.tsresol
            else:
                time = said.sec * 10**9 + said.usec * (1 if reader.nano else 1000)
            yield Packet(time, data, said.wirelen)


RECORDED = sorted(CAPTURES.glob("*.pcap*"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recorded(path):
    found = read(path)
    assert found.damage is None
    assert found.packets == list(scapy_packets(path))
    assert {source.file for source in found.sources} <= {str(path)}


@pytest.mark.parametrize(
    "data",
    [
        pcap(PACKETS, "<"),
        pcap(PACKETS, ">", NANOSECONDS),
        section() + interface(resolution=9) + enhanced(PACKETS[1], units=10**9),
        section(">") + interface(order=">") + enhanced(PACKETS[1], order=">"),
    ],
)
def test_scapy_reads_the_same(data, tmp_path):
    path = tmp_path / "made"
    path.write_bytes(data)
    assert read(path).packets == list(scapy_packets(path)) != []


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "is empty"),
        (b"\0", "is no capture: its first bytes are 00 "),
        (b"text\n", "is no capture: it looks like text"),
        (pcap([])[:23], "a pcap file that is cut short in its header"),
        (section()[:20], "whose section header is cut short or wrong"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(pcap([]), mtime=0)[:15], "its gzip data ends early"),
        (
            gzip.compress(gzip.compress(pcap([]), mtime=0), mtime=0),
            "is compressed twice: unpack it once",
        ),
    ],
)
def test_no_capture(data, words, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(CaptureError) as caught:
        open_capture(str(path))
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_scapy_is_silent(tmp_path):
    """Its warnings would stand beside our one line."""
    path = tmp_path / "section"
    path.write_bytes(section()[:8] + bytes(8))
    code = (
        "import sys; from fcgidissect.capture import open_capture\n"
        "try: open_capture(sys.argv[1])\n"
        "except Exception as error: print(error)"
    )
    call = [sys.executable, "-c", code, str(path)]
    said = subprocess.run(call, capture_output=True, text=True)
    assert "section header is cut short or wrong" in said.stdout
    assert said.stderr == ""


def test_no_file(tmp_path):
    with pytest.raises(CaptureError, match="^/nowhere/at.pcap: no such file$"):
        open_capture("/nowhere/at.pcap")
    with pytest.raises(CaptureError, match=f"^{tmp_path}: is a directory$"):
        open_capture(str(tmp_path))
    with pytest.raises(CaptureError, match="a.pcap: not a directory$"):
        (tmp_path / "file").write_text("")
        open_capture(str(tmp_path / "file" / "a.pcap"))
    with pytest.raises(CaptureError, match="file name too long$"):
        open_capture("x" * 5000)
    with pytest.raises(CaptureError, match="its name holds a NUL$"):
        open_capture("a\0b")


def test_permission_denied(tmp_path):
    """In a process of its own, because the superuser may read everything."""
    path = tmp_path / "secret.pcap"
    path.write_bytes(pcap(PACKETS))
    path.chmod(0)
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    code = (
        "import os, sys; from fcgidissect.capture import open_capture\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: open_capture(sys.argv[1])\n"
        "except Exception as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True
    )
    assert said.stdout == f"{path}: permission denied\n", said.stderr


def test_progress(tmp_path):
    packets = [Packet(SECOND, os.urandom(1000))] * 2000
    for pack in (bytes, PACKERS["gzip"]):
        path = tmp_path / "progress"
        path.write_bytes(pack(pcap(packets)))
        with open_capture(str(path)) as capture:
            assert capture.size == path.stat().st_size
            positions = [capture.position for _ in capture]
        assert positions == sorted(positions)
        assert positions[-1] == capture.size


def test_file_is_closed(tmp_path):
    path = tmp_path / "made.pcap"
    for data in (pcap(PACKETS), b"none"):
        path.write_bytes(data)
        before = os.listdir("/dev/fd")
        try:
            with open_capture(str(path)) as capture:
                assert len(os.listdir("/dev/fd")) == len(before) + 1
                next(iter(capture))
        except CaptureError:
            pass
        assert os.listdir("/dev/fd") == before


def peak(path):
    """The most bytes that were held while a capture was read, and its packets."""
    with open_capture(str(path)) as capture:
        tracemalloc.start()
        try:
            count = sum(len(batch.packets) for batch in capture)
            return tracemalloc.get_traced_memory()[1], count
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("pack", ["plain", "gzip", "zstd", "lz4", "xz"])
def test_memory_stays_flat(pack, tmp_path):
    """20 MB through at most a few blocks; how many lie ready at once is the threads' luck."""
    few = [Packet(SECOND, b"p" * size) for size in (60, 900, 66, 1500)] * 8000
    data, path = pcap(few), tmp_path / "long"
    path.write_bytes(data if pack == "plain" else PACKERS[pack](data))
    most, count = peak(path)
    assert count == len(few)
    assert most < 3_500_000


def test_a_bomb_stays_small(tmp_path):
    """60 MB of packets in 9 kB of xz."""
    path = tmp_path / "bomb.xz"
    packets = pcap([Packet(SECOND, bytes(60_000))])[24:] * 1000
    path.write_bytes(PACKERS["xz"](pcap([]) + packets))
    most, count = peak(path)
    assert count == 1000
    assert most < 3_000_000


def test_insane_section_header(tmp_path):
    """A length of 4 GiB is not read into memory to see whether it is there."""
    path = tmp_path / "section.gz"
    head = bytes.fromhex("0a0d0d0a f0ffffff 4d3c2b1a 0100 0000 ffffffffffffffff")
    path.write_bytes(gzip.compress(head + bytes(1 << 27)))
    tracemalloc.start()
    try:
        with pytest.raises(CaptureError, match="section header is cut short or wrong"):
            open_capture(str(path))
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


def readable(folder, data):
    """Reading these bytes ends well, with damage or with a CaptureError."""
    path = folder / "any"
    path.write_bytes(data)
    try:
        read(path)
    except CaptureError as error:
        assert str(error).startswith(f"{path}: ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


SEEDS = [
    pcap(PACKETS),
    pcap(PACKETS, ">", NANOSECONDS),
    section() + interface(resolution=9) + enhanced(PACKETS[0], said=[(1, b"c")]),
    *(pack(pcap(PACKETS)) for pack in PACKERS.values()),
]


@given(
    data=st.binary(max_size=300),
    seed=st.sampled_from([b"", *SEEDS]),
    keep=st.integers(0, 60),
)
@example(data=b"\xff" * 40, seed=SEEDS[0], keep=24)
def test_arbitrary_bytes(folder, data, seed, keep):
    readable(folder, seed[:keep] + data)


@given(seed=st.sampled_from(SEEDS), change=st.data())
def test_changed_bytes(folder, seed, change):
    place = change.draw(st.integers(0, len(seed) - 1))
    new = change.draw(st.binary(min_size=1, max_size=8))
    readable(folder, seed[:place] + new + seed[place + len(new) :])


def test_import_is_lean(tmp_path):
    """Opening a plain capture imports no more of scapy than its readers need."""
    code = (
        "import sys; from fcgidissect.capture import open_capture\n"
        "assert 'scapy' not in sys.modules\n"
        "list(open_capture(sys.argv[1]))\n"
        "assert 'scapy.utils' in sys.modules\n"
        "print(*{'scapy.all', 'scapy.packet', 'scapy.layers.all', 'rich', 'isal',"
        " 'lz4', 'asyncio'} & set(sys.modules))"
    )
    path = tmp_path / "plain.pcap"
    path.write_bytes(pcap(PACKETS))
    call = [sys.executable, "-c", code, str(path)]
    said = subprocess.run(call, capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("\n", "")
