"""Captures as they are opened: what scapy reads one by one, we read by the block."""

from pathlib import Path

import pytest
from scapy.utils import RawPcapReader

from fcgidissect.capture import open_capture

CAPTURES = Path(__file__).parents[2] / "captures"


def packets(name):
    """(nanoseconds, length on the wire, bytes) of each packet, and the damage."""
    with open_capture(str(name)) as capture:
        found = [
            (time, length, batch.data[start : start + cap_len])
            for batch in capture
            for time, start, cap_len, length in batch.packets
        ]
        return found, capture.damage


def scapy_packets(name):
    """The same from scapy's reader, a call a packet."""
    with RawPcapReader(str(name)) as reader:
        unit = 1 if reader.nano else 1000
        while True:
            try:
                data, said = reader._read_packet(size=1 << 24)
            except EOFError:
                return
            yield said.sec * 10**9 + said.usec * unit, said.wirelen, data


@pytest.mark.parametrize(
    "name", sorted(CAPTURES.glob("*.pcap.gz")), ids=lambda p: p.name
)
def test_recorded(name):
    found, damage = packets(name)
    assert damage is None
    assert found == list(scapy_packets(name))
