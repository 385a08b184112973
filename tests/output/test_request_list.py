"""Lines of requests, as a person reads them."""

import pytest

import fcgidissect
from fcgidissect.cli import main
from fcgidissect.output import Settings
from fcgidissect.output.request_list import RequestList
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES


def lines(capsys: "pytest.CaptureFixture[str]", name: str, *more: str) -> "list[str]":
    path = str(CAPTURES / f"{name}.pcap.gz")
    assert main([path, "-p", "8000,9000", "--by", "request", *more]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_line_of_the_access_log(capsys: "pytest.CaptureFixture[str]") -> None:
    """What captures/nginx-status.access.log has of the first, and the wire's times."""
    line = lines(capsys, "nginx-status")[0]
    words = line.split()
    assert words[0] == "4" and words[2:4] == ["127.0.0.1:46794", "→"] or words[3] == "→"
    assert words[5:8] == ["id=1", "302", "in=0"] and words[8] == "out=14"
    assert words[9].startswith("ttfb=") and words[10].startswith("time=")
    assert line.endswith("GET /status.php?code=302")


@pytest.mark.parametrize(
    "name, at, parts",
    [
        ("nginx-stderr", 0, [" e  GET /notice.php", "stderr: PHP message: PHP Notice"]),
        ("nginx-stderr", 2, [" 500 ", r"fatal.php:5\nStack trace:\n#0"]),
        ("nginx-stderr", 3, ["GET /hello.php"]),
        ("nginx-killed", 0, [" !  GET /lines.php", "[reset] [error: "]),
        ("nginx-retry", 0, [" id=1  -  ", " ttfb=- ", " !  GET", "[reset]"]),
        ("nginx-upload", 0, ["in=219790 ", "POST /upload.php"]),
        ("midstream-end", 2, [" ! ", "[open at the end of the capture]"]),
        ("same-id", 1, ["the application ended with status 3"]),
    ],
)
def test_what_stands_out(
    capsys: "pytest.CaptureFixture[str]", name: str, at: int, parts: "list[str]"
) -> None:
    line = lines(capsys, name)[at]
    for part in parts:
        assert part in line, (part, line)


def test_nothing_stands_out_where_all_went_well(
    capsys: "pytest.CaptureFixture[str]",
) -> None:
    for line in lines(capsys, "nginx-pool"):
        assert "[" not in line and "!" not in line and "stderr" not in line


def test_columns_are_aligned(capsys: "pytest.CaptureFixture[str]") -> None:
    told = lines(capsys, "nginx-keepalive")
    for label in (" in=", " out=", " ttfb=", " time="):
        assert len({line.index(label) for line in told}) == 1


def test_the_time_of_its_start(capsys: "pytest.CaptureFixture[str]") -> None:
    """The access log's second field of nginx-pool is the end; it began three before."""
    last = lines(capsys, "nginx-pool", "-t", "e")[-1]
    assert 1795474033 < float(last.split()[1]) < 1795474034


def test_a_narrow_terminal_has_room_for_the_uri() -> None:
    path = str(CAPTURES / "nginx-stderr.pcap.gz")
    rows = list(fcgidissect.read(path, ports=[9000], by="request"))
    shown = RequestList(Settings(Registry(), width=lambda: 80)).rows(rows[1:])
    assert shown.splitlines() == [
        "   14   0.042678 46816/1  200      38   9.282ms e  GET /notice.php… stderr: PHP…",
        "   26   0.082091 46832/1  500       0   0.885ms e  GET /fatal.php stderr: PHP m…",
        "   36   0.101686 46838/1  200      15   0.333ms    GET /hello.php",
    ]
