"""The benchmark measures what it says: its captures hold the records that it says it wrote."""

import subprocess
import sys
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Callable

import pytest

from tests.bench.connection import disordered
from tests.bench.files import Format, pcap, pcapng
from tests.bench.kinds import FASTCGI_SHARE, KINDS
from tests.bench.make import MAKERS, get, write
from tests.bench.servers import SERVERS
from tests.bench.traffic import PORT, Traffic
from tests.tshark import fields, needs_tshark

SCALE = Fraction(1, 1000)
FLOW = ("ip.src", "tcp.srcport", "ip.dst", "tcp.dstport")
HEADER = ("fcgi.type", "fcgi.id", "fcgi.content.length", "fcgi.padding.length")

Reader = Callable[[str], "list[list[str]]"]


def header(type: str, id: str, length: str, padding: str) -> bytes:
    """Eight bytes from a record's numbers (section 3.3)."""
    numbers = int(type).to_bytes(1, "big") + int(id).to_bytes(2, "big")
    lengths = int(length).to_bytes(2, "big") + int(padding).to_bytes(1, "big")
    return b"\x01" + numbers + lengths + b"\x00"


def told(rows: "list[list[str]]") -> "dict[tuple[str, int, str, int], bytearray]":
    """The headers that each direction carries; a row may hold several records."""
    flows: "dict[tuple[str, int, str, int], bytearray]" = {}
    for source, port, destination, other_port, *columns in rows:
        flow = (source, int(port), destination, int(other_port))
        for values in zip(*(column.split(",") for column in columns)):
            flows.setdefault(flow, bytearray()).extend(header(*values))
    return flows


def ours(path: str) -> "list[list[str]]":
    columns = [part for name in (*FLOW, *HEADER) for part in ("-e", name)]
    command = [sys.executable, "-m", "fcgidissect", path, "-T", "fields", *columns]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def theirs(path: str) -> "list[list[str]]":
    return fields(path, [PORT], *FLOW, *HEADER)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", [ours, pytest.param(theirs, marks=needs_tshark)])
def test_a_capture_holds_the_records_that_were_written(
    tmp_path: Path, kind: str, reader: Reader
) -> None:
    path = tmp_path / f"{kind}.pcap"
    with open(path, "wb") as file:
        traffic, _ = write(file, kind, SCALE)
    assert told(reader(str(path))) == traffic.truth


@pytest.mark.parametrize("name", sorted({*MAKERS} - {*KINDS, *SERVERS}))
def test_a_capture_is_counted_and_made_once(tmp_path: Path, name: str) -> None:
    made = get(tmp_path, name, SCALE)
    rows = ours(made.path)
    assert len(rows) == made.records
    assert sum(row[4] == "1" for row in rows) == made.requests
    assert get(tmp_path, name, SCALE) == made


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_the_same_name_gives_the_same_bytes(form: Format) -> None:
    first, second = BytesIO(), BytesIO()
    write(first, "small", SCALE, form)
    write(second, "small", SCALE, form)
    assert first.getvalue() == second.getvalue()


def test_noise_is_mostly_noise() -> None:
    traffic = Traffic(Random(1), KINDS["noise"].network)
    port = PORT.to_bytes(2, "big")
    frames = list(KINDS["noise"].frames(traffic, Fraction(1, 20)))
    fastcgi = sum(port in frame[34:38] for frame in frames)
    assert FASTCGI_SHARE / 2 < fastcgi / len(frames) < FASTCGI_SHARE * 2


def test_disorder_loses_no_segment_for_good() -> None:
    places = disordered(10_000, Random(1))
    late = sum(after < before for before, after in zip(places, places[1:]))
    assert set(places) == set(range(10_000))
    assert 10 < len(places) - 10_000 < 100, "some come twice"
    assert 100 < late < 400, "about two in a hundred come late"
