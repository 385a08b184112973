"""The tables: a program and the options of a run in, lines of Markdown out as they are measured."""

import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from statistics import median
from typing import Callable, Iterator, Protocol

from tests.bench import cache, compare, filters, floor, linear, report, stages
from tests.bench.cache import Capture
from tests.bench.jobs import JOBS, Job
from tests.bench.measure import Failed, run
from tests.bench.programs import ours
from tests.bench.servers import SERVERS


class Options(Protocol):
    """What a user has asked for."""

    job: "list[str]"
    scale: Fraction
    runs: int
    cache: Path


Table = Callable[[str, Options], Iterator[str]]
"""Our program and the options; rows as they are measured."""


def captures(names: "list[str]", scale: Fraction, folder: Path) -> "dict[str, Capture]":
    """Captures by name, made by a process of their own where they are not there yet; raises Failed
    where one cannot be made."""
    if any(cache.find(folder, name, scale) is None for name in names):
        command = [sys.executable, "-m", "tests.bench.make", *names]
        sized = ["--scale", str(scale), "--cache", str(folder)]
        run([*command, *sized])
    found = {name: cache.find(folder, name, scale) for name in names}
    return {name: capture for name, capture in found.items() if capture}


def chosen(options: Options) -> "list[Job]":
    """The jobs of a name, of a name and a capture (`list/small`), or all."""
    names = options.job
    return [
        job
        for job in JOBS
        if not names or job.name in names or f"{job.name}/{job.capture}" in names
    ]


def jobs(program: str, options: Options) -> Iterator[str]:
    """Each job beside tshark."""
    asked = chosen(options)
    made: "dict[str, Capture]" = {}
    unmade: "dict[str, Failed]" = {}
    for name in used(asked):
        try:
            made.update(captures([name], options.scale, options.cache))
        except Failed as failed:
            unmade[name] = failed
    yield from compare.HEAD
    output = str(options.cache / "output")
    for job in asked:
        if job.capture in unmade:
            yield compare.remark(job, str(unmade[job.capture]))
            continue
        yield compare.compare(program, job, made[job.capture], output, options.runs)


def floors(program: str, options: Options) -> Iterator[str]:
    """What no reader can be faster than."""
    made = captures(beside(options), options.scale, options.cache)
    yield from floor.HEAD
    for name, capture in made.items():
        yield floor.measured(program, name, capture, options.runs)


def growth(program: str, options: Options) -> Iterator[str]:
    """What the list of 1/8, 1/4, 1/2 and all of the scale costs."""
    names = [name for name in beside(options) if name != "tiny"]
    tiny = captures(["tiny"], options.scale, options.cache)["tiny"]
    start = median(run(ours(program, tiny.path)).cpu for _ in range(options.runs))
    yield from linear.HEAD
    for name, part in product(names, linear.PARTS):
        capture = captures([name], options.scale * part, options.cache)[name]
        yield linear.measured(program, name, part, capture, options.runs, start)


def by_stage(program: str, options: Options) -> Iterator[str]:
    """Where our time goes, a stage a row."""
    names = [name for name in beside(options) if name != "tiny"]
    made = captures(["tiny", *names], options.scale, options.cache)
    starts = stages.spent(program, made.pop("tiny").path, options.runs)
    yield from stages.HEAD
    yield report.row(["tiny", "list", f"{starts['list']:.2f}", *["-"] * 3])
    for name, capture in made.items():
        yield from stages.measured(program, name, capture, starts, options.runs)


def decisions(program: str, options: Options) -> Iterator[str]:
    """What it costs to decide by a filter, above no filter."""
    names = [name for name in beside(options) if name != "tiny"]
    made = captures(names, options.scale, options.cache)
    yield from filters.HEAD
    for (name, capture), expression in product(made.items(), filters.FILTERS):
        yield filters.measured(name, capture, expression, options.runs)


def used(jobs: "list[Job]") -> "list[str]":
    """The captures of jobs, each once."""
    return list(dict.fromkeys(job.capture for job in jobs))


def beside(options: Options) -> "list[str]":
    """The captures of the tables that stand beside the jobs: of the recorded ones those that are
    asked for by name (`list/nginx`), as they are not the same on the next machine."""
    names = {name.partition("/")[2] for name in options.job}
    return [
        name for name in used(chosen(options)) if name not in SERVERS or name in names
    ]


INSTEAD: "dict[str, Table]" = {
    "floor": floors,
    "linear": growth,
    "stages": by_stage,
    "filters": decisions,
}
"""Option -> the table that it gives instead of the jobs."""
