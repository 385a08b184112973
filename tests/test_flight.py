"""A flight, taken apart, is the entries that its records make one by one."""

from itertools import product
from pathlib import Path
from typing import Any, Callable

import pytest

import fcgidissect
from captures.make import records as make
from fcgidissect.capture import open_capture
from fcgidissect.cli import main
from fcgidissect.dissect import Dissector
from fcgidissect.fcgi.known import Known
from fcgidissect.fields import fields_of
from fcgidissect.filter import compile_filter
from fcgidissect.flight import Flight, Part, entries_of
from fcgidissect.output import Settings, Writer
from fcgidissect.output.columns import Columns, Csv
from fcgidissect.output.connection_json import Lines as Told
from fcgidissect.output.pdml import Psml
from fcgidissect.output.request_list import RequestList
from fcgidissect.output.summary import Summary
from fcgidissect.registry import Registry
from fcgidissect.side import Side
from fcgidissect.sieve import sieve
from fcgidissect.statistics.expert import Expert
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.tree import Tree
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS
from tests.output.talk import capture as capture_of
from tests.rows_of import rows_of as of_kind


def rows_of(capture: Capture, flights: bool, tracked: bool) -> "list[object]":
    dissector = Dissector(capture.port_numbers, flights=flights, tracked=tracked)
    with open_capture(capture.path) as batches:
        rows = [row for batch in batches for row in dissector.feed(batch)]
    return rows + dissector.finish()


@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_entries(capture: Capture, tracked: bool) -> None:
    apart = [
        (entry.frame, entry.flow.key, entry.record, entry.position)
        for entry in entries_of(rows_of(capture, True, tracked))
    ]
    assert apart == [
        (entry.frame, entry.flow.key, entry.record, entry.position)
        for entry in rows_of(capture, False, tracked)
    ]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_what_comes_behind_the_rest_of_a_record_lies_in_its_frame(
    capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places() -> "list[tuple[object, ...]]":
        return [
            (row.frame.number, row.record.raw, row.record.data is row.frame.data)
            + (row.record.start - row.frame.start,)
            for row in entries_of(rows_of(capture, True, True))
            if row.record.segments == 1
        ]

    gathered = places()
    monkeypatch.setattr(Side, "gather", lambda *_: None)
    assert gathered == places()


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_a_frame_kept_for_its_headers(capture: Capture) -> None:
    for row in rows_of(capture, True, True):
        if isinstance(row, Flight):
            kept = row.stretch.frame(row.place, headers=True)
            assert kept == row.frame.headers and len(kept.data) <= 128


@pytest.mark.parametrize("writer", [Summary, Psml])
@pytest.mark.parametrize("time", ["r", "dd"])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_lines(
    capture: Capture, time: str, writer: "Callable[[Settings], Writer]"
) -> None:
    settings = Settings(Registry(), time)
    together, apart = writer(settings), writer(settings)
    text = together.rows(rows_of(capture, together.flights, True))
    assert text == apart.rows(rows_of(capture, False, True))


_COLUMNS = (
    ("frame.number", "fcgi.type_name", "tcp.stream", "fcgi.id", "fcgi.version"),
    ("fcgi.content.length", "frame.time", "fcgi.padding.length", "ip.src"),
    ("frame.time_delta", "frame.comment"),
    ("fcgi.type",),
)
_OF_REQUESTS = (
    tuple(field.name for _, field in fields_of(Known)),
    ("fcgi.request.uri", "fcgi.id", "fcgi.response.header.content-type", "ip.src"),
    (),
)


@pytest.mark.parametrize("names", _COLUMNS, ids=len)
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_columns(capture: Capture, names: "tuple[str, ...]") -> None:
    settings = Settings(Registry(), fields=names, keys={"separator": "%"})
    assert Columns(settings).flights
    together = Columns(settings).rows(rows_of(capture, True, False))
    assert together == Columns(settings).rows(rows_of(capture, False, False))


@pytest.mark.parametrize("keys", [{"quote": "d"}, {"separator": "1"}], ids=str)
@pytest.mark.parametrize("writer", [Columns, Csv])
def test_quoted_columns(writer: "type[Columns]", keys: "dict[str, str]") -> None:
    settings = Settings(Registry(), fields=("frame.number", "fcgi.id"), keys=keys)
    for capture in captures()[:9]:
        together = writer(settings).rows(rows_of(capture, True, False))
        assert together == writer(settings).rows(rows_of(capture, False, False))


@pytest.mark.parametrize("names", _OF_REQUESTS, ids=len)
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_columns_of_requests(capture: Capture, names: "tuple[str, ...]") -> None:
    settings = Settings(Registry(), fields=names)
    assert Csv(settings).flights
    together = Csv(settings).rows(rows_of(capture, True, True))
    assert together == Csv(settings).rows(rows_of(capture, False, True))


@pytest.mark.parametrize(
    "text",
    [
        "fcgi.type == 1",
        "fcgi.type in {3, 4, 7} || fcgi.type == 6 && fcgi.content.length == 0",
        "fcgi.id < 3",
        "fcgi.version == 9",
        "fcgi.nv_name",
        'fcgi.param.REQUEST_URI contains "e" || fcgi.type == 3',
        "fcgi.request.duration > 0.001",
        "frame.number > 10 && fcgi.type != 6",
    ],
)
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_filters(capture: Capture, text: str) -> None:
    passing = sieve(compile_filter(text, Registry()), True)
    in_parts = sieve(compile_filter(text, Registry()), True, parts=True)
    summary = Summary(Settings(Registry()))
    apart = passing(rows_of(capture, False, True))
    together = passing(rows_of(capture, True, True))
    parts = in_parts(rows_of(capture, True, True))
    assert summary.rows(together) == summary.rows(apart)
    assert summary.rows(parts) == summary.rows(apart)
    assert summary.rows(entries_of(parts)) == summary.rows(apart)


@pytest.mark.parametrize("by, write", [("request", RequestList), ("connection", Told)])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_requests_and_connections(
    capture: Capture, by: str, write: "Callable[[Settings], Writer]"
) -> None:
    def text(flights: bool) -> str:
        rows = of_kind(capture.path, capture.port_numbers, by, flights=flights)
        return write(Settings(Registry())).rows(rows)

    assert text(True) == text(False)


@pytest.mark.parametrize("statistic", [Expert, Tree])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_statistics(capture: Capture, statistic: "type[Statistic]") -> None:
    together, apart = statistic(), statistic()
    rows: "list[Any]" = rows_of(capture, True, True)
    together.records(rows)
    apart.records(entries_of(rows))
    assert together.tables() == apart.tables()


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_what_is_told_of_all_of_it(capture: Capture) -> None:
    for row in rows_of(capture, True, True):
        if isinstance(row, Flight):
            entries = row.entries()
            assert row.shape.kinds == tuple(each.record.header[1] for each in entries)
            assert row.size == sum(len(each.record.raw) for each in entries)
            assert {each.frame.time_epoch for each in entries} == {row.time}


def test_what_passes_of_a_flight_comes_as_one_part() -> None:
    (keepalive,) = (c for c in captures() if c.name == "nginx-keepalive.pcap.gz")
    rows = rows_of(keepalive, True, True)
    questions = [row for row in rows if isinstance(row, Flight) and row.shape.asks]
    for text in ("fcgi.type == 4", "fcgi.nv_name || fcgi.type == 4"):
        passed = sieve(compile_filter(text, Registry()), True, parts=True)(rows)
        parts = [row for row in passed if isinstance(row, Part)]
        assert parts == [Part(flight, (1, 2)) for flight in questions]


def test_there_are_flights() -> None:
    (keepalive,) = (c for c in captures() if c.name == "nginx-keepalive.pcap.gz")
    rows = rows_of(keepalive, True, True)
    assert sum(isinstance(row, Flight) for row in rows) >= 6
    (stderr,) = (c for c in captures() if c.name == "nginx-stderr.pcap.gz")
    rows = rows_of(stderr, True, True)
    assert sum(isinstance(row, Flight) for row in rows) == 7


WARNINGS = (
    b"PHP message: PHP Warning: 100% old",
    b"two\nlines \xe2\x82\xac\xff\x1b\r\n",
    b"blank at the end ",
    b"\n",
    b"\r",
    b" ",
    b"Primary script unknown",
)
PAGES = b"Status: 500\r\nContent-type: a\r\n\r\n", b"A: b\n\npage", b"\r\n\r\npage"
OPTIONS = {
    "list": [],
    "requests": ["--by", "request"],
    "filter": ["-Y", "fcgi.stderr || fcgi.response.status == 500 || fcgi.type == 7"],
    "lengths": ["-Y", "fcgi.content.length == 1"],
    "detail": ["-V"],
    "hex": ["-x"],
    "objects": ["-T", "jsonl"],
    "objects of requests": ["-T", "json", "--by", "request"],
    "headers": ["-T", "fields", "-e", "fcgi.type", "-e", "fcgi.content.length"],
    "known": ["-T", "fields"] + [f"-e{name}" for name in (*_OF_REQUESTS[0], "fcgi.id")],
    "markup": ["-T", "pdml"],
    "statistic": ["-q", "-z", "fcgi,srt", "-z", "expert", "-z", "fcgi,tree"],
    "terminal": ["--color", "always"],
}


@pytest.mark.parametrize("argv", OPTIONS.values(), ids=OPTIONS)
def test_an_answer_with_a_warning_is_told_as_record_by_record(
    argv: "list[str]",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    params = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/?a=%20", "QUERY_STRING": "a"}
    said = []
    for more in ({}, {"PHP_VALUE": "a=b\nc=d"}):
        question = make.request(1, {**params, **more})
        for written, page in product(WARNINGS, PAGES):
            stderr, stdout = make.stderr(1, written, 3), make.stdout(1, page, 5)
            for empty in (b"", make.stdout(1)):
                answer = stderr + stdout + empty + make.end(1)
                said += [(ASKS, question), (ANSWERS, answer)]
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture_of(said))

    def told() -> str:
        assert main([str(path), *argv]) == 0
        return capsys.readouterr().out

    together = told()
    monkeypatch.setattr("fcgidissect.fcgi.shape._warning", lambda *_: None)
    assert together and together == told()


def test_values_are_judged_one_by_one(tmp_path: Path) -> None:
    """The end of one and the beginning of the next are a character only together."""
    params = {"REQUEST_METHOD": "GET", "QUERY_STRING": b"\xc3", "REQUEST_URI": b"\xa9"}
    path = tmp_path / "talk.pcap"
    page = make.response(1, b"Content-type: text/html\r\n\r\npage")
    path.write_bytes(capture_of([(ASKS, make.request(1, params)), (ANSWERS, page)]))
    records = rows_of(Capture(str(path), "8000"), True, True)
    assert r"GET \xa9" in Summary(Settings(Registry())).rows(records)
    requests = list(fcgidissect.read(str(path), by="request"))
    assert r"GET \xa9" in RequestList(Settings(Registry())).rows(requests)
