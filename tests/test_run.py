"""A call carried out live: on a real interface where that is allowed, and on a made one."""

import json
import signal
import socket
import subprocess
import sys
from typing import Iterator, Optional, Sequence

import pytest

from captures.make import records
from fcgidissect import cli
from fcgidissect.capture import open_capture
from fcgidissect.capture.sockets import NoFilters
from fcgidissect.net.frame import Batch, Source
from tests.capture.loopback import may_capture
from tests.corpus import CAPTURES

Capsys = pytest.CaptureFixture[str]
QUESTION = (
    records.begin(1)
    + records.params(1, {"REQUEST_METHOD": "GET", "REQUEST_URI": "/live"})
    + records.stdin(1)
)
ANSWER = records.stdout(1, b"Status: 204 No\r\n\r\n") + records.end(1)


def exchange(server: socket.socket) -> None:
    """A request and its answer on a connection of its own."""
    with socket.create_connection(server.getsockname()) as asking:
        answering, _ = server.accept()
        with answering:
            asking.sendall(QUESTION)
            assert answering.recv(len(QUESTION), socket.MSG_WAITALL) == QUESTION
            answering.sendall(ANSWER)
            assert asking.recv(len(ANSWER), socket.MSG_WAITALL) == ANSWER


def test_loopback() -> None:
    """Rows as they come; Ctrl-C ends it, with all that came told well formed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = [sys.executable, "-m", "fcgidissect", "-i", "lo", "-p", str(port)]
        with subprocess.Popen(
            [*call, "-T", "json", "-a", "duration:60"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout and process.stderr
            if not may_capture():
                assert "root's rights or CAP_NET_RAW" in process.stderr.read()
                return
            said = process.stderr.readline()
            assert said == f"fcgidissect: capturing on lo (tcp port {port})\n"
            exchange(server)
            text = process.stdout.readline() + process.stdout.readline()
            process.send_signal(signal.SIGINT)
            text += process.stdout.read()
            assert process.stderr.read() == ""
    assert process.returncode == cli.INTERRUPTED
    found = [row["fcgi"] for row in json.loads(text)]
    assert [row["type_name"][5:] for row in found] == [
        *("BEGIN_REQUEST", "PARAMS", "PARAMS", "STDIN", "STDOUT", "END_REQUEST")
    ]
    assert found[-1]["request"]["uri"] == "/live"


class MadeCapture:
    """Stands in for a live capture: what a file holds, then nothing until it is stopped."""

    size = damage = None
    position = 0
    begun: "list[tuple[Sequence[str], Optional[str], Optional[float]]]" = []

    def __init__(
        self, names: Sequence[str], bpf: Optional[str], duration: Optional[float]
    ) -> None:
        if bpf == "no libpcap":
            raise NoFilters("a capture filter takes libpcap")
        self.name = "+".join(names)
        self.begun.append((names, bpf, duration))
        self.stopped = False

    def __iter__(self) -> Iterator[Batch]:
        with open_capture(str(CAPTURES / "fcgi.pcap.gz")) as capture:
            yield from capture
        signal.raise_signal(signal.SIGINT)
        while not self.stopped:
            yield Batch(b"", [], Source(1))

    def stop(self) -> None:
        self.stopped = True

    def __enter__(self) -> "MadeCapture":
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcgidissect.capture.live.LiveCapture", MadeCapture)
    monkeypatch.setattr(MadeCapture, "begun", [])


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    "argv, begun",
    [
        ([], (["a"], "tcp port 8000", None)),
        (["-f", ""], (["a"], "", None)),
        (["-f", "host x", "-a", "duration:2.5"], (["a"], "host x", 2.5)),
        (
            ["-i", "b", "-p", "1-3,9"],
            (["a", "b"], "tcp portrange 1-3 or tcp port 9", None),
        ),
    ],
)
def test_what_is_captured(argv: "list[str]", begun: "object") -> None:
    cli.main(["-i", "a", *argv])
    assert MadeCapture.begun == [begun]


@pytest.mark.usefixtures("made")
def test_an_interrupt_only_stops_it(capsys: Capsys) -> None:
    """What is open then is told, too."""
    argv = ["-i", "a", "-T", "jsonl", "--by", "request"]
    assert cli.main([*argv, "-c", "11"]) == 0
    assert cli.main(argv) == cli.INTERRUPTED
    cut, whole = map(json.loads, capsys.readouterr().out.splitlines())
    assert cut["fcgi"]["request"]["state"] == "cut"
    assert whole["fcgi"]["request"]["state"] == "complete"


@pytest.mark.usefixtures("made")
def test_without_libpcap(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ports alone need no filter of the kernel's; one that was asked for does."""
    monkeypatch.setattr("fcgidissect.stages.ports_filter", lambda ports: "no libpcap")
    assert cli.main(["-i", "a"]) == cli.INTERRUPTED
    assert MadeCapture.begun == [(["a"], "", None)]
    assert capsys.readouterr().err == "fcgidissect: capturing on a\n"
    assert cli.main(["-i", "a", "-f", "no libpcap"]) == cli.REFUSED


@pytest.mark.parametrize(
    "argv, message",
    [
        (["-i", "lo", "a.pcap"], "a.pcap: no such file, and no filter"),
        (["-i", "lo", "-r", "a.pcap"], "-i captures: a.pcap is not read beside it"),
        (["-f", "tcp", "-"], "-f and -a are for a live capture: add -i IFACE"),
        (["-a", "duration:1", "-"], "-f and -a are for a live capture: add -i IFACE"),
        (["-i", "lo", "-a", "filesize:1"], "argument -a: 'filesize:1'"),
        (["-i", "lo", "-a", "duration:nan"], "argument -a: 'duration:nan'"),
    ],
)
def test_refused(capsys: Capsys, argv: "list[str]", message: str) -> None:
    assert cli.main(argv) == cli.REFUSED
    assert capsys.readouterr().err.startswith(f"fcgidissect: {message}")


def test_interfaces_are_listed(capsys: Capsys) -> None:
    assert cli.main(["-D"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(". ")[0] for line in lines] == [
        str(number + 1) for number in range(len(lines))
    ]
    assert lines[-1].endswith(". any  all of them")
