"""The paragraphs of a flight are those that its entries make one by one."""

from pathlib import Path

import pytest

from captures.make import records as make
from fcgidissect.flight import Flight
from fcgidissect.output import Settings
from fcgidissect.output.detail import Detail, of_tree
from fcgidissect.output.styles import PLAIN
from fcgidissect.registry import Registry
from fcgidissect.tree import Only
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS
from tests.output.talk import capture as talk_of
from tests.test_flight import rows_of


def trees(capture: Capture, only: Only = None) -> str:
    rows = rows_of(capture, False, True)
    return "".join([of_tree(row, only, PLAIN) + "\n" for row in rows])  # type: ignore


@pytest.mark.parametrize("only", [None, frozenset({"fcgi"}), frozenset({"tcp"})])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_captures(capture: Capture, only: Only) -> None:
    detail = Detail(Settings(Registry(), only=only))
    assert detail.rows(rows_of(capture, True, True)) == trees(capture, only)


USUAL = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/",
    "QUERY_STRING": "",
    "HTTP_ACCEPT": "*/*",
}
PAGE = b"Content-type: text/html\r\n\r\npage"


@pytest.mark.parametrize(
    "changed, body, answer",
    [
        ({}, b"", PAGE),
        ({"CONTENT_LENGTH": "3"}, b"a=b", PAGE),
        ({"CONTENT_LENGTH": "300"}, b"\xff\0b" * 100, PAGE * 100),
        ({"REQUEST_URI": "/" + "a" * 300}, b"", b"Status: 404 Not Found\n\n"),
        ({"HTTP_USER_AGENT": "\u00e9 \U0001f600 %s"}, b"", PAGE + b"\x1b[31m"),
        ({"SCRIPT_FILENAME": "", "SCRIPT_NAME": "/b"}, b"", PAGE + b"\xc3\xa9"),
    ],
)
def test_what_is_said(
    tmp_path: Path, changed: "dict[str, str]", body: bytes, answer: bytes
) -> None:
    path = tmp_path / "talk.pcap"
    asked = make.request(1, {**USUAL, **changed}, body)
    said = [(ASKS, asked), (ANSWERS, make.response(1, answer))]
    path.write_bytes(talk_of(said * 3))
    capture = Capture(str(path), "8000")
    rows = rows_of(capture, True, True)
    assert [type(row) for row in rows] == [Flight] * 6
    assert Detail(Settings(Registry())).rows(rows) == trees(capture)


@pytest.mark.parametrize("cut", [9, 30, len(make.stdout(1, PAGE))])
def test_what_comes_in_several_segments(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "talk.pcap"
    page = make.response(1, PAGE)
    said = [
        (ASKS, make.request(1, USUAL)),
        (ANSWERS, page[:cut]),
        (ANSWERS, page[cut:]),
    ]
    path.write_bytes(talk_of(said * 2))
    capture = Capture(str(path), "8000")
    rows = rows_of(capture, True, True)
    told = Detail(Settings(Registry())).rows(rows)
    assert told == trees(capture)
    assert told.count("TCP Segment in frame: 5") == (cut < len(make.stdout(1, PAGE)))


SETS = "PHP_VALUE", "memory_limit = 1G\nprecision = 4"
TWICE = [*USUAL.items(), ("SCRIPT_FILENAME", "/a"), SETS, ("SCRIPT_FILENAME", "/b")]


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("more", [[], [("SERVER_SOFTWARE", "go / fcgiclient ")]])
def test_what_is_remarked_on(
    tmp_path: Path, more: "list[tuple[str, str]]", cut: bool
) -> None:
    path = tmp_path / "talk.pcap"
    said = []
    for at in range(40):  # then there is a layout
        params = [*TWICE, ("REQUEST_URI", "/%d" % at), *more]
        said.append((ASKS, make.request(1, params)))
        answer = make.response(1, PAGE, b"a warning" if cut else b"")
        said.append((ANSWERS, answer))
    path.write_bytes(talk_of(said))
    capture = Capture(str(path), "8000")
    rows = rows_of(capture, True, True)
    told = Detail(Settings(Registry())).rows(rows)
    assert told == trees(capture)
    assert told.count("SCRIPT_FILENAME comes 2 times") >= 40


def test_what_is_answered_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "talk.pcap"
    talk = [
        (ASKS, make.request(1, USUAL)),
        (ANSWERS, make.stdout(1, PAGE) + make.response(1, PAGE)),
        (ASKS, make.request(1, USUAL)),
        (ANSWERS, make.response(1, PAGE, b"a warning")),
        (ASKS, make.request(1, USUAL)),
        (ANSWERS, make.response(1, PAGE)),
        (ASKS, make.stdin(1, b"late")),
    ]
    path.write_bytes(talk_of(talk))
    capture = Capture(str(path), "8000")
    rows = rows_of(capture, True, True)
    assert [type(row) for row in rows].count(Flight) == 5
    assert Detail(Settings(Registry())).rows(rows) == trees(capture)
