"""A request and a position in, what is known by then out."""

from typing import List, NoReturn, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.known import Known, header_fields
from fcgidissect.fcgi.pairs import Pairs
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.requests import WHOLE
from tests.fcgi.connection import Connection
from tests.fcgi.streams import GET, PAGE

VALUES = dict(
    GET,
    QUERY_STRING="page=1",
    HTTP_HOST="www.example",
    REMOTE_ADDR="192.0.2.1",
    HTTP_USER_AGENT="curl",
)


def page(*stdout: bytes) -> Connection:
    """A GET and its answer in these STDOUT records."""
    connection = Connection().asks(make.request(1, VALUES, flags=1))
    return connection.answers(*[make.stdout(1, part) for part in stdout], make.end(1))


def test_what_a_whole_request_tells() -> None:
    known = page(PAGE + b"hello").known()
    assert (known.number, known.role, known.keep_conn) == (0, 1, True)
    assert (known.method, known.uri) == ("GET", "/index.php?page=1")
    assert (known.query, known.script) == ("page=1", "/srv/www/index.php")
    assert (known.host, known.remote_addr) == ("www.example", "192.0.2.1")
    assert (known.user_agent, known.content_length) == ("curl", None)
    assert (known.status, known.content_type) == (200, "text/html")
    assert (known.header_length, known.body_length) == (len(PAGE), 5)
    assert (known.first_frame, known.last_frame, known.begin_time) == (1, 2, 1_000_000)
    assert (known.duration, known.ttfb, known.state) == (
        1_000_000,
        1_000_000,
        "complete",
    )
    assert known.stdin_length == 0 and known.stderr is None


def test_what_is_known_when() -> None:
    connection = page(PAGE)
    begin, params, _, stdin, stdout, end = [connection.at(n) for n in range(6)]
    assert (begin.role, begin.uri, begin.status, begin.duration) == (
        1,
        None,
        None,
        None,
    )
    assert (params.uri, params.status) == ("/index.php?page=1", None)
    assert (stdin.status, stdin.stdin_length) == (None, None)
    assert (stdout.status, stdout.duration, stdout.first_frame) == (200, None, None)
    assert (end.duration, end.ttfb, end.first_frame) == (1_000_000, 1_000_000, 1)
    assert end.last_frame is None


@given(st.lists(st.integers(1, 90), max_size=6))
def test_known_so_far_is_the_same_asked_at_once_and_later(sizes: "list[int]") -> None:
    """Whatever comes later: the lazy answer equals the one of a request that ends there."""
    pieces = make.split(make.pairs(VALUES), *sizes)
    records = [make.record(make.PARAMS, 1, piece) for piece in pieces]
    connection = Connection().asks(make.begin(1), *records, make.record(make.PARAMS, 1))
    for count in range(len(records) + 1):
        early = Connection().asks(make.begin(1), *records[:count]).known()
        late = connection.at(count)
        assert late.params == early.params
        assert late.uri == early.uri
        if count:
            assert late.pairs == early.pairs[len(connection.at(count - 1).params) :]


def test_pairs_end_where_their_last_byte_comes() -> None:
    first, second = make.pair("A", "one"), make.pair("B", "two")
    parts = [first + second[:3], second[3:4], second[4:]]
    records = [make.record(make.PARAMS, 1, part) for part in parts]
    connection = Connection().asks(make.begin(1), *records)
    assert [connection.at(index).pairs for index in range(4)] == [
        (),
        (("A", "one"),),
        (),
        (("B", "two"),),
    ]
    assert connection.at(2).params == {"A": ["one"]}
    assert connection.known().pairs == (("A", "one"), ("B", "two"))


def test_the_pairs_of_a_record_are_found_without_a_look_at_all_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Unlooked(List[Tuple[int, Pairs]]):
        def __iter__(self) -> NoReturn:
            raise AssertionError("it grows with the square of the records")

    parts = [make.pair(name, "1") for name in ("A", "B", "C")]
    records = [make.record(make.PARAMS, 1, part) for part in parts]
    connection = Connection().asks(make.begin(1), *records)
    read = Unlooked(connection.request().read_pairs())
    monkeypatch.setattr(Request, "read_pairs", lambda request: read)
    pairs = [connection.at(index).pairs for index in range(4)]
    assert pairs == [(), (("A", "1"),), (("B", "1"),), (("C", "1"),)]


def test_a_param_given_twice() -> None:
    content = make.pair("A", "one") + make.pair("A", "two")
    record = make.record(make.PARAMS, 1, content)
    known = Connection().asks(make.begin(1), record).known()
    assert known.params == {"A": ["one", "two"]}
    assert known.param("A") == "two"
    assert known.param("B") is None


def test_a_param_of_one_record_is_known_without_decoding_the_others() -> None:
    connection = Connection().asks(make.request(1, VALUES))
    assert (connection.known().method, connection.known().host) == (
        "GET",
        "www.example",
    )
    assert connection.known().notes == () and connection.request().read == []


def test_params_behind_their_end_count_as_well() -> None:
    late = make.record(make.PARAMS, 1, make.pair("REQUEST_METHOD", "PUT"))
    request = Connection().asks(make.request(1, VALUES), late).request()
    methods = [Known(request, position).method for position in (0, 1, 2, 3, 4)]
    assert methods == [None, "GET", "GET", "GET", "PUT"]


def test_params_with_a_hole_are_read_up_to_it() -> None:
    stream = make.begin(1) + make.params(1, VALUES)
    connection = Connection().asks(stream[:60]).asks(stream[80:], lost=20)
    assert connection.known().params == {"REQUEST_METHOD": ["GET"]}
    assert connection.known().method == "GET" and connection.known().uri is None


def test_params_whose_begin_is_lost() -> None:
    assert Connection().asks(make.params(1, VALUES)).known().method == "GET"
    tail = make.pairs(VALUES)[5:]
    assert Connection().asks(make.record(make.PARAMS, 1, tail)).known().params == {}


@pytest.mark.parametrize(
    "values, uri, script, host",
    [
        ({"SCRIPT_NAME": "/a", "QUERY_STRING": "b"}, "/a?b", "/a", None),
        ({"SCRIPT_NAME": "/a", "PATH_INFO": "/c"}, "/a/c", "/a", None),
        ({"REQUEST_URI": "/x", "SCRIPT_NAME": "/a"}, "/x", "/a", None),
        ({"SERVER_NAME": "s"}, None, None, "s"),
        ({}, None, None, None),
    ],
)
def test_what_stands_in(
    values: "dict[str, str]",
    uri: "str | None",
    script: "str | None",
    host: "str | None",
) -> None:
    known = Connection().asks(make.begin(1), make.params(1, values)).known()
    assert (known.uri, known.script, known.host) == (uri, script, host)


@pytest.mark.parametrize(
    "block, status",
    [
        (b"Content-Type: text/html\r\n\r\n", 200),
        (b"Content-Type: text/html\n\n", 200),
        (b"Content-Type: text/html\n\r\n", 200),
        (b"Status: 404 Not Found\r\nContent-Type: text/html\r\n\r\n", 404),
        (b"status:500\r\n\r\n", 500),
        (b"Location: /other\r\n\r\n", 302),
        (b"Status: 301 Moved\r\nLocation: /other\r\n\r\n", 301),
        (b"HTTP/1.1 418 I'm a teapot\r\nX: y\r\n\r\n", 418),
        (b"Status: none\r\n\r\n", 200),
        (b"Content-Type: text/html\r\n", None),
        (b"no header", None),
    ],
)
def test_status(block: bytes, status: "int | None") -> None:
    assert page(block).known().status == status


@pytest.mark.parametrize("size", range(1, 60, 7))
def test_a_header_block_split_anywhere(size: int) -> None:
    answer = b"Status: 404 Not Found\r\nContent-Type: text/html\r\n\r\nnothing\n\nhere"
    connection = page(*make.split(answer, *[size] * (len(answer) // size)))
    known = connection.known()
    assert (known.status, known.content_type) == (404, "text/html")
    assert known.header_length == answer.index(b"nothing")
    assert known.body_length == len(b"nothing\n\nhere")
    header = -(-known.header_length // size)
    told = [connection.at(3 + count).status for count in range(header + 1)]
    assert told == [None] * header + [404]


def test_a_header_block_with_a_hole_tells_no_status() -> None:
    stream = make.stdout(1, PAGE + bytes(100))
    connection = Connection().asks(make.request(1, GET)).answers(stream[:20])
    connection.answers(stream[90:] + make.end(1), lost=70)
    assert connection.known().status is None


def test_stderr() -> None:
    connection = Connection().asks(make.request(1, GET))
    connection.answers(make.stderr(1, b"one"), make.stderr(1, b"t\xffo"), make.end(1))
    texts = [connection.at(4).stderr, connection.at(5).stderr, connection.at(6).stderr]
    assert texts == ["one", "t\udcffo", None]
    assert connection.known().stderr == "onet\udcffo"


def test_repeated_header_fields() -> None:
    block = b"Set-Cookie: a\r\nset-cookie:  b \r\nX\r\n\r\n"
    assert header_fields(block) == {"set-cookie": ["a", "b"]}


def test_a_position_is_the_whole_request_by_default() -> None:
    request = page(PAGE).request()
    assert Known(request) == Known(request, WHOLE)


def test_a_content_length_that_is_no_number_of_64_bits() -> None:
    for length in ("1" * 5000, "x", ""):
        params = {**VALUES, "CONTENT_LENGTH": length}
        known = Connection().asks(make.request(1, params, b"abc")).known()
        assert known.content_length is None and len(known.notes) == 1


def test_a_status_that_is_no_number() -> None:
    assert page(b"Status: " + b"2" * 5000 + b"\r\n\r\n").known().status == 200


def test_params_that_were_read_before_they_ended() -> None:
    asked = {**VALUES, "CONTENT_LENGTH": "3"}
    first, second = make.pairs(asked), make.pair("HTTP_ACCEPT", "*/*")
    parts = [make.record(make.PARAMS, 1, part) for part in (first, second, b"")]
    connection = Connection().asks(make.begin(1), parts[0])
    assert connection.known().method == "GET"
    connection.asks(*parts[1:], make.stdin(1, b"abc"), make.stdin(1))
    assert connection.known().notes == () and connection.known().content_length == 3
