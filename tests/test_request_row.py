"""Requests as rows: their order, what they gather, and that none is lost."""

from collections import defaultdict
from pathlib import Path
from typing import List, Tuple

import pytest

from captures.make import records as make
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.sent import Sent
from fcgidissect.fields import Value
from fcgidissect.limits import Limits
from fcgidissect.registry import Registry
from fcgidissect.request_row import RequestRows
from fcgidissect.rows import fields_by
from tests.corpus import CAPTURES, Capture, captures
from tests.output.talk import ANSWERS, ASKS, capture, entries, entries_of
from tests.rows_of import passing, rows_of

NGINX_STDERR = str(CAPTURES / "nginx-stderr.pcap.gz")
GET = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/a",
    "SCRIPT_FILENAME": "/srv/a.php",
    "HTTP_HOST": "www.example",
}
PAGE = b"Status: 404 Not Found\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nnone"


def asked(id: int) -> bytes:
    return make.request(id, GET)


def answered(id: int) -> bytes:
    return make.stdout(id, PAGE) + make.stdout(id) + make.end(id)


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_no_request_of_any_capture_is_lost(each: Capture) -> None:
    wanted = {
        entry.request.number
        for entry in entries_of(each.path, each.port_numbers)
        if entry.request is not None
    }
    numbers = [row.request.number for row in rows_of(each.path, each.port_numbers)]
    assert numbers == sorted(wanted)
    ended = rows_of(each.path, each.port_numbers, as_they_end=True)
    assert sorted(row.request.number for row in ended) == numbers


def test_order_of_begin_and_of_end() -> None:
    """The recording's client begins 1, 2, 300, and is answered 300, 2, 1."""
    path = str(CAPTURES / "multiplex.pcap.gz")
    assert [row.request.id for row in rows_of(path, [8000])] == [1, 2, 300]
    ended = rows_of(path, [8000], as_they_end=True)
    assert [row.request.id for row in ended] == [300, 2, 1]


def test_a_row_that_would_wait_too_long_is_passed_by(tmp_path: Path) -> None:
    path = tmp_path / "kept.pcap"
    said = [(ASKS, b"".join(asked(id) for id in range(1, 7)))]
    said += [(ANSWERS, answered(id)) for id in range(2, 7)]
    path.write_bytes(capture(said))
    limits = Limits()._replace(held_rows=2)
    stage = RequestRows(Registry(), (), False, limits)
    rows = [row.request.id for row in _through(stage, path)]
    assert rows == [2, 3, 4, 1, 5, 6]


def _through(stage: RequestRows, path: Path) -> "List[object]":
    """Each entry by itself; a request is over with its END_REQUEST."""
    rows: "List[object]" = []
    for entry in entries(str(path)):
        if entry.record.header[1] == make.END_REQUEST and entry.request:
            stage.over(entry.request)
        rows += stage.feed([entry])
    return [*rows, *stage.finish()]


FILTERS: "List[Tuple[str, List[int]]]" = [
    ("fcgi.type == 7", [0, 1, 2]),
    ("not fcgi.type == 7", [3]),
    ('fcgi.stderr contains "card refused"', [2]),
    ("fcgi.response.status == 500", [2]),
    ("fcgi.request.duration > 0.009", [0, 1]),
    ("fcgi.request.ttfb < 0.006 and fcgi.request.duration > 0.009", [1]),
    ("frame.number == 28", [2]),
    ("frame.number >= 14 and frame.number <= 16", [1]),
    ('fcgi.content.data contains "Stack trace"', [2]),
    ('fcgi contains "card refused"', [2]),
    ('fcgi.param.REQUEST_URI contains "late"', [1]),
    ('fcgi.response.header.content-type matches "html"', [2]),
    ("fcgi.end_request.protocol_status == 0", [0, 1, 2, 3]),
    ("tcp.stream in {1, 3}", [1, 3]),
    ("all fcgi.type < 7", [3]),
    ("count(fcgi.type) == 6", [3]),
    ("count(fcgi.type) == 7", [0, 2]),
    ("count(fcgi.type) == 8 and count(tcp.srcport) == 8", [1]),
    ("ip.src == 127.0.0.1 and tcp.srcport == 9000", [0, 1, 2, 3]),
    ("tcp.srcport == 46832", [2]),
    ("@fcgi.type == 07", [0, 1, 2]),
    ('fcgi.request.state != "complete"', []),
    ("fcgi.content.length == 495 and fcgi.content.length == 236", [0]),
]


@pytest.mark.parametrize("expression, wanted", FILTERS)
def test_a_field_stands_for_the_values_of_all_records(
    expression: str, wanted: "List[int]"
) -> None:
    rows = passing(NGINX_STDERR, [9000], expression)
    assert [row.request.number for row in rows] == wanted


OF_RECORDS = {
    name: access
    for name in Registry().names()
    if (access := Registry().find(name)) is not None
    and access.noun not in (Known, Sent)
}


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_a_field_has_every_value_of_every_record(each: Capture) -> None:
    """And no other; what the request as a whole tells is not the records' own."""
    ports, told = each.port_numbers, fields_by("request")
    said: "dict[tuple[int, str], set[Value]]" = defaultdict(set)
    for entry in entries_of(each.path, ports):
        if entry.request is not None:
            for name, access in OF_RECORDS.items():
                said[entry.request.number, name].update(access.get(entry))
    for row in rows_of(each.path, ports, names=sorted(OF_RECORDS)):
        for name in OF_RECORDS.keys() - row.full.keys():
            access = told.find(name)
            assert access is not None
            assert set(access.get(row)) == said[row.request.number, name], name


def test_values_are_distinct_and_in_the_order_of_the_wire() -> None:
    row = rows_of(NGINX_STDERR, [9000], names=["fcgi.type", "frame.number"])[1]
    assert list(row.gathered["fcgi.type"][0]) == [1, 4, 5, 6, 7, 3]
    assert list(row.gathered["frame.number"][0]) == [14, 16, 18]


@pytest.mark.parametrize(
    "limits, kept", [({"row_values": 2}, [1, 4]), ({"row_bytes": 25}, [1, 4, 5])]
)
def test_values_are_bounded_and_it_is_said(
    tmp_path: Path, limits: "dict[str, int]", kept: "List[int]"
) -> None:
    path = tmp_path / "one.pcap"
    path.write_bytes(capture([(ASKS, asked(1)), (ANSWERS, answered(1))]))
    stage = RequestRows(Registry(), ["fcgi.type"], limits=Limits()._replace(**limits))
    (row,) = stage.feed(entries(str(path))) + stage.finish()
    assert list(row.gathered["fcgi.type"][0]) == kept
    assert [note.message for note in row.notes] == [
        "there is more of fcgi.type in this request's records than is kept"
    ]


def test_what_the_end_of_the_capture_leaves_open_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "open.pcap"
    path.write_bytes(capture([(ASKS, asked(1)), (ANSWERS, make.stdout(1, PAGE))]))
    (row,) = rows_of(str(path), [8000])
    assert row.request.outcome == "cut" and not row.ended_well
    assert (row.known.status, row.known.duration) == (404, None)


def test_bytes_are_those_of_the_bodies(tmp_path: Path) -> None:
    path = tmp_path / "post.pcap"
    asks = make.request(1, {**GET, "CONTENT_LENGTH": "10"}, b"0123456789")
    said = [(ASKS, asks), (ANSWERS, answered(1))]
    path.write_bytes(capture(said))
    (row,) = rows_of(str(path), [8000])
    assert (row.asked_bytes, row.answered_bytes) == (10, len(b"none"))
    assert row.ended_well and not row.notes


def test_a_row_keeps_no_batch() -> None:
    for row in rows_of(NGINX_STDERR, [9000]):
        assert len(row.frame.data) <= 128


def test_remarks_on_records_are_kept_once_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "odd.pcap"
    odd = b"".join(make.record(make.STDOUT, 1, b"x", version=v) for v in (7, 7, 8, 9))
    path.write_bytes(capture([(ASKS, asked(1)), (ANSWERS, odd + answered(1))]))
    for kept, more in ((4096, 0), (2, 1)):
        stage = RequestRows(Registry(), limits=Limits()._replace(row_values=kept))
        (row,) = stage.feed(entries(str(path))) + stage.finish()
        said = [note.message for note in row.notes if "version" in note.message]
        assert (
            said
            == [
                f"version {version} is none that is specified" for version in (7, 8, 9)
            ][:kept]
        )
        assert len(row.left_out) == more
