"""HTTP archives against the format's schema, and against what was said on the wire."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, Dict, List

import pytest

from fcgidissect.cli import main
from fcgidissect.errors import UsageError
from fcgidissect.export import Wanted, har
from tests.corpus import Capture, captures
from tests.export.har_schema import faults
from tests.export.talk import PAGE, answered, asked, exported, pcap

Entries = List[Dict[str, Any]]


def entries(path: Path) -> Entries:
    archive = json.loads(path.read_text())
    assert list(faults(archive)) == []
    found: Entries = archive["log"]["entries"]
    return found


def archived(tmp_path: Path, *turns: bytes) -> Entries:
    made = tmp_path / "a.har"
    exported(pcap(tmp_path / "a.pcap", *turns), Wanted(har=str(made)))
    return entries(made)


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: str(capture.name))
def test_every_captures_archive_keeps_the_schema(
    capture: Capture, tmp_path: Path
) -> None:
    made = tmp_path / "a.har"
    assert main(["-p", capture.ports, "--har", str(made), capture.path]) == 0
    entries(made)


def test_the_schema_finds_faults() -> None:
    entry = {"startedDateTime": "today", "time": -1, "request": {}, "extra": 1}
    archive = {"log": {"version": "1.1", "entries": [entry]}}
    found = list(faults(archive))
    for fault in (".version is", "creator is missing", "startedDateTime is 'today'"):
        assert any(fault in each for each in found)
    assert ".log.entries[0].extra is unknown" in found
    assert ".log.entries[0].request.url is missing" in found
    assert ".log.entries[0].time is -1" in found


def test_a_request_and_its_answer_are_told(tmp_path: Path) -> None:
    (entry,) = archived(tmp_path, asked({}), answered(PAGE, b"oops"))
    request, response = entry["request"], entry["response"]
    assert request["url"] == "http://shop.example/shop/cart.php?item=7&item=8&q=a+b"
    assert [(q["name"], q["value"]) for q in request["queryString"]] == [
        *(("item", "7"), ("item", "8"), ("q", "a b")),
    ]
    assert request["cookies"] == [
        {"name": "sid", "value": "abc"},
        {"name": "theme", "value": "dark"},
    ]
    assert {"name": "Host", "value": "shop.example"} in request["headers"]
    assert "postData" not in request
    assert (response["status"], response["statusText"]) == (200, "OK")
    assert response["content"] == {
        "size": 12,
        "mimeType": "text/html",
        "text": "<p>café</p>",
    }
    assert entry["_fcgi"]["stderr"] == "oops" and "STDERR: oops" in entry["comment"]
    assert entry["_fcgi"]["params"]["REMOTE_ADDR"] == "192.0.2.7"
    assert entry["timings"]["wait"] == entry["time"] == 1.0
    assert entry["startedDateTime"] == "2023-11-14T22:13:20.003Z"


def test_what_is_posted_is_fields_text_or_bytes(tmp_path: Path) -> None:
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    turns = (
        *(asked(form, b"a=1&b=%26+c"), answered()),
        *(asked({"CONTENT_TYPE": "text/plain"}, "été".encode()), answered()),
        *(asked({"CONTENT_TYPE": "image/png"}, b"\xff\0"), answered()),
    )
    fields, plain, image = [
        e["request"]["postData"] for e in archived(tmp_path, *turns)
    ]
    assert fields["params"] == [
        {"name": "a", "value": "1"},
        {"name": "b", "value": "& c"},
    ]
    assert plain == {"mimeType": "text/plain", "text": "été"}
    assert b64decode(image["_base64"]) == b"\xff\0" and image["params"] == []


def test_bytes_are_base64_and_much_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(har, "MOST", 100)
    head = b"Content-Type: image/gif\r\n\r\n"
    turns = (
        asked({}),
        answered(head + b"\xff" * 9),
        asked({}),
        answered(head + b"x" * 101),
    )
    small, large = [e["response"]["content"] for e in archived(tmp_path, *turns)]
    assert b64decode(small["text"]) == b"\xff" * 9 and small["encoding"] == "base64"
    assert large["comment"] == "101 bytes are left out" and "text" not in large


COOKIES = (
    (
        "sid=a=b; Path=/; HttpOnly; Secure; Domain=x.example",
        {"path": "/", "domain": "x.example", "httpOnly": True, "secure": True},
    ),
    (
        "sid=a=b; expires=Wed, 21-Oct-2026 07:28:00 GMT",
        {"expires": "2026-10-21T07:28:00+00:00"},
    ),
    ("sid=a=b; Expires=soon; Max-Age=3", {}),
)


@pytest.mark.parametrize("text, attributes", COOKIES)
def test_a_cookie_has_its_attributes(
    text: str, attributes: "Dict[str, Any]", tmp_path: Path
) -> None:
    page = f"Set-Cookie: {text}\r\nLocation: /next\r\n\r\n".encode()
    (entry,) = archived(tmp_path, asked({}), answered(page))
    (cookie,) = entry["response"]["cookies"]
    assert cookie == {"name": "sid", "value": "a=b", **attributes}
    assert entry["response"]["redirectURL"] == "/next"
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (
        302,
        "Found",
    )


def test_a_request_without_an_answer_has_status_0(tmp_path: Path) -> None:
    (entry,) = archived(tmp_path, asked({}))
    assert (entry["response"]["status"], entry["time"]) == (0, 0)


def test_an_archive_that_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        exported("", Wanted(har=str(tmp_path / "no" / "a.har")))
