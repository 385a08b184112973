"""Jobs beside tshark: a job and its capture in, a row of ratios out."""

from typing import NamedTuple

from tests.bench.cache import Capture
from tests.bench.jobs import PEAK_MIB, Job
from tests.bench.measure import Failed, Spread, Usage, lines, pairs
from tests.bench.programs import ours, tshark
from tests.bench.report import head, ratio, row

HEAD = head(
    "job",
    "capture",
    "at most",
    "wall, ratio",
    "CPU, ratio",
    "wall, s",
    "tshark's, s",
    "peak, MiB",
    "tshark's, MiB",
    "reached",
)
USAGE_ERROR = 2
"""The exit status for what the program does not know, and for what went wrong inside it."""
BUG = "a bug of ours"


class Result(NamedTuple):
    """A job's measurements, ours first in each pair."""

    job: Job
    pairs: "list[tuple[Usage, Usage]]"
    wrong: str
    """What is wrong with the output, or nothing."""

    @property
    def wall(self) -> Spread:
        return Spread.of([ours.wall / theirs.wall for ours, theirs in self.pairs])

    @property
    def cpu(self) -> Spread:
        return Spread.of([ours.cpu / theirs.cpu for ours, theirs in self.pairs])

    @property
    def peak(self) -> float:
        return max(ours.peak for ours, _ in self.pairs)

    @property
    def reached(self) -> str:
        """Whether the output is right, and ratio and memory are what is wanted."""
        wanted = self.job.at_most
        slow = wanted is not None and self.wall.middle > wanted
        large = self.peak > PEAK_MIB
        misses = [self.wrong] * bool(self.wrong) + ["time"] * slow + ["memory"] * large
        met = "-" if wanted is None else "yes"
        return f"no: {', '.join(misses)}" if misses else met


def compare(program: str, job: Job, capture: Capture, output: str, times: int) -> str:
    """A row of the table; a job that cannot be done says why instead."""
    mine = ours(program, capture.path, job.ours, output)
    theirs = tshark(capture.path, job.theirs, output)
    try:
        wrong = check(lines(mine), job, capture)
        return shown(Result(job, pairs(mine, theirs, times), wrong))
    except Failed as failed:
        refused = failed.status == USAGE_ERROR and BUG not in str(failed)
        return remark(job, f"{'not there yet' if refused else 'failed'}: {failed}")


def check(written: int, job: Job, capture: Capture) -> str:
    """What is wrong with a number of lines, or nothing."""
    wanted = None if job.lines is None else getattr(capture, job.lines)
    right = wanted is None or wanted == written
    return "" if right else f"{written} lines for {wanted} {job.lines}"


def remark(job: Job, text: str) -> str:
    """A row without figures."""
    return row([named(job), job.capture, wanted(job), *["-"] * 6, text])


def shown(result: Result) -> str:
    """A row with figures."""
    job = result.job
    mine, theirs = (
        Spread.of([use.wall for use in side]) for side in zip(*result.pairs)
    )
    return row(
        [
            named(job),
            job.capture,
            wanted(job),
            ratio(result.wall),
            ratio(result.cpu),
            f"{mine.middle:.2f}",
            f"{theirs.middle:.2f}",
            f"{result.peak:.0f}",
            f"{max(theirs.peak for _, theirs in result.pairs):.0f}",
            result.reached,
        ]
    )


def named(job: Job) -> str:
    """The job in the words that a user types."""
    typed = " ".join(job.ours.split()).replace("|", "\\|")
    return f"{job.name} `{typed}`" if typed else job.name


def wanted(job: Job) -> str:
    return "-" if job.at_most is None else str(job.at_most)
