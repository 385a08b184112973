"""Tables as text, JSON and CSV, and on a terminal."""

import csv
import io
import json

import pytest

from fcgidissect.errors import UsageError
from fcgidissect.statistics.render import renderer
from fcgidissect.statistics.table import (
    COUNT,
    MOMENT,
    SECONDS,
    SHARE,
    TEXT,
    Column,
    Table,
)
from tests.statistics.told import path, said

TABLE = Table(
    "Pages",
    (
        Column("name", "Name", TEXT),
        Column("count", "Count", COUNT),
        Column("share", "Share", SHARE),
        Column("time", "Time", SECONDS),
        Column("begin", "Begin", MOMENT),
    ),
    [('/a,"b"', 12, 0.25, 1_500_000_000, 0), ("/\x1b[31m\n", 3, None, None, 1)],
    ["two of them"],
    bar=1,
)


def told(format: str) -> str:
    made = renderer(format, None)
    return made.start() + made.table("words", TABLE) + made.finish()


def test_text() -> None:
    assert told("text").splitlines() == [
        "Pages",
        "-----------------------------------------------",
        "Name         Count    Share      Time     Begin",
        "-----------------------------------------------",
        '/a,"b"          12  25.00 %  1.500000  0.000000',
        "/\\x1b[31m\\n      3        -         -  0.000000",
        "two of them",
        "",
    ]


def test_json() -> None:
    (table,) = json.loads(told("json"))
    assert table == json.loads(told("jsonl"))
    assert table["statistic"] == "words" and table["remarks"] == ["two of them"]
    assert table["rows"] == [
        {"name": '/a,"b"', "count": 12, "share": 0.25, "time": 1.5, "begin": 0},
        {"name": "/\x1b[31m\n", "count": 3, "share": None, "time": None, "begin": 1e-9},
    ]
    assert "\x1b" not in told("json")


def test_no_tables_are_an_empty_array() -> None:
    made = renderer("json", None)
    assert json.loads(made.start() + made.finish()) == []


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(told("csv"))))
    assert rows[0] == ["table", "name", "count", "share", "time", "begin"]
    assert rows[1] == [
        "Pages",
        '/a,"b"',
        "12",
        "0.250000",
        "1.500000000",
        "0.000000000",
    ]
    assert rows[2][1:5] == ["/\\x1b[31m\\n", "3", "", ""]


def test_a_terminal_gets_bars_and_no_escape_of_the_captures() -> None:
    made = renderer("text", lambda: 100)
    text = made.table("words", TABLE)
    assert "█" in text and "[31m\n" not in text and "\\x1b[31m\\n" in text
    assert all(len(line) < 400 for line in text.splitlines())


def test_formats_without_tables() -> None:
    with pytest.raises(UsageError, match="-z goes with -T text, json, jsonl, csv"):
        renderer("fields", None)


def test_rows_and_tables_together() -> None:
    """As tshark: the rows first, unless -q keeps them away."""
    words = (path("nginx-status"), "-p", "9000", "-z", "fcgi,tree")
    both, quiet = said(*words)[1], said(*words, "-q")[1]
    rows = said(*words[:3])[1]
    assert both == rows + quiet and rows and quiet
