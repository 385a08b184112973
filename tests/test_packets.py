"""Packets written back: each frame once, as it was, and read again the same."""

from pathlib import Path

import pytest

from fcgidissect.packets import Packets
from tests.corpus import CAPTURES
from tests.output.talk import entries_of


@pytest.mark.parametrize("name", ("out.pcap", "out.pcap.gz"))
def test_frames_are_written_once(tmp_path: Path, name: str) -> None:
    rows = entries_of(str(CAPTURES / "nanoseconds.pcap.gz"), [9000])
    packets = Packets(str(tmp_path / name))
    packets.rows(rows[:3])
    packets.rows(rows[3:])
    packets.close()
    frames = {row.frame.number: row.frame for row in rows}
    again = entries_of(str(tmp_path / name), [9000])
    found = {row.frame.number: row.frame for row in again}
    assert [frame.bytes for frame in found.values()] == [
        frame.bytes for frame in frames.values()
    ]
    assert [frame.time_epoch for frame in found.values()] == [
        frame.time_epoch for frame in frames.values()
    ]
    assert any(frame.time_epoch % 1000 for frame in frames.values())
