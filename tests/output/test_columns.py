"""Columns: what tshark prints for the same fields and keys, and CSV that reads back."""

import csv
import io
from pathlib import Path

import pytest

from captures.make import records
from fcgidissect.errors import UsageError
from fcgidissect.output import Settings, writer
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.output.talk import ASKS, capture, entries
from tests.tshark import needs_tshark, tshark

KEYS = [
    {"header": "y"},
    {"separator": ","},
    {"separator": "/s"},
    {"separator": "/t"},
    {"quote": "d"},
    {"quote": "s"},
    {"quote": "n"},
    {"occurrence": "f"},
    {"occurrence": "l"},
    {"occurrence": "a"},
    {"aggregator": ";"},
    {"aggregator": "/s"},
    {"bom": "y"},
]


def ours(path: str, names: "list[str]", keys: "dict[str, str]", port: int) -> str:
    settings = Settings(Registry(), fields=names, keys=keys)
    made = writer("fields", settings)
    rows = [row for row in entries(path) if row.frame.number in single(path)]
    return made.start() + made.rows(rows) + made.finish()


def theirs(path: str, names: "list[str]", keys: "dict[str, str]", port: int) -> str:
    columns = [word for name in names for word in ("-e", name)]
    settings = [word for key in keys.items() for word in ("-E", "=".join(key))]
    only = " or ".join(f"frame.number == {number}" for number in single(path))
    return tshark(
        *("-r", path, "-Y", only, "-T", "fields"), *columns, *settings, ports=[port]
    )


def single(path: str) -> "list[int]":
    """Frames that hold one record."""
    numbers = [row.frame.number for row in entries(path)]
    return [number for number in numbers if numbers.count(number) == 1]


@needs_tshark
@pytest.mark.parametrize("keys", KEYS, ids=str)
def test_keys_are_tsharks(keys: "dict[str, str]") -> None:
    path = str(CAPTURES / "fcgi.pcap.gz")
    columns = ["frame.number", "ip.addr", "fcgi.nv_name", "fcgi.begin_request.role"]
    assert ours(path, columns, keys, 8000) == theirs(path, columns, keys, 8000)


@pytest.mark.parametrize(
    "names, keys, message",
    [
        ([], {}, "-T fields prints the fields that -e names: add -e FIELD"),
        (
            ["fcgi.typ"],
            {},
            "-e fcgi.typ: there is no such field; near it are fcgi.type",
        ),
        (["zzzzzz"], {}, "-e zzzzzz: there is no such field (--fields lists them)"),
        (["fcgi.id"], {"sep": ","}, "-E sep=,: the keys are header, separator, quote"),
        (
            ["fcgi.id"],
            {"quote": "x"},
            "-E quote=x: quote is d (double), s (single) or n (none)",
        ),
        (
            ["fcgi.id"],
            {"separator": "::"},
            "-E separator=::: separator is one character, /t (a tab) or /s (a blank)",
        ),
    ],
)
def test_refused(names: "list[str]", keys: "dict[str, str]", message: str) -> None:
    with pytest.raises(UsageError) as refused:
        writer("fields", Settings(Registry(), fields=names, keys=keys))
    assert str(refused.value).startswith(message)


def test_csv_reads_back(tmp_path: Path) -> None:
    asked = {"A": 'x"y', "B": "1,2", "C": "line\nbreak", "D": "", "E": "\u00e9"}
    path = tmp_path / "talk.pcap"
    said = records.begin(1) + records.params(1, asked)
    path.write_bytes(capture([(ASKS, said)]))
    names = [f"fcgi.param.{name}" for name in asked]
    made = writer("csv", Settings(Registry(), fields=names))
    text = made.start() + made.rows(entries(str(path)))
    head, _, values, _ = csv.reader(io.StringIO(text))
    assert head == names
    assert values == ['x"y', "1,2", "line\\nbreak", "", "\u00e9"]


def test_csv_without_columns_has_useful_ones() -> None:
    made = writer("csv", Settings(Registry()))
    rows = entries(str(CAPTURES / "fcgi.pcap.gz"))
    found = list(csv.DictReader(io.StringIO(made.start() + made.rows(rows))))
    assert found[-1]["fcgi.type_name"] == "FCGI_END_REQUEST"
    assert found[-1]["fcgi.request.uri"] == "/hello?name=World&lang=en"
