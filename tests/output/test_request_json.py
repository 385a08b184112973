"""Requests as JSON objects."""

import json
from typing import Any, List

import pytest

from fcgidissect.cli import main
from tests.corpus import CAPTURES


def objects(
    capsys: "pytest.CaptureFixture[str]", name: str, format: str = "json"
) -> "List[Any]":
    path = str(CAPTURES / f"{name}.pcap.gz")
    assert main([path, "-p", "8000,9000", "--by", "request", "-T", format]) == 0
    out = capsys.readouterr().out
    if format == "json":
        told: "List[Any]" = json.loads(out, object_pairs_hook=once)
        return told
    return [json.loads(line, object_pairs_hook=once) for line in out.splitlines()]


def once(pairs: "List[tuple[str, Any]]") -> "dict[str, Any]":
    """An object, none of whose keys is there twice."""
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_an_object(capsys: "pytest.CaptureFixture[str]") -> None:
    """Beside captures/nginx-status.access.log and `record/nginx.sh`."""
    first = objects(capsys, "nginx-status")[0]
    assert first["frame"]["number"] == 4 and first["tcp"]["dstport"] == 9000
    fcgi = first["fcgi"]
    assert fcgi["id"] == 1
    request = fcgi["request"]
    assert request["method"] == "GET" and request["uri"] == "/status.php?code=302"
    assert request["number"] == 0 and request["state"] == "complete"
    assert request["first_frame"] == 4 and request["keep_conn"] is False
    assert request["stdin"] == {"length": 0} and 0 < request["duration"] < 0.002
    response = fcgi["response"]
    assert response["status"] == 302 and response["body_length"] == 14
    assert response["header"]["location"].startswith("/hello.php")
    assert fcgi["param"]["SCRIPT_FILENAME"] == "/srv/www/status.php"
    assert {"name": "QUERY_STRING", "value": "code=302"} in fcgi["nv"]
    assert "_ws" not in first


def test_both_formats_hold_the_same(capsys: "pytest.CaptureFixture[str]") -> None:
    one = objects(capsys, "nginx-stderr")
    assert one == objects(capsys, "nginx-stderr", "jsonl") and len(one) == 4
    assert "59,85 €" in one[0]["fcgi"]["stderr"]


def test_no_request_is_an_empty_array(capsys: "pytest.CaptureFixture[str]") -> None:
    assert objects(capsys, "nginx-http-on-port") == []


def test_remarks(capsys: "pytest.CaptureFixture[str]") -> None:
    (killed,) = objects(capsys, "nginx-killed")
    (remark,) = killed["_ws"]["expert"]
    assert (
        remark["severity"] == "error" and killed["fcgi"]["request"]["state"] == "reset"
    )


def test_bytes_that_are_no_utf8(capsys: "pytest.CaptureFixture[str]") -> None:
    """nginx-keepalive has a header value in Latin-1."""
    told = objects(capsys, "nginx-keepalive")
    values = [value for each in told for value in each["fcgi"]["param"].values()]
    assert any(isinstance(value, dict) and "hex" in value for value in values)


def test_a_header_field_that_repeats_is_an_array(
    capsys: "pytest.CaptureFixture[str]", tmp_path: Any
) -> None:
    from captures.make import records as make
    from tests.output.talk import ANSWERS, ASKS, capture

    page = b"Set-Cookie: a=1\nSet-Cookie: b=2\nX-Dotted.Name: c\n\n"
    path = tmp_path / "cookies.pcap"
    said = [(ASKS, make.request(1, {})), (ANSWERS, make.response(1, page))]
    path.write_bytes(capture(said))
    assert main([str(path), "--by", "request", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["fcgi"]["response"]["header"] == {
        "set-cookie": ["a=1", "b=2"],
        "x-dotted.name": "c",
    }
