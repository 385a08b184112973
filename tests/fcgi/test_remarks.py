"""What there is to say about a record alone."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.remarks import remarks
from fcgidissect.fcgi.spec import BODIES, RecordType


def said(raw: bytes) -> "list[str]":
    length = int.from_bytes(raw[4:6], "big")
    record = Record(raw[:8], raw, 8, 8 + length)
    return [remark.message for remark in remarks(record)]


@pytest.mark.parametrize(
    "raw",
    [
        make.begin(1),
        make.end(1)[:-3] + b"\xa0\xa1\xa2",
        make.abort(1),
        make.stdin(1, b"abc", 5),
        make.stdin(1)[:7] + b"\xff",
        make.stdout(1, b"", 255),
        make.params(1, {"A": "b"}),
        make.get_values("FCGI_MAX_CONNS"),
        make.get_values_result({}),
        make.unknown_type(99),
    ],
)
def test_nothing(raw: bytes) -> None:
    assert said(raw) == []


@pytest.mark.parametrize(
    "raw, message",
    [
        (make.record(make.STDIN, 1, version=7), "version 7 is none that is specified"),
        (make.record(0, 1), "type 0 is none that the specification knows"),
        (make.record(99, 1), "type 99 is none that the specification knows"),
        (
            make.record(make.BEGIN_REQUEST, 1, bytes(7)),
            "7 content bytes where this type has 8",
        ),
        (
            make.record(make.END_REQUEST, 1, bytes(9)),
            "9 content bytes where this type has 8",
        ),
        (
            make.record(make.ABORT_REQUEST, 1, b"x"),
            "1 content bytes where this type has 0",
        ),
        (
            make.record(make.GET_VALUES, 0, b"\x05\0abc"),
            "the name-value pairs end in the middle of one: 5 bytes are left over and at"
            " least 2 more are wanted",
        ),
    ],
)
def test_one(raw: bytes, message: str) -> None:
    assert said(raw) == [message]


def test_an_empty_record_is_remarked_on_where_its_type_has_a_body() -> None:
    remarked = {kind for kind in RecordType if said(make.record(kind, 1))}
    assert remarked == set(BODIES)
