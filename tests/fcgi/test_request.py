"""One request: what it keeps of its records, and how much."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.request import block_end
from fcgidissect.fcgi.spec import BeginRequest, EndRequest
from fcgidissect.limits import Limits
from tests.fcgi.connection import Connection
from tests.fcgi.streams import GET, PAGE


@pytest.mark.parametrize(
    "block, end",
    [
        (b"A: b\r\n\r\nbody", 8),
        (b"A: b\n\nbody", 6),
        (b"A: b\n\r\nbody", 7),
        (b"A: b\n\nx\r\n\r\n", 6),
        (b"A: b\r\n\r\nx\n\n", 8),
        (b"A: b\r\n", 0),
        (b"", 0),
    ],
)
def test_where_a_header_block_ends(block: bytes, end: int) -> None:
    assert block_end(block, 0, len(block)) == end
    assert block_end(b"\n\n" + block + b"\r\n\r\n", 2, 2 + len(block)) == end + 2 * (
        end > 0
    )


def test_bodies_are_kept_and_decoded_when_asked_for() -> None:
    connection = Connection().asks(make.begin(1, 3, 1), make.params(1, GET))
    connection.answers(make.end(1, 7, 2), make.end(1, 8))
    request = connection.request()
    assert request.begin == BeginRequest(3, 1)
    assert request.end == EndRequest(7, 2), "the first one ends it"


def test_a_body_that_is_short_is_none() -> None:
    connection = Connection().asks(make.begin(2))
    connection.asks(make.record(make.BEGIN_REQUEST, 1, b"\0\1"))
    assert connection.request(1).begin is None


def test_lengths_count_what_was_sent_though_the_capture_lacks_some() -> None:
    stream = make.begin(1) + make.params(1, GET) + make.stdin(1, bytes(100))
    connection = Connection().asks(stream[:-50]).asks(make.stdin(1), lost=50)
    assert connection.request().lengths[make.STDIN] == 100


def test_params_are_read_when_asked_for() -> None:
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/", "QUERY_STRING": ""}
    request = Connection().asks(make.begin(1), make.params(1, asked)).request()
    assert len(request.unread) == 2 and request.read == []
    assert request.read_pairs() == [(1, tuple(asked.items()))]
    assert request.unread == []


def test_a_split_pair_is_told() -> None:
    content = make.pairs({"A": "one", "B": "two"})
    parts = [make.record(make.PARAMS, 1, part) for part in (content[:7], content[7:])]
    request = Connection().asks(make.begin(1), *parts).request()
    request.read_pairs()
    assert request.split == [(2, "B", len(content) - 7)]


def test_params_beyond_the_limit_are_not_kept() -> None:
    limits = Limits(params_bytes=1000)
    parts = [make.pair(f"N{number}", "v" * 90) for number in range(20)]
    records = [make.record(make.PARAMS, 1, part) for part in parts]
    connection = Connection(limits).asks(make.begin(1), *records)
    assert len(connection.known().params) == 10
    assert connection.request().kept < 1100
    assert connection.said() == [
        "more than 1000 bytes of PARAMS: the rest of them is not decoded"
    ]


def test_a_header_block_beyond_the_limit_is_none() -> None:
    connection = Connection(Limits(header_bytes=1000)).asks(make.request(1, GET))
    for _ in range(30):
        connection.answers(make.stdout(1, b"X: " + b"x" * 95 + b"\r\n"))
    connection.answers(make.stdout(1, b"\r\n"), make.end(1))
    assert connection.known().status is None
    assert len(connection.request().header) <= 1000


def test_stderr_beyond_the_limit_is_not_kept() -> None:
    connection = Connection(Limits(stderr_bytes=100)).asks(make.request(1, GET))
    connection.answers(*[make.stderr(1, b"0123456789")] * 30)
    assert connection.known().stderr == "0123456789" * 10


def test_a_request_without_a_body_keeps_little() -> None:
    connection = Connection().asks(make.request(1, GET))
    connection.answers(make.stdout(1, PAGE + bytes(60_000)), make.end(1))
    assert connection.request().kept == len(make.pairs(GET)) + len(PAGE)
