"""Frames and bytes by the interval, beside tshark's."""

import re
from typing import List, Tuple

import pytest

from tests.statistics.told import path, rows, said, tables
from tests.tshark import needs_tshark, tshark

_LINE = re.compile(r"^\|.*<>.*\|\s*(\d+) \|\s*(\d+) \|$", re.M)


def theirs(name: str, interval: str, expression: str) -> "List[Tuple[int, int]]":
    words = f"io,stat,{interval}" + (f",{expression}" if expression else "")
    text = tshark("-q", "-r", path(name), "-z", words, ports=[9000])
    return [(int(frames), int(size)) for frames, size in _LINE.findall(text)]


def ours(name: str, words: str) -> "List[Tuple[int, int]]":
    return [(row["frames"], row["bytes"]) for row in rows(name, words)]


@needs_tshark
@pytest.mark.parametrize("interval", ["0.5", "1", "0.25"])
@pytest.mark.parametrize("expression", ["", "fcgi.type == 6", "fcgi.type == 1"])
def test_they_are_tsharks(interval: str, expression: str) -> None:
    words = f"io,stat,{interval}" + (f",{expression}" if expression else "")
    assert ours("nginx-pool", words) == theirs("nginx-pool", interval, expression)


def test_an_interval_of_zero_is_the_whole_capture() -> None:
    (row,) = rows("nginx-pool", "io,stat,0")
    assert (row["frames"], row["begin"]) == (70, 0)
    assert row["end"] == pytest.approx(3.010478)


def test_a_frame_with_several_records_counts_once() -> None:
    """BEGIN_REQUEST to the empty STDIN of each request are in one frame."""
    (row,) = rows("nginx-pool", "io,stat,0,fcgi")
    assert row["frames"] == 14


def test_an_interval_that_is_none() -> None:
    for text in ("x", "-1", "1e3", "."):
        status, _, err = said(path("nginx-pool"), "-q", "-z", f"io,stat,{text}")
        assert status == 2
        assert err == (
            f"fcgidissect: -z io,stat,{text}: the interval is a number of seconds\n"
        )


def test_a_table_for_each_filter() -> None:
    both = tables("nginx-pool", "io,stat,0,fcgi.type == 1,,fcgi.type in {6, 3}")
    assert [table["title"] for table in both] == [
        "IO statistics of fcgi.type == 1",
        "IO statistics",
        "IO statistics of fcgi.type in {6, 3}",
    ]
    assert [table["rows"][0]["frames"] for table in both] == [7, 70, 7]
