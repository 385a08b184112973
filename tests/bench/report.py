"""What was measured, for a reader: measurements in, lines of Markdown out."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Iterable, Iterator

from tests.bench.measure import Spread

MODEL = "model name"


def row(cells: Iterable[object]) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def head(*titles: str) -> "list[str]":
    """The first two rows of a table."""
    return [row(titles), row("---" for _ in titles)]


def ratio(spread: Spread) -> str:
    """The median, and between what it lies."""
    return f"{spread.middle:.2f} ({spread.least:.2f}-{spread.most:.2f})"


def machine() -> Iterator[str]:
    """Where and with what it was measured, a line each."""
    yield f"{datetime.date.today()}, {os.cpu_count()} cores, {processor()}"
    scapy = importlib.metadata.version("scapy")
    ours = importlib.metadata.version("fcgidissect")
    yield f"fcgidissect {ours}, Python {platform.python_version()}, Scapy {scapy}"
    yield version("tshark", "--version")
    yield version("tcpdump", "--version")


def processor() -> str:
    """What the kernel calls it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if MODEL in line]
    return names[0] if names else platform.machine()


def version(*command: str) -> str:
    """The first line that a program says of itself."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines()[0]
