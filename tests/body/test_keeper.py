"""The beginnings of bodies, as a request's row keeps them: decoded, bounded, and said."""

import gzip
from pathlib import Path
from typing import List

import pytest

import fcgidissect
from captures.make import records as make
from fcgidissect.fcgi.sent import NAMES, Sent
from fcgidissect.limits import Limits
from fcgidissect.registry import Registry
from fcgidissect.request_row import RequestRow, RequestRows
from tests.corpus import CAPTURES
from tests.fcgi.streams import GET, PAGE
from tests.output.talk import ANSWERS, ASKS, capture, entries

CODED = str(CAPTURES / "nginx-coded.pcap.gz")
POST = {**GET, "CONTENT_LENGTH": "11"}


def row(path: Path, names: "List[str]", answer: bytes, most: int = 1000) -> RequestRow:
    """The row of a POST of "hello=world" that keeps so much of a body."""
    asks = make.request(1, POST, b"hello=world")
    answers = make.stdout(1, answer) + make.end(1)
    path.write_bytes(capture([(ASKS, asks), (ANSWERS, answers)]))
    stage = RequestRows(Registry(), names, limits=Limits(row_bytes=most))
    (found,) = stage.feed(entries(str(path))) + stage.finish()
    return found


def test_both_bodies(tmp_path: Path) -> None:
    packed = b"Content-Encoding: gzip\n\n" + gzip.compress(
        "caf\u00e9 \udcff".encode("utf-8", "surrogateescape")
    )
    found = row(tmp_path / "a.pcap", ["fcgi.request.body"], packed)
    sent = found.sent
    assert sent and sent.asked and sent.answered
    assert (sent.request_body, sent.response_body) == (
        "hello=world",
        "caf\u00e9 \udcff",
    )
    assert (sent.asked.codings, sent.answered.codings) == ("", "gzip")
    assert (sent.asked.length, sent.answered.length) == (11, 7)
    assert sent.asked.fault == sent.answered.fault == ""
    assert not found.notes


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    found = row(tmp_path / "a.pcap", ["fcgi.type"], PAGE + b"x")
    assert found.sent is None and not found.nouns(Sent)


def test_what_is_kept_is_bounded_and_said(tmp_path: Path) -> None:
    found = row(tmp_path / "a.pcap", list(NAMES), PAGE + b"x" * 99, most=20)
    sent = found.sent
    assert sent and sent.answered
    assert (sent.request_body, sent.response_body) == ("hello=world", "x" * 20)
    assert sent.answered.length == 99
    assert found.size >= 31
    assert [each.message for each in found.notes] == [
        "there is more of fcgi.response.body in this request's records than is kept"
    ]


@pytest.mark.parametrize(
    "filter, wanted",
    [
        ('fcgi.response.body contains "V+N53tyAGDG9RsxT"', list(range(9))),
        ('fcgi.request.body contains "V+N53tyAGDG9RsxT"', [9]),
        ("fcgi.request.body", [9]),
        ('fcgi.response.body matches "^14280 bytes, MD5"', [9]),
    ],
)
def test_a_filter_looks_into_coded_bodies(filter: str, wanted: "List[int]") -> None:
    rows = fcgidissect.read(CODED, ports=[9000], by="request", filter=filter)
    assert [row.request.number for row in rows] == wanted
