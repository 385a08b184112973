"""The command line's words: ports in every spelling, and what stands for what."""

import pytest

from fcgidissect.errors import UsageError
from fcgidissect.options import parse


@pytest.mark.parametrize(
    "argv, ports",
    [
        ([], {8000}),
        (["-p", "9000"], {9000}),
        (["-p", "8000,9000-9002"], {8000, 9000, 9001, 9002}),
        (["-p", "1", "--port", "2"], {1, 2}),
        (["-d", "tcp.port==9000,fcgi"], {9000}),
        (["-d", "tcp.port == 9000-9001 , fcgi", "-p", "1"], {1, 9000, 9001}),
        (["-o", "fcgi.tcp.port:9000"], {9000}),
        (["-p", "65535"], {65535}),
    ],
)
def test_ports(argv: "list[str]", ports: "set[int]") -> None:
    assert parse(argv).ports == ports


@pytest.mark.parametrize(
    "argv",
    [
        ["-p", ""],
        ["-p", "65536"],
        ["-p", "-1"],
        ["-p", "1-"],
        ["-p", "9" * 5000],
        ["-p", "\u0661"],
        ["-d", "tcp.port==9000"],
        ["-o", "tcp.port:9000"],
        ["-G", "protocols"],
        ["--jso"],
    ],
)
def test_refused(argv: "list[str]") -> None:
    with pytest.raises(UsageError):
        parse(argv)


def test_words_may_stand_anywhere() -> None:
    options = parse(["a.pcap", "-x", "b.pcap", "-Y", "fcgi", "c.pcap"])
    assert options.words == ["a.pcap", "b.pcap", "c.pcap"]
    assert options.hexdump and options.filter == "fcgi"


@pytest.mark.parametrize(
    "argv, format",
    [
        ([], "text"),
        (["--json"], "json"),
        (["-T", "ndjson"], "jsonl"),
        (["-T", "csv"], "csv"),
    ],
)
def test_formats(argv: "list[str]", format: str) -> None:
    assert parse(argv).format == format
