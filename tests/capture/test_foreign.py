"""What is no capture is told for what it is."""

import io
import subprocess
import tarfile

import pytest

from captures.make.files import pcap, section
from fcgidissect.capture.foreign import description
from fcgidissect.errors import CaptureError
from tests.capture.reading import PACKETS, read
from tests.tshark import needs_tshark


def tar():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("a.pcap")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    return packed.getvalue()


@pytest.mark.parametrize(
    "head, words",
    [
        (b"snoop\0\0\0\0\0\0\2", "a snoop capture, which editcap -F pcap converts"),
        (b"PK\x03\x04\x14\0", "a zip archive: unpack it first"),
        (tar(), "a tar archive: unpack it first"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", "text"),
        ("Größe\n".encode(), "text"),
        ("Größe".encode()[:3], "text"),
        (b"\n<!DOCTYPE html>\n<title>", "an HTML page"),
        (b"<?xml version='1.0'?>", "XML"),
        (pcap([])[:9], "a pcap file that is cut short in its header"),
        (section()[:-1], "a pcapng file whose section header is cut short or wrong"),
    ],
)
def test_description(head, words):
    assert description(head) == f"it looks like {words}"


def test_description_of_anything_else():
    assert description(b"\0\1\2\3\4\5\6\7\x08\x09") == (
        "its first bytes are 00 01 02 03 04 05 06 07"
        " (editcap -F pcap converts what Wireshark can open)"
    )


@needs_tshark
@pytest.mark.parametrize(
    "kind, words",
    [
        ("5views", "an InfoVista 5View capture"),
        ("lanalyzer", "a LANalyzer capture"),
        ("netmon1", "a Microsoft Network Monitor 1 capture"),
        ("netmon2", "a Microsoft Network Monitor 2 capture"),
        ("nettl", "an HP-UX nettl trace"),
        ("ngsniffer", "a Sniffer (DOS) capture"),
        ("ngwsniffer_2_0", "a Sniffer (Windows) capture"),
        ("observer", "an Observer capture"),
        ("snoop", "a snoop capture"),
        ("visual", "a Visual Networks capture"),
    ],
)
def test_as_editcap_writes_it(kind, words, tmp_path):
    usual, other = tmp_path / "usual.pcap", tmp_path / "other"
    usual.write_bytes(pcap(PACKETS))
    subprocess.run(
        ["editcap", "-F", kind, usual, other], check=True, capture_output=True
    )
    with pytest.raises(CaptureError) as caught:
        read(other)
    assert str(caught.value) == (
        f"{other}: is no capture: it looks like {words}, which editcap -F pcap converts"
    )
