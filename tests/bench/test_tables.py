"""Every table that the benchmark prints is whole: real processes, each once, on small captures."""

from argparse import Namespace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.bench import tables
from tests.bench.filters import FILTERS
from tests.bench.programs import installed
from tests.bench.tables import Table
from tests.tshark import needs_tshark


def printed(
    table: Table, folder: Path, *jobs: str, program: str = ""
) -> "list[list[str]]":
    """The cells of a table's rows, without its head."""
    scale = Fraction(1, 2000)
    options = Namespace(job=list(jobs), scale=scale, runs=1, cache=folder)
    title, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table(program or installed(), options)
    ]
    assert {len(row) for row in rows} == {len(title)}
    return rows


@needs_tshark
def test_jobs(tmp_path: Path) -> None:
    start, small = printed(tables.jobs, tmp_path, "start-up", "list/noise")
    assert start[:3] == ["start-up", "tiny", "0.8"]
    assert "failed" not in start[-1] and "lines" not in start[-1]
    assert small[:3] == ["list", "noise", "0.12"]
    assert float(small[5]) > 0 < float(small[7])


def test_a_job_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    (row,) = printed(tables.jobs, tmp_path, "start-up", program="false")
    assert row[-1] == "failed: status 1, without a word"


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (tables.floors, 1),
        (tables.growth, 4),
        (tables.by_stage, 7),
        (tables.decisions, len(FILTERS)),
    ],
)
def test_what_stands_beside_the_jobs(tmp_path: Path, table: Table, rows: int) -> None:
    cells = printed(table, tmp_path, "list/small")
    assert len(cells) == rows
    assert [row[0] for row in cells[1:]] == ["small"] * (rows - 1)
    assert any(float(cell) > 0 for row in cells for cell in row[2:] if cell != "-")
