"""The benchmark's jobs are well formed, and what is measured is told as it is."""

import sys
from pathlib import Path

import pytest

from tests.bench.cache import Capture
from tests.bench.compare import Result, check
from tests.bench.jobs import JOBS, PEAK_MIB, Job
from tests.bench.make import MAKERS, TINY
from tests.bench.measure import Failed, Usage, lines, run
from tests.bench.programs import ours, tshark
from tests.tshark import needs_tshark


def named(job: Job) -> str:
    return f"{job.name}/{job.capture}"


@pytest.mark.parametrize("job", JOBS, ids=named)
def test_a_job_is_well_formed(job: Job) -> None:
    assert job.capture in MAKERS
    assert job.lines in (None, *Capture._fields)
    assert "{" not in "".join(ours("fcgidissect", "a.pcap", job.ours, "b"))
    assert job.at_most is None or 0 < job.at_most < 1


def test_every_job_has_a_name_of_its_own() -> None:
    assert len(set(map(named, JOBS))) == len(JOBS)


@needs_tshark
@pytest.mark.parametrize("arguments", sorted({job.theirs for job in JOBS}))
def test_tshark_knows_what_it_is_asked(tmp_path: Path, arguments: str) -> None:
    command = tshark(str(TINY), arguments, str(tmp_path / "output"))
    assert run(command).wall > 0


def usage(wall: float, peak: float = 10) -> Usage:
    return Usage(wall, wall, peak)


@pytest.mark.parametrize(
    ("pairs", "wrong", "reached"),
    [
        ([(usage(1), usage(4))], "", "yes"),
        (
            [(usage(1), usage(4)), (usage(3), usage(4)), (usage(3), usage(4))],
            "",
            "no: time",
        ),
        ([(usage(1, PEAK_MIB + 1), usage(4))], "", "no: memory"),
        ([(usage(1), usage(4))], "6 lines for 7 records", "no: 6 lines for 7 records"),
    ],
)
def test_a_ratio_is_reached_or_not(
    pairs: "list[tuple[Usage, Usage]]", wrong: str, reached: str
) -> None:
    job = Job("list", "small", "", "", at_most=0.5)
    assert Result(job, pairs, wrong).reached == reached


def test_lines_are_held_against_what_was_written() -> None:
    capture = Capture(
        "a.pcap", packets=16, bytes=2000, records=7, requests=1, connections=1
    )
    job = Job("list", "tiny", "", "", lines="records")
    assert check(7, job, capture) == ""
    assert check(6, job, capture) == "6 lines for 7 records"
    assert check(6, job._replace(lines=None), capture) == ""


def test_a_command_is_measured() -> None:
    used = run(["sh", "-c", "sleep 0.05; echo said; echo complained >&2"])
    assert used.wall > 0.04 and used.peak > 0 and used.cpu >= 0


def test_the_memory_of_both_processes_counts() -> None:
    program = (
        "import os, sys, time; child = os.fork(); x = b'x' * (int(sys.argv[1]) << 20);"
        "time.sleep(0.3); child and os.wait()"
    )
    little, much = [run([sys.executable, "-c", program, size]) for size in ("1", "128")]
    assert 120 < much.peak - little.peak < 260


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(Failed, match="^no such option$") as caught:
        lines(["sh", "-c", "echo first >&2; echo no such option >&2; exit 2"])
    assert caught.value.status == 2
