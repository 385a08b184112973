"""Connections as JSON objects."""

import json

import pytest

from fcgidissect.cli import main
from tests.corpus import CAPTURES


def test_an_object(capsys: "pytest.CaptureFixture[str]") -> None:
    path = str(CAPTURES / "mixed-port.pcap.gz")
    assert main([path, "-p", "9000", "--by", "connection", "--json"]) == 0
    array = capsys.readouterr().out
    told = json.loads(array)
    assert main([path, "-p", "9000", "--by", "connection", "-T", "jsonl"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == told
    kept, http, *_ = told
    assert kept["fcgi"]["connection"]["requests"] == 5
    assert kept["fcgi"]["connection"]["kept"] is True
    assert kept["fcgi"]["connection"]["closed_by"] == "web server"
    assert kept["tcp"]["dstport"] == 9000 and "_ws" not in kept
    assert http["ip"]["dst"] == "127.0.0.2"
    assert http["fcgi"]["connection"]["requests"] == 0
    assert "HTTP" in http["_ws"]["expert"][0]["message"]
