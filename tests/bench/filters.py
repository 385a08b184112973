"""What a filter costs: a capture and a filter in, a row with the time of one decision out.

The time is that of the decisions alone, above what it takes to come by the rows; what a
filter makes the corridor decode on demand (params, headers of frames) is in it.
"""

import subprocess
import sys
from typing import Tuple

from tests.bench.cache import Capture
from tests.bench.measure import environment
from tests.bench.programs import PORT
from tests.bench.report import head, row

FILTERS = [
    "fcgi.type == 1",
    'fcgi.param.REQUEST_URI contains "x"',
    "ip.addr == 10.0.0.0/8 && tcp.port in {8000..8010}",
    'fcgi.param.REQUEST_URI matches "^/(login)?$"',
    'fcgi.content.data matches "fatal error"',
    "fcgi.type == 6 && fcgi.content.length > 1000 && tcp.stream == 3",
    "fcgi.response.status >= 500",
]
HEAD = head("capture", "filter", "rows", "pass", "us a row")

DECIDE = f"""
import sys, time
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.filter import compile_filter
from fcgidissect.registry import Registry
from fcgidissect.sieve import sieve
dissector = Dissector([{PORT}])
passing = sieve(compile_filter(sys.argv[2], Registry()), True)
rows = passed = spent = 0
with open_capture(sys.argv[1]) as batches:
    for batch in batches:
        entries = dissector.feed(batch)
        before = time.process_time_ns()
        left = passing(entries)
        spent += time.process_time_ns() - before
        rows += len(entries)
        passed += len(left)
        del left  # not in the next batch's time
print(rows, passed, spent)
"""


def decided(path: str, expression: str) -> "Tuple[int, int, int]":
    """Rows, those that pass, nanoseconds of CPU time for all decisions."""
    command = [sys.executable, "-c", DECIDE, path, expression]
    done = subprocess.run(
        command, env=environment(), check=True, capture_output=True, text=True
    )
    rows, passed, spent = map(int, done.stdout.split())
    return rows, passed, spent


def measured(name: str, capture: Capture, expression: str, times: int) -> str:
    """A row of the table: the quickest of several runs."""
    runs = [decided(capture.path, expression) for _ in range(times)]
    rows, passed, spent = min(runs, key=lambda run: run[2])
    return row(
        [name, f"`{expression}`", rows, passed, f"{spent / max(rows, 1) / 1000:.2f}"]
    )
