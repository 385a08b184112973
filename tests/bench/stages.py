"""Where the time goes: a capture in, a row a stage with what it costs a packet, a record, a byte.

A stage's cost is the CPU time of a process that goes as far as this stage, less that of the one
that stops before it; of both, what they take for a tiny file is left out, and stands apart. One
process goes all the way; the Python that runs this should be the program's.
"""

import sys
from typing import Iterator

from tests.bench.cache import Capture
from tests.bench.measure import Failed, run
from tests.bench.programs import PORT, ours
from tests.bench.report import head, row

READ = """
import sys
from fcgidissect.capture import open_capture
with open_capture(sys.argv[1]) as batches:
    for batch in batches:
        pass
"""
DISSECT = f"""
import gc, sys
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
gc.set_threshold(20_000, 20, 20)
dissector = Dissector([{PORT}], flights=True, tracked=%s)
with open_capture(sys.argv[1]) as batches:
    for batch in batches:
        dissector.feed(batch)
dissector.finish()
"""
FIELDS = "-T fields -e frame.number -e fcgi.type"
HEAD = head("capture", "stage", "CPU, s", "us a packet", "us a record", "ns a byte")


BEFORE = {"read": "", "records": "read", "requests": "records", "fields": "records"}
"""Stage -> the one before it; that of most writers is `requests`, but columns of records ask
for none."""


def commands(program: str, path: str) -> "dict[str, list[str]]":
    """Each stage with all that stands before it."""
    return {
        "read": [sys.executable, "-c", READ, path],
        "records": [sys.executable, "-c", DISSECT % False, path],
        "requests": [sys.executable, "-c", DISSECT % True, path],
        "list": ours(program, path, "--cores 1"),
        "fields": ours(program, path, f"--cores 1 {FIELDS}"),
        "jsonl": ours(program, path, "--cores 1 -T jsonl"),
    }


def spent(program: str, path: str, times: int) -> "dict[str, float]":
    """CPU seconds that each process takes; raises Failed if one fails.

    The least of several, one of each in turn: a difference of two is told by what nothing else
    on the machine has slowed down.
    """
    each = commands(program, path)
    turns = [
        {stage: run(command).cpu for stage, command in each.items()}
        for _ in range(times)
    ]
    return {stage: min(turn[stage] for turn in turns) for stage in each}


def measured(
    program: str, name: str, capture: Capture, starts: "dict[str, float]", times: int
) -> Iterator[str]:
    """The rows of a capture; `starts` is what each process takes for a tiny file."""
    try:
        taken = spent(program, capture.path, times)
    except Failed as failed:
        yield row([name, *["-"] * 4, failed])
        return
    grown = {stage: taken[stage] - starts[stage] for stage in taken}
    for stage in grown:
        cost = grown[stage] - grown.get(BEFORE.get(stage, "requests"), 0.0)
        yield row([name, stage, f"{cost:.2f}", *shares(cost, capture)])


def shares(cost: float, capture: Capture) -> Iterator[str]:
    """Seconds as microseconds a packet and a record, nanoseconds a byte."""
    yield f"{cost / capture.packets * 1e6:.2f}"
    yield f"{cost / capture.records * 1e6:.2f}"
    yield f"{cost / capture.bytes * 1e9:.2f}"
