"""Two processes, half of the connections each, write what one alone would."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Iterable, Iterator, NamedTuple, Sequence

import pytest

from captures.make import records as make
from captures.make.files import Packet, pcap
from captures.make.packets import Conversation, ethernet
from fcgidissect import cli
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector, half_of
from fcgidissect.filter import compile_filter
from fcgidissect.halves import COUNTED, Begun, Half, Lines, Records, Requests
from fcgidissect.net.frame import Batch
from fcgidissect.output import Settings, writer
from fcgidissect.rows import fields_by, over_of, rows_by
from fcgidissect.sieve import Sieve, sieve
from tests.bench.make import write
from tests.corpus import CAPTURES, Capture, captures


class Way(NamedTuple):
    """A way to show rows."""

    by: str = "record"
    format: str = "text"
    fields: "tuple[str, ...]" = ()
    filter: str = ""
    verbose: bool = False


LIST = Way()
REQUESTS = Way("request")
FIELDS = Way("record", "fields", ("frame.number", "fcgi.type", "fcgi.request.uri"))
JSON = Way(format="json")
WAYS = {
    "list": LIST,
    "requests": REQUESTS,
    "fields": FIELDS,
    "json": JSON,
    "requests in json": Way("request", "json"),
    "detail": Way(verbose=True),
    "numbers": FIELDS._replace(fields=("tcp.stream", "fcgi.request.number")),
    "filtered list": LIST._replace(filter="fcgi.type in {1, 3, 6}"),
    "filtered requests": REQUESTS._replace(filter="fcgi.response.status == 200"),
    "filtered fields": FIELDS._replace(filter="fcgi.content.length > 0"),
    "filter for numbers": LIST._replace(filter="tcp.stream > 2"),
}


class Stages(NamedTuple):
    """What a call makes."""

    dissector: Dissector
    rows: Any
    passing: "Sieve | None"
    writer: Any
    asked: "set[str]"


def made(ports: "Iterable[int]", way: Way) -> Stages:
    registry = fields_by(way.by)
    settings = Settings(registry, fields=way.fields, verbose=way.verbose)
    shown: Any = writer(way.format, settings, way.by)
    expression = compile_filter(way.filter, registry) if way.filter else None
    of_records, parts = way.by == "record", getattr(shown, "parts", False)
    asked = set(expression.fields if expression else ()) | set(way.fields)
    rows: Any = rows_by(way.by, asked)
    takes = shown if of_records else rows
    return Stages(
        Dissector(
            frozenset(ports),
            over=over_of([rows]),
            flights=getattr(takes, "flights", False),
        ),
        rows,
        expression and sieve(expression, of_records, parts),
        shown,
        asked,
    )


def cut(batches: "Iterable[Batch]", step: int) -> "Iterator[Batch]":
    """The same packets in smaller batches."""
    for batch in batches:
        for at in range(0, len(batch.packets), step):
            yield batch._replace(packets=batch.packets[at : at + step], comments={})


def alone(path: str, ports: "Iterable[int]", way: Way, step: int) -> bytes:
    """What one process writes."""
    dissector, rows, passing, shown, _ = made(ports, way)
    text = b""

    def write(rows: "Sequence[Any]") -> bytes:
        rows = passing(rows) if passing else rows
        if hasattr(shown, "encoded"):
            return shown.encoded(rows) if rows else b""  # type: ignore[no-any-return]
        return shown.rows(rows).encode() if rows else b""  # type: ignore[no-any-return]

    with open_capture(path) as batches:
        for batch in cut(batches, step):
            text += write(rows.feed(dissector.feed(batch)))
    return text + write([*rows.feed(dissector.finish()), *rows.finish()])


def both(path: str, ports: "Iterable[int]", way: Way, step: int) -> bytes:
    """What two do."""
    begun: "list[SimpleQueue[Any]]" = [SimpleQueue(), SimpleQueue()]
    stages = [made(ports, way) for _ in begun]

    def work(number: int, batches: "Iterable[Batch]") -> "list[Lines]":
        def exchange(own: Begun) -> Begun:
            begun[number].put(own)
            return begun[1 - number].get(timeout=60)  # type: ignore[no-any-return]

        dissector, rows, passing, shown, asked = stages[number]
        requests = rows if way.by == "request" else None
        counts = shown.numbered or not COUNTED.isdisjoint(asked)
        half = Half(dissector, requests, passing, shown, counts)
        dissector.half = number
        reading: Any = cut(batches, step)
        return list(half.over(reading, exchange))

    with open_capture(path) as one, open_capture(path) as other:
        with ThreadPoolExecutor() as threads:
            lines = [*threads.map(work, (0, 1), (one, other))]
    merging = Requests() if way.by == "request" else Records()
    texts = [merging.merged(*each) for each in zip(*lines, strict=True)]
    joined = getattr(stages[0].writer, "together", b"".join)
    return b"".join([joined(each) for each in texts if each])


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_captures(capture: Capture) -> None:
    for way, step in ((LIST, 5), (FIELDS, 1000), (REQUESTS, 5), (JSON, 5)):
        told = both(capture.path, capture.port_numbers, way, step)
        assert told == alone(capture.path, capture.port_numbers, way, step)


@pytest.mark.parametrize("kind", ["small", "disorder", "large", "noise", "connections"])
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_traffic(kind: str, way: Way, tmp_path: Path) -> None:
    """Of many connections, which lose bytes and end in the middle."""
    path = tmp_path / "traffic.pcap"
    with path.open("wb") as file:
        write(file, kind, Fraction(1, 400))
    told = both(str(path), [8000], way, 100)
    assert told.count(b"\n") > 10
    assert told == alone(str(path), [8000], way, 100)


def connections(*sources: str) -> bytes:
    """A capture of a request each, from port 40000 on."""
    packets: "list[bytes]" = []
    for port, source in enumerate(sources, 40000):
        talk = Conversation(source, client_port=port).open()
        talk.say(talk.client, make.request(1, {"REQUEST_URI": f"/{port}"}))
        packets += talk.packets
    return pcap([Packet(at, ethernet(each)) for at, each in enumerate(packets)])


def test_columns_grow_with_what_either_process_shows(tmp_path: Path) -> None:
    """Line by line, whichever half it is of."""
    path = tmp_path / "widths.pcap"
    sources = ["10.0.0.1"] * 4 + ["192.168.100.100"] + ["10.0.0.1"] * 4
    path.write_bytes(connections(*sources))
    told = both(str(path), [8000], LIST, 3)
    assert {len(line.partition(" → ")[0]) for line in told.decode().splitlines()} == {
        len("    4   0.000000  10.0.0.1:40000"),
        len("    4   0.000000 192.168.100.100:40000"),
    }
    assert told == alone(str(path), [8000], LIST, 3)


def test_both_directions_of_a_connection_are_of_one_half() -> None:
    keys = [(b"\x0a\0\0\1", b"\x0a\0\0\2", port) for port in range(32768, 60000, 2)]
    halves = [
        (
            half_of(one + other + port.to_bytes(2, "big") + b"\x1f\x40"),
            half_of(other + one + b"\x1f\x40" + port.to_bytes(2, "big")),
        )
        for one, other, port in keys
    ]
    assert all(there == back for there, back in halves)
    assert abs(sum(there for there, _ in halves) / len(halves) - 0.5) < 0.01


# The processes

FCGI = str(CAPTURES / "fcgi.pcap.gz")
MANY = str(CAPTURES / "lighttpd.pcap.gz")


def told(*words: str, before: str = "") -> "subprocess.CompletedProcess[str]":
    """A call.

    Args:
        before: statements that are carried out first.
    """
    program = f"{before}\nimport sys\nfrom fcgidissect.__main__ import main\nmain()"
    call = [sys.executable, "-c", program, *words]
    return subprocess.run(call, capture_output=True, text=True, start_new_session=True)


@pytest.mark.parametrize(
    "words",
    [
        (FCGI,),
        (FCGI, "fcgi.type == 1"),
        (FCGI, FCGI, "-c", "20"),
        (FCGI, "-t", "dd"),
        (FCGI, "-t", "ud"),
        (FCGI, "-T", "fields", "-E", "header=y", "-e", "frame.number"),
        (FCGI, "-T", "fields", "-e", "tcp.stream", "-e", "fcgi.request.number"),
        (FCGI, "tcp.stream == 0"),
        (FCGI, "-T", "json"),
        (FCGI, "-T", "pdml"),
        (FCGI, "-T", "psml", "-t", "dd"),
        (FCGI, "--by", "request"),
        (FCGI, "--by", "request", "-T", "csv"),
        (FCGI, "--by", "connection"),
        (FCGI, "-x"),
        (FCGI, "-V"),
        (FCGI, "-q", "-z", "fcgi,srt"),
        (
            str(CAPTURES / "nginx-status.pcap.gz"),
        ),  # nothing on port 8000: it says where
        (str(CAPTURES / "made-cut.pcap.gz"),),
    ],
    ids=lambda words: " ".join(Path(word).name for word in words),
)
def test_calls(words: "tuple[str, ...]") -> None:
    """Whether it takes two processes or not, on all that may be asked."""
    one, two = told(*words, "--cores", "1"), told(*words, "--cores", "2")
    assert (two.stdout, two.stderr, two.returncode) == (
        one.stdout,
        one.stderr,
        one.returncode,
    )


INTO = """
import os, signal
from fcgidissect.halves import Half
over = Half.over
def changed(self, *told):
    for lines in over(self, *told):
        if self.dissector.half == {half}:
            {what}
        yield lines
Half.over = changed
"""


def changed(half: int, what: str) -> "subprocess.CompletedProcess[str]":
    """A call in one of whose processes something happens."""
    return told(FCGI, "--cores", "2", before=INTO.format(half=half, what=what))


def test_the_other_process_is_killed() -> None:
    done = changed(1, "os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == cli.REFUSED
    assert done.stderr == (
        "fcgidissect: the other process has ended before its time: --cores 1 does"
        " without it\n"
    )


def test_a_bug_in_the_other_process() -> None:
    done = changed(1, "raise ValueError('no')")
    assert done.returncode == cli.OUR_FAULT
    assert "report it: RuntimeError: ValueError: no (--debug" in done.stderr


def test_a_bug_in_the_first_process() -> None:
    done = changed(0, "raise ValueError('no')")
    assert done.returncode == cli.OUR_FAULT
    assert "report it: ValueError: no (--debug" in done.stderr


def test_a_capture_that_ends_earlier_for_the_other_process() -> None:
    done = changed(1, "return")
    assert done.returncode == cli.REFUSED
    assert done.stderr == "fcgidissect: a capture was changed while it was read\n"


def test_an_interrupt_ends_both() -> None:
    done = changed(0, "os.killpg(0, signal.SIGINT)")
    assert (done.returncode, done.stderr) == (cli.INTERRUPTED, "")


def test_a_closed_pipe_is_silent() -> None:
    call = f"{sys.executable} -m fcgidissect --cores 2 {FCGI} | head -1"
    done = subprocess.run(call, shell=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert not done.stderr


def test_no_room_for_another_process() -> None:
    refused = "import os\ndef fork(): raise BlockingIOError(11, 'no')\nos.fork = fork"
    done = told(FCGI, "--cores", "2", before=refused)
    assert done.stdout.count("\n") == 7
    assert not done.stderr
