"""Measures fcgidissect beside tshark: python -m tests.bench --help."""

import argparse
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from statistics import median
from typing import Iterator

from tests.bench import cache, compare, floor, linear, report, stages
from tests.bench.cache import Capture
from tests.bench.jobs import JOBS, Job
from tests.bench.measure import run
from tests.bench.programs import installed, ours


def captures(names: "list[str]", scale: Fraction, folder: Path) -> "dict[str, Capture]":
    """Captures by name, made by a process of their own where they are not there yet."""
    if any(cache.find(folder, name, scale) is None for name in names):
        command = [sys.executable, "-m", "tests.bench.make", *names]
        sized = ["--scale", str(scale), "--cache", str(folder)]
        subprocess.run([*command, *sized], check=True, stdout=subprocess.DEVNULL)
    found = {name: cache.find(folder, name, scale) for name in names}
    return {name: capture for name, capture in found.items() if capture}


def chosen(names: "list[str]") -> "list[Job]":
    """The jobs of a name, of a name and a capture (`list/small`), or all."""
    return [
        job
        for job in JOBS
        if not names or job.name in names or f"{job.name}/{job.capture}" in names
    ]


def table(program: str, options: argparse.Namespace) -> Iterator[str]:
    """Each job beside tshark."""
    jobs = chosen(options.job)
    made = captures(used(jobs), options.scale, options.cache)
    yield from compare.HEAD
    output = str(options.cache / "output")
    for job in jobs:
        yield compare.compare(program, job, made[job.capture], output, options.runs)


def floors(program: str, options: argparse.Namespace) -> Iterator[str]:
    """Each capture's floor."""
    made = captures(used(chosen(options.job)), options.scale, options.cache)
    yield from floor.HEAD
    for name, capture in made.items():
        yield floor.measured(program, name, capture, options.runs)


def growth(program: str, options: argparse.Namespace) -> Iterator[str]:
    """The list of each capture in four sizes."""
    names = [name for name in used(chosen(options.job)) if name != "tiny"]
    tiny = captures(["tiny"], options.scale, options.cache)["tiny"]
    start = median(run(ours(program, tiny.path)).cpu for _ in range(options.runs))
    yield from linear.HEAD
    for name, part in product(names, linear.PARTS):
        capture = captures([name], options.scale * part, options.cache)[name]
        yield linear.measured(program, name, part, capture, options.runs, start)


def time_by_stage(program: str, options: argparse.Namespace) -> Iterator[str]:
    """Where the time goes in each capture."""
    names = [name for name in used(chosen(options.job)) if name != "tiny"]
    made = captures(["tiny", *names], options.scale, options.cache)
    starts = stages.spent(program, made.pop("tiny").path, options.runs)
    yield from stages.HEAD
    yield report.row(["tiny", "list", f"{starts['list']:.2f}", *["-"] * 3])
    for name, capture in made.items():
        yield from stages.measured(program, name, capture, starts, options.runs)


def used(jobs: "list[Job]") -> "list[str]":
    """The captures of jobs, each once."""
    return list(dict.fromkeys(job.capture for job in jobs))


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure fcgidissect beside tshark; write a table in Markdown.",
    )
    add = parser.add_argument
    add(
        "--scale",
        type=Fraction,
        default=Fraction(1, 8),
        help="1: 400,000 packets or 1 GB a capture (default: 1/8)",
    )
    add("--runs", type=int, default=3, help="how often each is run (default: 3)")
    add(
        "--job",
        action="append",
        default=[],
        metavar="NAME",
        help="this job alone: list, or list/small; may be repeated",
    )
    add("--cache", type=Path, default=cache.DEFAULT, help="where captures are kept")
    add("--program", help="our program (default: that of this Python)")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--floor",
        dest="mode",
        action="store_const",
        const=floors,
        help="what no reader can be faster than, instead of the jobs",
    )
    modes.add_argument(
        "--linear",
        dest="mode",
        action="store_const",
        const=growth,
        help="the list of 1/8, 1/4, 1/2 and all of the scale, instead of the jobs",
    )
    modes.add_argument(
        "--stages",
        dest="mode",
        action="store_const",
        const=time_by_stage,
        help="where our time goes, a stage a row, instead of the jobs",
    )
    parser.set_defaults(mode=table)
    return parser


def main() -> None:
    options = arguments().parse_args()
    program = options.program or installed()
    sized = f"Scale {options.scale}, {options.runs} runs"
    for line in (*report.machine(), sized):
        print(f"- {line}", flush=True)
    print()
    for line in options.mode(program, options):
        print(line, flush=True)


if __name__ == "__main__":
    main()
