"""The bytes of records and of frames, in tshark's columns."""

import pytest

from fcgidissect.cli import main
from fcgidissect.output.hexdump import hexdump
from tests.corpus import CAPTURES
from tests.tshark import needs_tshark, tshark

FCGI = str(CAPTURES / "fcgi.pcap.gz")
BEGIN = "0000  01 01 00 01 00 08 00 00 00 01 00 00 00 00 00 00   ................\n"


def said(capsys: "pytest.CaptureFixture[str]", *argv: str) -> str:
    assert main([FCGI, "fcgi.type == 1", *argv]) == 0
    return capsys.readouterr().out


def test_a_records_bytes(capsys: "pytest.CaptureFixture[str]") -> None:
    line, _, dump = said(capsys, "-x").partition("\n")
    assert line.endswith("RESPONDER") and dump == BEGIN + "\n"


@needs_tshark
def test_a_frames_bytes_are_tsharks(capsys: "pytest.CaptureFixture[str]") -> None:
    theirs = tshark("-r", FCGI, "-Y", "frame.number == 4", "-x", ports=[8000])
    frame, _, record = said(capsys, "-xx").partition("Record (16 bytes):\n\n")
    assert frame.partition("Frame (82 bytes):\n\n")[2].strip() == theirs.strip()
    assert record == BEGIN + "\n"


def test_a_long_dump_has_longer_offsets() -> None:
    assert hexdump(bytes(65536)).splitlines()[-1].startswith("fff0  ")
    assert hexdump(bytes(65537)).splitlines()[-1].startswith("00010000  00 ")
