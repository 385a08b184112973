"""Packets of a pcap file: whole ones, cut ones, and ones that cannot be."""

import pytest

from captures.make.files import Packet, pcap
from fcgidissect.errors import CaptureError
from tests.capture.reading import PACKETS, SECOND, read, rounded

WHOLE = pcap(PACKETS)
HEADER = 24


def ends(packets):
    """Where each packet of `pcap(packets)` ends."""
    place, found = HEADER, []
    for packet in packets:
        place += 16 + len(packet.data)
        found.append(place)
    return found


@pytest.mark.parametrize("length", range(HEADER, len(WHOLE) + 1))
def test_cut(length, tmp_path):
    path = tmp_path / "cut.pcap"
    path.write_bytes(WHOLE[:length])
    whole = sum(end <= length for end in ends(PACKETS))
    clean = length == HEADER or length in ends(PACKETS)
    found = read(path)
    assert found.packets == rounded(PACKETS[:whole])
    assert found.damage == (
        None if clean else f"cut short in the middle of packet {whole + 1}"
    )


@pytest.mark.parametrize("length", range(1, HEADER))
def test_cut_in_the_header(length, tmp_path):
    path = tmp_path / "cut.pcap"
    path.write_bytes(WHOLE[:length])
    with pytest.raises(CaptureError, match="cut.pcap: is no capture"):
        read(path)


def test_no_packets(tmp_path):
    path = tmp_path / "none.pcap"
    path.write_bytes(pcap([]))
    assert read(path) == ([], [], {}, None)


@pytest.mark.parametrize(
    "snaplen, length, believed",
    [
        (65535, 65549, True),  # loopback's frames are longer than what tcpdump says
        (65535, 1 << 18, True),
        (65535, (1 << 18) + 1, False),
        (0, (1 << 18) + 1, False),
        (1 << 20, 1 << 20, True),
        (1 << 20, (1 << 20) + 1, False),
        (0xFFFFFFFF, 1 << 24, True),
        (0xFFFFFFFF, (1 << 24) + 1, False),
        (0xFFFFFFFF, 0xFFFFFFFF, False),
    ],
)
def test_long_packet(snaplen, length, believed, tmp_path):
    path = tmp_path / "long.pcap"
    long = Packet(SECOND, b"l" * min(length, (1 << 24) + 1), length)
    data = pcap([*PACKETS, long, *PACKETS], snaplen=snaplen)
    place = ends(PACKETS)[-1] + 8
    path.write_bytes(data[:place] + length.to_bytes(4, "little") + data[place + 4 :])
    found = read(path)
    if believed:
        assert found.packets == rounded([*PACKETS, long, *PACKETS])
        assert found.damage is None
    else:
        assert found.packets == rounded(PACKETS)
        assert found.damage == f"packet 5 claims {length} bytes: no more is readable"


def test_many_blocks(tmp_path):
    packets = [
        Packet(SECOND + n * 1000, bytes([n % 251]) * (n % 1500)) for n in range(2000)
    ]
    path = tmp_path / "many.pcap"
    path.write_bytes(pcap(packets, ">"))
    assert read(path).packets == rounded(packets)


def test_seconds_that_go_on_and_back(tmp_path):
    later = [0, 1, 10**9, 10**9 + 1, 5, 10**13, 10**9]
    packets = [Packet(SECOND + 1000 * n, b"p") for n in later]
    path = tmp_path / "back.pcap"
    path.write_bytes(pcap(packets))
    assert read(path).packets == rounded(packets)
