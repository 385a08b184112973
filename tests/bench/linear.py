"""Whether cost grows with the capture and nothing else: a capture in, a row of costs out."""

from fractions import Fraction
from statistics import median

from tests.bench.cache import Capture
from tests.bench.measure import Failed, run
from tests.bench.programs import ours
from tests.bench.report import head, row

PARTS = [Fraction(1, part) for part in (8, 4, 2, 1)]
HEAD = head(
    "capture",
    "part",
    "packets",
    "MB",
    "records",
    "CPU, s",
    "us a packet",
    "ns a byte",
    "peak, MiB",
)


def measured(
    program: str, name: str, part: Fraction, capture: Capture, times: int, start: float
) -> str:
    """The list of a part of the capture; `start` is the CPU time of starting alone."""
    try:
        used = [run(ours(program, capture.path)) for _ in range(times)]
    except Failed as failed:
        return row([name, part, capture.packets, *["-"] * 5, failed])
    spent = median(use.cpu for use in used)
    return row(
        [
            name,
            part,
            capture.packets,
            f"{capture.bytes / 1e6:.1f}",
            capture.records,
            f"{spent:.2f}",
            f"{(spent - start) / capture.packets * 1e6:.2f}",
            f"{(spent - start) / capture.bytes * 1e9:.2f}",
            f"{max(use.peak for use in used):.0f}",
        ]
    )
