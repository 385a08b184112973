"""The floor: a capture in, a row with what the least that can be done with it takes."""

import shutil
from statistics import median
from typing import Sequence

from tests.bench.cache import Capture
from tests.bench.measure import Failed, run
from tests.bench.programs import floors, ours, tshark
from tests.bench.report import head, row

NAMES = list(floors(""))
HEAD = head("capture", "packets", "MB", *NAMES, "our list", "tshark's list")


def measured(program: str, name: str, capture: Capture, times: int) -> str:
    """Seconds of wall time, medians."""
    path = capture.path
    commands = [*floors(path).values(), ours(program, path), tshark(path)]
    size = f"{capture.bytes / 1e6:.1f}"
    return row([name, capture.packets, size, *(seconds(c, times) for c in commands)])


def seconds(command: Sequence[str], times: int) -> str:
    """The median, or a dash where the command is not there or cannot read the file."""
    if shutil.which(command[0]) is None:
        return "-"
    try:
        return f"{median(run(command).wall for _ in range(times)):.2f}"
    except Failed:
        return "-"
