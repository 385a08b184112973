"""JSON: the shape that users rely on, strictly parsed, and nothing of a capture lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, OneFrame, Source
from fcgidissect.output import Settings, fragments, writer
from fcgidissect.registry import Registry
from fcgidissect.text import BILLION
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS, capture, entries, entries_of


def unique(members: "list[tuple[str, Any]]") -> "dict[str, Any]":
    made = dict(members)
    assert len(made) == len(members), "a key is repeated"
    return made


def strict(text: str) -> Any:
    return json.loads(text, object_pairs_hook=unique)


def objects(tmp_path: Path, *said: "tuple[str, bytes]", **given: object) -> Any:
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture(list(said)))
    settings = Settings(Registry())._replace(**given)  # type: ignore[arg-type]
    text = writer("jsonl", settings).rows(entries(str(path)))
    assert text.isascii()
    return [strict(line) for line in text.splitlines()]


def test_an_object(tmp_path: Path) -> None:
    (found,) = objects(tmp_path, (ASKS, records.begin(1, role=1, flags=1)))
    assert found == {
        "frame": {
            "number": 4,
            "time": "2023-11-14T22:13:20.003000Z",
            "time_epoch": 1700000000.003,
            "time_relative": 0.003,
            "len": 70,
            "cap_len": 70,
        },
        "ip": {"src": "10.0.0.1", "dst": "10.0.0.2"},
        "tcp": {"stream": 0, "srcport": 40000, "dstport": 8000},
        "fcgi": {
            "version": 1,
            "type": 1,
            "type_name": "FCGI_BEGIN_REQUEST",
            "id": 1,
            "content": {"length": 8},
            "padding": {"length": 0},
            "begin_request": {
                "role": 1,
                "role_name": "FCGI_RESPONDER",
                "flags": 1,
                "keep_conn": True,
            },
            "request": {"number": 0},
        },
    }


def test_params(tmp_path: Path) -> None:
    pairs = records.pairs(
        [
            ("A", "1"),
            ("B", "caf\u00e9\x1b"),
            ("A", "2"),
            ("C", b"\xff\0"),
            (b"\xfe", "x"),
        ]
    )
    said = records.begin(1) + records.record(records.PARAMS, 1, pairs)
    fcgi = objects(tmp_path, (ASKS, said))[1]["fcgi"]
    assert fcgi["param"] == {"A": "2", "B": "caf\u00e9\x1b", "C": {"hex": "ff00"}}
    assert fcgi["nv"] == [
        {"name": "A", "value": "1"},
        {"name": "B", "value": "caf\u00e9\x1b"},
        {"name": "A", "value": "2"},
        {"name": "C", "value": {"hex": "ff00"}},
        {"name": {"hex": "fe"}, "value": "x"},
    ]
    assert "data" not in fcgi["content"]


def test_a_request_as_it_becomes_known(tmp_path: Path) -> None:
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/a", "REMOTE_ADDR": "1.2.3.4"}
    answer = b"Status: 404 no\r\nContent-Type: text/html\r\n\r\n"
    found = objects(
        tmp_path,
        (ASKS, records.begin(1) + records.params(1, asked) + records.stdin(1)),
        (ANSWERS, records.stdout(1, answer[:9])),
        (ANSWERS, records.stdout(1, answer[9:]) + records.end(1)),
    )
    fcgi = [each["fcgi"] for each in found]
    known = {"number": 0, "method": "GET", "uri": "/a", "remote_addr": "1.2.3.4"}
    assert [each["request"] for each in fcgi[:6]] == [{"number": 0}] + 5 * [known]
    assert [each.get("response") for each in fcgi[:6]] == 5 * [None] + [
        {"status": 404, "content_type": "text/html"}
    ]
    assert fcgi[6]["request"]["duration"] == 0.002
    assert fcgi[6]["request"]["ttfb"] == 0.001
    assert fcgi[6]["request"]["first_frame"] == 4
    assert fcgi[6]["response"]["status"] == 404
    assert fcgi[6]["end_request"] == {
        "app_status": 0,
        "protocol_status": 0,
        "protocol_status_name": "FCGI_REQUEST_COMPLETE",
    }


def test_data_raw_and_remarks(tmp_path: Path) -> None:
    said = (ASKS, records.record(77, 5, b"\x01\x02", padding=3))
    (found,) = objects(tmp_path, said, raw=True)
    assert found["fcgi"]["content"] == {"length": 2, "data": "0102"}
    assert found["fcgi"]["raw"] == "014d0005000203000102000000"
    assert "type_name" not in found["fcgi"]
    (remark,) = found["_ws"]["expert"]
    assert remark["severity"] in ("note", "warn") and "77" in remark["message"]
    (found,) = objects(tmp_path, said, data=False)
    assert found["fcgi"]["content"] == {"length": 2}


def test_stderr(tmp_path: Path) -> None:
    said = records.stderr(1, b"PHP message: \xe9\n")
    found = objects(tmp_path, (ASKS, records.begin(1)), (ANSWERS, said))
    assert found[1]["fcgi"]["stderr"] == {"hex": b"PHP message: \xe9\n".hex()}


@pytest.mark.parametrize("batches", (0, 1, 3))
def test_an_array_is_closed(tmp_path: Path, batches: int) -> None:
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([(ASKS, records.begin(1) + records.stdin(1))]))
    array = writer("json", Settings(Registry()))
    text = array.start()
    for _ in range(batches):
        text += array.rows(entries(str(path)))
    assert len(strict(text + array.finish())) == 2 * batches


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_every_byte_of_every_capture_is_there(each: Capture) -> None:
    rows = entries_of(each.path, each.port_numbers)
    text = writer("jsonl", Settings(Registry(), raw=True)).rows(rows) if rows else ""
    found = [strict(line) for line in text.splitlines()]
    assert len(found) == len(rows)
    for row, object in zip(rows, found):
        fcgi = object["fcgi"]
        assert bytes.fromhex(fcgi["raw"]) == row.record.raw
        content = row.record.content
        if "nv" in fcgi and "data" not in fcgi["content"]:
            assert len(fcgi["nv"]) == len(row.pairs)
        elif content and row.record.body is None and not row.record.header[1] == 4:
            assert bytes.fromhex(fcgi["content"]["data"]) == content


FLOW = Flow(0, bytes(12), None)
TIMES = st.integers(-BILLION, 10**19) | st.integers(-5, 3 * BILLION)


@given(st.lists(st.tuples(st.integers(0, 9), TIMES, TIMES, st.booleans())))
def test_what_stands_before(frames: "list[tuple[int, int, int, bool]]") -> None:
    given, some = fragments.Before(), fragments.BeforeOf(frozenset({"tcp", "ip"}))
    for digits, time, since, other in frames:
        flow = Flow(7, bytes(12), None) if other else FLOW
        frame = Frame(1, time, since, 0, 70, 80, b"", 0, Source(1, digits))
        wanted = fragments.before((1, time, since, 70, 80, digits), flow)
        assert given(frame, flow).decode() == wanted
        assert given.of(OneFrame(frame), 0, flow).decode() == wanted
        told = strict(wanted + "}}")
        del told["frame"]
        assert strict(some(frame, flow).decode() + "}}") == told
