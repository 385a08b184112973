"""What is written is read again as it was, by us and by tshark."""

import subprocess
import sys

import pytest

from captures.make.files import (
    NANOSECONDS,
    RAW_IP,
    enhanced,
    interface,
    pcap,
    section,
)
from fcgidissect.capture import open_capture
from fcgidissect.capture.write import PcapWriter
from fcgidissect.errors import CaptureError
from tests.capture.reading import PACKETS, outline, read, rounded, tshark_packets
from tests.tshark import needs_tshark

INPUTS = {
    "microseconds": pcap(PACKETS, ">"),
    "nanoseconds": pcap(PACKETS, magic=NANOSECONDS),
    "raw IP": pcap(PACKETS, link_type=RAW_IP),
    "pcapng": section() + interface() + b"".join(map(enhanced, PACKETS)),
    "nothing": pcap([]),
}


@pytest.fixture(params=INPUTS)
def source(request, tmp_path):
    path = tmp_path / "source"
    path.write_bytes(INPUTS[request.param])
    return path


def copy(source, target, choose=lambda batch: None):
    with open_capture(str(source)) as capture, PcapWriter(str(target)) as writer:
        for batch in capture:
            writer.batch(batch, choose(batch))


def forms(reading):
    return [(source.link_type, source.digits) for source in reading.sources]


@pytest.mark.parametrize("name", ["copy.pcap", "copy.pcap.gz"])
def test_copy(source, name, tmp_path):
    copy(source, tmp_path / name)
    before, after = read(source), read(tmp_path / name)
    assert after.packets == before.packets
    assert forms(after) == forms(before)
    assert after.damage is None
    packed = (tmp_path / name).read_bytes().startswith(b"\x1f\x8b")
    assert packed == name.endswith(".gz")


@needs_tshark
def test_copy_as_tshark_reads_it(source, tmp_path):
    copy(source, tmp_path / "copy.pcap")
    assert tshark_packets(tmp_path / "copy.pcap") == outline(read(source).packets)


def test_chosen_packets(source, tmp_path):
    copy(source, tmp_path / "copy.pcap", lambda batch: [0, 3])
    wanted = read(source).packets
    assert len(wanted) in (0, 4)
    assert read(tmp_path / "copy.pcap").packets == wanted[:1] + wanted[3:]


def test_another_link_type(tmp_path):
    blocks = [section(), interface(), interface(RAW_IP)]
    path = tmp_path / "two"
    path.write_bytes(b"".join(blocks) + enhanced(PACKETS[0]) + enhanced(PACKETS[1], 1))
    with pytest.raises(
        CaptureError, match="copy.pcap: a pcap file has one link type: 1,"
    ):
        copy(path, tmp_path / "copy.pcap")
    assert read(tmp_path / "copy.pcap").packets == rounded(PACKETS[:1])


def test_errors(tmp_path):
    with pytest.raises(CaptureError, match=f"^{tmp_path}: is a directory$"):
        PcapWriter(str(tmp_path))
    with pytest.raises(CaptureError, match="^/nowhere/a.pcap.gz: no such file"):
        PcapWriter("/nowhere/a.pcap.gz")
    with pytest.raises(CaptureError, match="^/dev/full: no space left on device$"):
        with PcapWriter("/dev/full"):
            pass


def test_standard_output(tmp_path):
    code = (
        "import sys; from fcgidissect.capture import open_capture\n"
        "from fcgidissect.capture.write import PcapWriter\n"
        "with open_capture('-') as capture, PcapWriter('-') as writer:\n"
        "    for batch in capture: writer.batch(batch)\n"
    )
    call = [sys.executable, "-c", code]
    said = subprocess.run(call, input=INPUTS["pcapng"], capture_output=True)
    (tmp_path / "copy").write_bytes(said.stdout)
    assert read(tmp_path / "copy").packets == rounded(PACKETS)
    assert said.stderr == b""
