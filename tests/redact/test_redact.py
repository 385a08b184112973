"""The whole: no output of a redacted capture holds the word, tshark reads the same records."""

import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from fcgidissect.cli import main
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.reading import Reading
from fcgidissect.redact import Redacted
from tests.redact.talk import FORMS, WIRES, WORD, capture
from tests.tshark import needs_tshark, tshark

OUTPUTS: "List[List[str]]" = [
    ["-V"],
    ["-x"],
    ["--json", "--raw"],
    ["-T", "pdml"],
    ["-T", "ek", "--raw"],
    [
        "-T",
        "fields",
        "-e",
        "fcgi.nv_value",
        "-e",
        "fcgi.content.text",
        "-e",
        "fcgi.raw",
    ],
    ["--by", "request"],
    ["--by", "request", "-V"],
    ["--by", "connection", "--json"],
    ["-q", "-z", "follow,fcgi,ascii,0"],
    ["-q", "-z", "follow,fcgi,hex,0"],
    ["-q", "-z", "follow,fcgi,raw,1"],
    ["-q", "-z", "fcgi,slow"],
]
SHORT: "List[List[str]]" = [
    [],
    ["-T", "csv"],
    ["-T", "psml"],
    ["-T", "csv", "--by", "request"],
    ["--as", "curl"],
    ["--as", "log"],
    ["-q", "-z", "expert"],
]
"""Outputs in which the word stands in some of the requests, or in none."""


def shown(capsys: "pytest.CaptureFixture[str]", *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def assert_clean(data: bytes) -> None:
    assert [form for form in FORMS if form in data] == []


@pytest.fixture(params=[(wire, size) for wire in WIRES for size in (1400, 100, 3)])
def login(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture(*request.param))
    return str(path)


def test_the_word_is_there_without_redaction(
    tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture("in_order"))
    told = [shown(capsys, str(path), *output) for output in OUTPUTS]
    holding = [any(form.decode() in text for form in FORMS) for text in told]
    assert holding.count(True) >= len(OUTPUTS) - 2


def test_no_output_holds_the_word(
    login: str, capsys: "pytest.CaptureFixture[str]"
) -> None:
    for output in OUTPUTS + SHORT:
        assert_clean(shown(capsys, "--redact", login, *output).encode())


def test_the_written_capture_holds_it_neither(
    login: str, tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    for words in ([], ["fcgi.type != 99"]):
        written = tmp_path / "written.pcap"
        assert shown(capsys, "--redact", "-w", str(written), login, *words) == ""
        assert_clean(written.read_bytes())


RECORDS = ("fcgi.version", "fcgi.type", "fcgi.id", "fcgi.content.length")
CHECKED = [f"{each}.check_checksum:TRUE" for each in ("tcp", "ip")]


@needs_tshark
@pytest.mark.parametrize("wire", WIRES)
def test_tshark_reads_the_same_records_and_no_bad_checksum(
    wire: str, tmp_path: Path
) -> None:
    before, after = tmp_path / "before.pcap", tmp_path / "after.pcap"
    before.write_bytes(capture(wire, 100))
    assert main(["--redact", "-w", str(after), str(before)]) == 0
    fields = [word for name in RECORDS for word in ("-e", name)]
    times = ["-e", "frame.time_epoch", "-e", "tcp.seq_raw", "-e", "tcp.len"]
    told = [
        tshark("-r", str(path), "-T", "fields", *fields, *times, ports=[8000])
        for path in (before, after)
    ]
    assert told[0] == told[1]
    bad = "tcp.checksum.status == 0 or ip.checksum.status == 0"
    preferences = [word for each in CHECKED for word in ("-o", each)]
    assert tshark("-r", str(after), *preferences, "-Y", bad, ports=[8000]) == ""


FILTERS = (
    "fcgi.type == PARAMS",
    'fcgi.param.REQUEST_URI contains "page=2"',
    'fcgi.param.HTTP_USER_AGENT == "curl/8"',
    "fcgi.response.status == 302",
    'fcgi.stderr contains "PHP message"',
    "fcgi.content.length > 30 and tcp.stream == 0",
)


@pytest.mark.parametrize("expression", FILTERS)
def test_the_same_filter_passes_the_same_rows(
    expression: str, tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture("reordered", 50))
    columns = ["-T", "fields", "-e", "frame.number", "-e", "fcgi.type"]
    told = shown(capsys, str(path), expression, *columns)
    assert told == shown(capsys, "--redact", str(path), expression, *columns) != ""


def contents(path: str, *more: str) -> "dict[int, bytes]":
    """Record type -> the contents of its records, redacted."""
    from fcgidissect.dissect import Dissector

    reading = Redacted(Reading([path]), lambda: Reading([path]), {8000}, more)
    dissector, told = Dissector({8000}), dict[int, bytes]()
    for batch in reading:
        for entry in dissector.feed(batch):
            kind = entry.record.head.type
            told[kind] = told.get(kind, b"") + entry.record.content
    return told


def test_what_is_no_secret_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture("retransmitted", 40))
    told = contents(str(path))
    form = told[RecordType.STDIN]
    assert form.startswith(b"user=admin&password=") and b"&color=red{" in form
    assert b'"user": "ann"' in form and b'"ttl": 60' not in form.replace(b"60", b"--")
    stand_in = form[20:26]
    params = told[RecordType.PARAMS]
    assert params.count(stand_in) == 10 and b"lang=en" not in params
    assert b"; session=" + stand_in in params and b"?token=" + stand_in in params
    answer = told[RecordType.STDOUT]
    assert b"Set-Cookie: session=" + stand_in + b"; Path=/\r\n" in answer
    assert b"<p>" + stand_in + b" " in answer
    assert told[RecordType.STDERR] == (
        b"PHP message: login('admin', '" + stand_in + b"') failed"
    )


def test_names_and_bodies_are_redacted_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture("in_order"))
    told = contents(str(path), "color", "body")
    assert set(told[RecordType.STDIN]) == {0}
    assert told[RecordType.STDOUT].count(b"\0") > 100
    assert b"Status: 302 Found" in told[RecordType.STDOUT]
    assert b"&color=red" not in contents(str(path), "color")[RecordType.STDIN]
    assert b"&color=red" in contents(str(path))[RecordType.STDIN]


def test_other_packets_are_written_when_they_are_asked_for(tmp_path: Path) -> None:
    path, written = tmp_path / "login.pcap", tmp_path / "written.pcap"
    path.write_bytes(capture("in_order"))
    sizes = []
    for port, more in (("8000", []), ("9", []), ("9", ["--other-packets"])):
        words = ["-p", port, "--redact", "-w", str(written), str(path), *more]
        assert main(words) == 0
        sizes.append(written.stat().st_size)
    assert sizes == [path.stat().st_size, 24, path.stat().st_size]
    assert WORD in written.read_bytes()


def test_a_pipe_is_redacted_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fcgidissect", "--redact", "-", "--json", "--raw"],
        input=capture("in_order"),
        capture_output=True,
        cwd=Path(__file__).parent.parent.parent,
        check=True,
    )
    assert_clean(done.stdout)
    assert b"FCGI_STDOUT" in done.stdout
    assert b"secrets overwritten" in done.stderr


def test_what_was_blanked_is_said(
    tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    path = tmp_path / "login.pcap"
    path.write_bytes(capture("lossy", 37))
    assert main(["--redact", "-q", str(path)]) == 0
    said = capsys.readouterr().err
    assert "bytes blanked: contents behind a gap" in said
