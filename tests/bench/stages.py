"""Where the time goes: a capture in, a row a stage with what it costs a packet, a record, a byte.

A stage's cost is the CPU time of a process that goes as far as this stage, less that of the one
that stops before it; of both, what they take for a tiny file is left out, and stands apart.
"""

import sys
from statistics import median
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
import sys
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
dissector = Dissector([{PORT}], flights=True)
with open_capture(sys.argv[1]) as batches:
    for batch in batches:
        dissector.feed(batch)
dissector.finish()
"""
HEAD = head("capture", "stage", "CPU, s", "us a packet", "us a record", "ns a byte")


BEFORE = {"read": "", "dissect": "read"}
"""Stage -> the one before it; that of every writer is the dissection."""


def commands(program: str, path: str) -> "dict[str, list[str]]":
    """Each stage with all that stands before it."""
    return {
        "read": [sys.executable, "-c", READ, path],
        "dissect": [sys.executable, "-c", DISSECT, path],
        "list": ours(program, path),
        "fields": ours(program, path, "-T fields -e frame.number -e fcgi.type"),
        "jsonl": ours(program, path, "-T jsonl"),
    }


def spent(program: str, path: str, times: int) -> "dict[str, float]":
    """CPU seconds that each process takes; raises Failed if one fails."""
    return {
        stage: median(run(command).cpu for _ in range(times))
        for stage, command in commands(program, path).items()
    }


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
        cost = grown[stage] - grown.get(BEFORE.get(stage, "dissect"), 0.0)
        yield row([name, stage, f"{cost:.2f}", *shares(cost, capture)])


def shares(cost: float, capture: Capture) -> Iterator[str]:
    """Seconds as microseconds a packet and a record, nanoseconds a byte."""
    yield f"{cost / capture.packets * 1e6:.2f}"
    yield f"{cost / capture.records * 1e6:.2f}"
    yield f"{cost / capture.bytes * 1e9:.2f}"
