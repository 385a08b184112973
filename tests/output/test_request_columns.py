"""Requests and connections as comma-separated values and as columns."""

import csv
import io
from typing import Dict, List

import pytest

from fcgidissect.cli import main
from tests.corpus import CAPTURES


def rows(capsys: "pytest.CaptureFixture[str]", *words: str) -> "List[Dict[str, str]]":
    path = str(CAPTURES / "nginx-stderr.pcap.gz")
    assert main([path, "-p", "9000", *words]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_requests(capsys: "pytest.CaptureFixture[str]") -> None:
    told = rows(capsys, "--by", "request", "-T", "csv")
    statuses = [row["fcgi.response.status"] for row in told]
    assert statuses == ["200", "200", "500", "200"]
    assert told[2]["fcgi.request.uri"] == "/fatal.php"
    assert told[2]["fcgi.stderr"].startswith("PHP message: PHP Fatal error")
    assert told[3]["fcgi.stderr"] == ""


def test_connections(capsys: "pytest.CaptureFixture[str]") -> None:
    told = rows(capsys, "--by", "connection", "-T", "csv")
    assert [row["tcp.stream"] for row in told] == ["0", "1", "2", "3"]
    assert {row["ip.dst"] + row["ipv6.dst"] for row in told} == {"127.0.0.1"}
    assert {row["fcgi.connection.closed_by"] for row in told} == {"application"}


def test_columns_of_records_in_a_request(capsys: "pytest.CaptureFixture[str]") -> None:
    path = str(CAPTURES / "nginx-stderr.pcap.gz")
    words = ["--by", "request", "-T", "fields", "-e", "frame.number", "-e", "fcgi.type"]
    assert main([path, "-p", "9000", *words, "fcgi.response.status == 500"]) == 0
    assert capsys.readouterr().out == "26,28\t1,4,5,7,6,3\n"


@pytest.mark.parametrize("by", ["request", "connection"])
def test_formats_that_show_records_alone(
    capsys: "pytest.CaptureFixture[str]", by: str
) -> None:
    path = str(CAPTURES / "nginx-stderr.pcap.gz")
    for format in ("ek", "pdml", "psml"):
        assert main([path, "--by", by, "-T", format]) == 2
        assert capsys.readouterr().err.startswith("fcgidissect: ")
