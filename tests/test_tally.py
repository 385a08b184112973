"""What is said at the end: counts that were made by hand, and why something was skipped."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from captures.make import records
from fcgidissect import cli
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.tally import Tally
from fcgidissect.text import counted
from tests.corpus import CAPTURES
from tests.output.talk import ASKS, capture


def line(name: str, port: int, left_out: int = 0, row: str = "record") -> str:
    tally = Tally(row)
    dissector = Dissector([port], watcher=tally)
    packets = 0
    with open_capture(str(CAPTURES / name)) as batches:
        for batch in batches:
            packets += len(batch.packets)
            tally.entries(dissector.feed(batch))
    tally.entries(dissector.finish())
    tally.left_out = left_out
    return tally.line(packets, dissector.conversations.count)


@pytest.mark.parametrize(
    "name, port, wanted",
    [
        ("fcgi", 8000, "7 records, 1 request, 1 connection in 16 packets"),
        (
            "fcgi",
            80,
            "0 records, 0 requests, 0 connections in 16 packets;"
            " skipped: 1 TCP conversation on other ports or without a record",
        ),
        ("nginx-status", 9000, "24 records, 4 requests, 4 connections in 40 packets"),
        (
            "nginx-http-on-port",
            9000,
            "0 records, 0 requests, 0 connections in 12 packets;"
            " skipped: 2 connections that speak something else on the ports",
        ),
    ],
)
def test_lines(name: str, port: int, wanted: str) -> None:
    assert line(f"{name}.pcap.gz", port) == wanted


def test_what_the_filter_left_out() -> None:
    assert line("fcgi.pcap.gz", 8000, 1, "request").endswith(
        "; skipped: 1 request by the filter"
    )


def test_bytes_outside_records() -> None:
    """Of a connection that lost some, what could not be told for a record."""
    assert " bytes outside records" in line("lossy.pcap.gz", 9000)


@pytest.mark.parametrize(
    "count, text", [(0, "0 bytes"), (1, "1 byte"), (1234567, "1,234,567 bytes")]
)
def test_counted(count: int, text: str) -> None:
    assert counted(count, "byte") == text


def in_a_terminal(*argv: str) -> "tuple[bytes, int]":
    """What a call writes to a terminal of 80 columns, and its exit status."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "fcgidissect", *argv],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while some := os.read(ours, 1 << 16):
                said += some
        except OSError:  # EIO: the other end is closed
            pass
    os.close(ours)
    return said, process.returncode


def test_a_terminal_gets_it_and_nothing_of_a_capture_acts_there(tmp_path: Path) -> None:
    evil = "/\x1b]0;x\x07[bold red]\u202egpj\0" + "x" * 10_000
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": evil, "\x1b[2J": "\x9b31m\u202e"}
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([(ASKS, records.begin(1) + records.params(1, asked))]))
    for argv in ([], ["-V"], ["-x"], ["--by", "request"], ["--by", "request", "-V"]):
        said, status = in_a_terminal(str(path), "--color", "never", *argv)
        assert status == cli.DONE
        lines = said.decode().splitlines()
        assert all(line.isprintable() for line in lines)
        assert (
            lines[-1] == "fcgidissect: 3 records, 1 request, 1 connection in 4 packets"
        )


def test_a_pipe_does_not() -> None:
    path = str(CAPTURES / "fcgi.pcap.gz")
    call = [sys.executable, "-m", "fcgidissect", path]
    done = subprocess.run(call, capture_output=True, check=True)
    assert len(done.stdout.splitlines()) == 7 and not done.stderr
