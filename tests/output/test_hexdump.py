"""The bytes of records and of frames, in tshark's columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fcgidissect.cli import main
from fcgidissect.output import Settings
from fcgidissect.output.hexdump import hexdump
from fcgidissect.output.text import Text
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES, Capture, captures
from tests.test_flight import rows_of
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
    assert hexdump(bytes(65536)).decode().splitlines()[-1].startswith("fff0  ")
    assert hexdump(bytes(65537)).decode().splitlines()[-1].startswith("00010000  00 ")


def line(data: bytes, at: int, digits: int) -> str:
    piece = data[at : at + 16]
    text = "".join([chr(code) if 32 <= code < 127 else "." for code in piece])
    return f"{at:0{digits}x}  {piece.hex(' '):47}   {text}\n"


@given(some.binary(max_size=300), some.sampled_from([1, 500]))
def test_any_bytes(data: bytes, times: int) -> None:
    data *= times
    digits = 4 if len(data) <= 65536 else 8
    lines = [line(data, at, digits) for at in range(0, len(data), 16)]
    assert hexdump(data).decode() == "".join(lines)


@pytest.mark.parametrize("verbose", [True, False])
@pytest.mark.parametrize("hexdump", [1, 2])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_flights(capture: Capture, hexdump: int, verbose: bool) -> None:
    settings = Settings(Registry(), hexdump=hexdump, verbose=verbose)
    together = Text(settings).rows(rows_of(capture, True, True))
    alone = Text(settings)
    assert together == "".join(
        [alone.rows([row]) for row in rows_of(capture, False, True)]
    )
