"""The objects of a flight are those that its entries make one by one."""

from pathlib import Path

import pytest

from captures.make import records as make
from fcgidissect.fcgi.brief import Plain
from fcgidissect.flight import Flight, entries_of
from fcgidissect.output import Settings
from fcgidissect.output.json import Array, Lines
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS
from tests.output.talk import capture as talk_of
from tests.test_flight import rows_of


@pytest.mark.parametrize("writer", [Lines, Array])
@pytest.mark.parametrize("data", [True, False], ids=["content", "none"])
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_objects(capture: Capture, data: bool, writer: "type[Lines]") -> None:
    settings = Settings(Registry(), data=data)
    together = writer(settings).rows(rows_of(capture, True, True))
    assert together == writer(settings).rows(rows_of(capture, False, True))


USUAL = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/", "QUERY_STRING": ""}
PAGE = b"Content-type: text/html\r\n\r\npage"


@pytest.mark.parametrize(
    "changed, body, answer",
    [
        ({}, b"", PAGE),
        ({"CONTENT_LENGTH": "3"}, b"a=b", PAGE),
        ({"SCRIPT_FILENAME": "", "SCRIPT_NAME": "/b", "HTTP_HOST": "h"}, b"", PAGE),
        ({"SCRIPT_NAME": "/b", "HTTP_HOST": "", "SERVER_NAME": "s"}, b"", PAGE),
        (
            {"REQUEST_URI": '/"quoted"\\', "HTTP_USER_AGENT": "é \U0001f600 %s"},
            b"",
            PAGE,
        ),
        ({"REQUEST_URI": "", "REMOTE_ADDR": "::1", "X%s": "%d"}, b"", PAGE),
        ({"CONTENT_LENGTH": "0"}, b"", b"Status: 404 Not Found\n\n"),
        ({}, b"", b"\n\n"),
        ({}, b"", b'X: y\r\nContent-type: \xff"\r\n\r\n'),
    ],
)
def test_what_is_rare(
    tmp_path: Path, changed: "dict[str, str]", body: bytes, answer: bytes
) -> None:
    path = tmp_path / "talk.pcap"
    asked = make.request(1, {**USUAL, **changed}, body)
    path.write_bytes(talk_of([(ASKS, asked), (ANSWERS, make.response(1, answer))]))
    rows = rows_of(Capture(str(path), "8000"), True, True)
    assert [type(row) for row in rows] == [Flight, Flight]
    together, apart = Lines(Settings(Registry())), Lines(Settings(Registry()))
    for _ in range(2):  # templates are made when something comes again
        assert together.rows(rows) == apart.rows(entries_of(rows))
    question = rows[0]
    assert isinstance(question, Flight) and isinstance(question.request, Plain)
    rare = "" in (changed.get("SCRIPT_FILENAME"), changed.get("HTTP_HOST"))
    seen = question.request.question.seen
    form = together._flights._requests._forms.of(seen)
    assert form is not None and (form.told(seen.varying) is None) is rare
