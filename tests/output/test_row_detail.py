"""Everything that is known of a request or a connection."""

import pytest

from fcgidissect.cli import main
from tests.corpus import CAPTURES


def paragraphs(
    capsys: "pytest.CaptureFixture[str]", name: str, by: str
) -> "list[list[str]]":
    path = str(CAPTURES / f"{name}.pcap.gz")
    assert main([path, "-p", "8000,9000", "--by", by, "-V"]) == 0
    out = capsys.readouterr().out
    return [part.splitlines() for part in out.split("\n\n") if part]


def test_a_request(capsys: "pytest.CaptureFixture[str]") -> None:
    """nginx-killed's access log: GET, 200; `record/nginx.sh` killed the worker."""
    (lines,) = paragraphs(capsys, "nginx-killed", "request")
    assert lines[0].startswith("Request on stream 0, frame 4: 127.0.0.1 port ")
    for line in (
        "    Request URI: /lines.php?count=40&pause=50",
        "    Response Status: 200",
        "    State: reset",
        "        SCRIPT_FILENAME: /srv/www/lines.php",
        "        content-type: text/plain;charset=UTF-8",
    ):
        assert line in lines
    assert lines[-1].startswith("    [error: ")


def test_a_line_a_field(capsys: "pytest.CaptureFixture[str]") -> None:
    """Line breaks in STDERR and in params are escapes; repeats stay repeats."""
    third = paragraphs(capsys, "nginx-stderr", "request")[2]
    assert any(r"fatal.php:5\nStack trace:\n#0" in line for line in third)
    for lines in paragraphs(capsys, "odd-pairs", "request"):
        assert all(line.isprintable() for line in lines)


def test_bodies_are_decoded(capsys: "pytest.CaptureFixture[str]") -> None:
    """The first line of a page that `record/nginx.sh` made; its upload as gzip."""
    line = (
        "V+N53tyAGDG9RsxT/T4TJGHozf7wTwFrB00XZpftdG4Jue/EUYCpo8Qi84F7g8dyxaWgmXhBaxH9"
    )
    told = paragraphs(capsys, "nginx-coded", "request")
    for number, title in (
        (0, "Response body (18768 bytes):"),
        (4, "Response body (18768 bytes, from br):"),
        (7, "Response body (18768 bytes, from gzip, chunked):"),
        (9, "Request body (18768 bytes, from gzip):"),
    ):
        at = told[number].index("    " + title)
        assert told[number][at + 1] == "        " + line
    assert all(len("\n".join(lines)) < 6000 for lines in told)


def test_a_connection(capsys: "pytest.CaptureFixture[str]") -> None:
    first, second = paragraphs(capsys, "nginx-http-on-port", "connection")
    assert "    Requests: 0" in first and "    Closed how: RST" in first
    assert "HTTP is spoken" in second[-1]


@pytest.mark.parametrize("by", ["request", "connection"])
def test_no_bytes_of_a_record(capsys: "pytest.CaptureFixture[str]", by: str) -> None:
    path = str(CAPTURES / "fcgi.pcap.gz")
    assert main([path, "--by", by, "-x"]) == 2
    assert capsys.readouterr().err == (
        f"fcgidissect: -x shows a record's bytes: it does not go with --by {by}\n"
    )
