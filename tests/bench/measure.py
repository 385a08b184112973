"""Whole processes: a command in, its wall time, CPU time and peak memory out.

Linux counts to a process's peak memory what its parent held when it was started, so this module
and all that it is used with stay small; captures are made by another process.
"""

import os
import re
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from threading import Thread
from typing import NamedTuple, Sequence

UNSET = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""Settings that no user has, and that slow Python down."""
INTERVAL = 0.05
"""Seconds between two looks at a process's memory."""


class Failed(Exception):
    """A command ended badly; its exit status and the last line that it said."""

    def __init__(self, status: int, complaint: bytes) -> None:
        lines = complaint.decode(errors="replace").strip().splitlines()
        super().__init__(lines[-1] if lines else f"status {status}, without a word")
        self.status = status


class Usage(NamedTuple):
    """What a process took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of user and system."""
    peak: float
    """MiB, with what processes of its own have to themselves."""


class Descendants(Thread):
    """Looks how much memory a process's own processes do not share with it, while it runs.

    Args:
        parent: its number.
    """

    def __init__(self, parent: int) -> None:
        super().__init__(daemon=True)
        self.peaks: "dict[int, float]" = {}
        """Number of each -> its peak in MiB, so far."""
        self._folder = Path(f"/proc/{parent}/task/{parent}")
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                for number in (self._folder / "children").read_text().split():
                    self._look(int(number))
                time.sleep(INTERVAL)

    def _look(self, number: int) -> None:
        with suppress(OSError):
            kept = Path(f"/proc/{number}/smaps_rollup").read_text()
            own = sum(map(int, re.findall(r"Private_\w+:\s+(\d+)", kept))) / 1024
            self.peaks[number] = max(self.peaks.get(number, 0), own)


class Spread(NamedTuple):
    """Several measurements as one."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


def environment() -> "dict[str, str]":
    """This process's, without what slows Python down."""
    return {name: value for name, value in os.environ.items() if name not in UNSET}


def run(command: Sequence[str]) -> Usage:
    """A command from start to end, its output thrown away; raises Failed if it fails."""
    nowhere, said = subprocess.DEVNULL, subprocess.PIPE
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=nowhere, stderr=said, env=environment()
    ) as child:
        assert child.stderr
        descendants = Descendants(child.pid)
        complaint = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed(child.returncode, complaint)
    descendants.join()
    peak = used.ru_maxrss / 1024 + sum(descendants.peaks.values())
    return Usage(wall, used.ru_utime + used.ru_stime, peak)


def pairs(
    first: Sequence[str], second: Sequence[str], times: int
) -> "list[tuple[Usage, Usage]]":
    """Two commands in turn, so that both meet the machine in the same mood."""
    return [(run(first), run(second)) for _ in range(times)]


def lines(command: Sequence[str]) -> int:
    """How many lines a command writes; raises Failed if it fails."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as child:
        assert child.stdout and child.stderr
        count = 0
        while block := child.stdout.read(1 << 16):
            count += block.count(b"\n")
        complaint = child.stderr.read()
    if child.returncode:
        raise Failed(child.returncode, complaint)
    return count
