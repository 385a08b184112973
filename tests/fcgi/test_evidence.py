"""What makes a header credible where nothing else vouches for it."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.evidence import BROKEN, SIDES, weigh
from fcgidissect.fcgi.spec import FROM_WEB_SERVER, RecordType

ALL = SIDES[0] | SIDES[1]


def bits(
    record: bytes, ids: "tuple[int, ...]" = (), types: "frozenset[int]" = ALL
) -> int:
    return weigh(record[:8], record[8:72], ids, types)


@pytest.mark.parametrize(
    "stronger, weaker",
    [
        (make.begin(1), make.stdin(1, bytes(8))),
        (make.end(1), make.stdout(1, bytes(8))),
        (make.stdout(1, b"Status: 404 Not Found\r\n\r\n"), make.stdout(1, bytes(26))),
        (make.stdout(1, bytes(3), 5), make.stdout(1, bytes(3), 4)),
        (make.stdout(1), make.stdout(2)),
        (make.stdout(2), make.stdout(2000)),
        (make.params(1, {"REQUEST_METHOD": "GET"}), make.stdin(1, bytes(30))),
        (make.params(1, {"QUERY_STRING": "x" * 200}), make.stdin(1, bytes(300))),
    ],
)
def test_what_is_stronger(stronger: bytes, weaker: bytes) -> None:
    assert bits(stronger) > bits(weaker) > 0


def test_an_id_in_use_is_evidence() -> None:
    assert bits(make.stdout(2000), (2000,)) > bits(make.stdout(2000))


@pytest.mark.parametrize(
    "record",
    [
        bytes(8),
        make.record(make.STDIN, 1, version=0),
        make.record(make.STDIN, 1, version=2),
        make.record(0, 1),
        make.record(12, 1),
        make.stdin(1)[:7] + b"\1",
        make.record(make.BEGIN_REQUEST, 1, bytes(7)),
        make.record(make.END_REQUEST, 1, bytes(9)),
        make.record(make.ABORT_REQUEST, 1, b"x"),
        make.record(make.STDIN, 0),
        make.record(make.GET_VALUES, 1),
        make.begin(1, 9),
        make.begin(1, 1, 2),
        make.record(make.BEGIN_REQUEST, 1, b"\0\1\0\0\0\0\0\1"),
        make.end(1, 0, 4),
    ],
)
def test_broken(record: bytes) -> None:
    assert bits(record) == BROKEN


def test_the_other_direction_s_types_are_broken() -> None:
    assert bits(make.stdin(1), (), SIDES[1]) == BROKEN
    assert bits(make.stdout(1), (), SIDES[0]) == BROKEN


def test_id_0_where_a_request_has_it() -> None:
    assert bits(make.stdin(0), (0,)) > 0


def test_the_sides_share_no_type() -> None:
    assert SIDES[0] == FROM_WEB_SERVER
    assert not SIDES[0] & SIDES[1] and ALL == set(RecordType)
