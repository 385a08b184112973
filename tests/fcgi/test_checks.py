"""What a request gives reason to remark, and what is near it and does not."""

import pytest

from captures.make import records as make
from tests.fcgi.connection import Connection
from tests.fcgi.streams import GET, PAGE

POST = dict(GET, REQUEST_METHOD="POST")
ANSWER = make.response(1, PAGE + b"hello")


def asked(values: "dict[str, str]", body: bytes = b"") -> "list[str]":
    """What is said of a request and a good answer."""
    return Connection().asks(make.request(1, values, body)).answers(ANSWER).said()


def answered(*records: bytes) -> "list[str]":
    """What is said of a GET and an answer."""
    return Connection().asks(make.request(1, GET)).answers(*records).said()


def test_a_plain_get_says_nothing() -> None:
    assert asked(GET) == []
    assert answered(make.stdout(1, PAGE), make.end(1)) == []


@pytest.mark.parametrize(
    "length, body, said",
    [
        ("5", b"hello", []),
        ("0", b"", []),
        ("", b"", []),
        (None, b"", []),
        ("6", b"hello", ["STDIN ended after 5 bytes, but CONTENT_LENGTH is 6"]),
        ("4", b"hello", ["STDIN ended after 5 bytes, but CONTENT_LENGTH is 4"]),
        ("9", b"", ["STDIN ended after 0 bytes, but CONTENT_LENGTH is 9"]),
        ("five", b"hello", ["STDIN ended after 5 bytes, but CONTENT_LENGTH is five"]),
        ("", b"hello", ["STDIN brought 5 bytes and no param gave their number"]),
        (None, b"hello", ["STDIN brought 5 bytes and no param gave their number"]),
    ],
)
def test_content_length(length: "str | None", body: bytes, said: "list[str]") -> None:
    values = {name: POST[name] for name in POST if name != "CONTENT_LENGTH"}
    if length is not None:
        values["CONTENT_LENGTH"] = length
    messages = asked(values, body)
    assert len(messages) == len(said)
    assert all(message.startswith(start) for message, start in zip(messages, said))


@pytest.mark.parametrize("length, notes", [("4", 0), ("5", 1)])
def test_data_length(length: str, notes: int) -> None:
    values = dict(GET, FCGI_DATA_LENGTH=length)
    connection = Connection().asks(make.begin(1, make.FILTER), make.params(1, values))
    connection.asks(make.stdin(1), make.data(1, b"data"), make.data(1)).answers(ANSWER)
    assert len(connection.said()) == notes


@pytest.mark.parametrize(
    "record, said",
    [
        (make.end(1), []),
        (make.end(1)[:-3] + b"\xa0\xa1\xa2", []),
        (
            make.end(1, 0, 1),
            ["the application refused the request: FCGI_CANT_MPX_CONN"],
        ),
        (make.end(1, 0, 2), ["the application refused the request: FCGI_OVERLOADED"]),
        (make.end(1, 0, 3), ["the application refused the request: FCGI_UNKNOWN_ROLE"]),
        (make.end(1, 0, 9), ["the application refused the request: 9"]),
        (make.end(1, 3), ["the application ended with status 3"]),
        (make.end(1, 0xFFFFFFFF), ["the application ended with status 4294967295"]),
    ],
)
def test_end(record: bytes, said: "list[str]") -> None:
    assert answered(record) == said


@pytest.mark.parametrize(
    "role, notes", [(0, 1), (1, 0), (2, 0), (3, 0), (4, 1), (9, 1)]
)
def test_role(role: int, notes: int) -> None:
    connection = Connection().asks(make.begin(1, role), make.params(1, GET))
    assert len(connection.said()) == notes


def test_an_authorizer_has_no_stdin() -> None:
    connection = Connection().asks(make.begin(1, make.AUTHORIZER), make.params(1, GET))
    assert connection.answers(ANSWER).said() == []


@pytest.mark.parametrize(
    "came, said",
    [
        (b"", ["the answer ended when 0 of the 5 bytes of STDIN had come"]),
        (b"hel", ["the answer ended when 3 of the 5 bytes of STDIN had come"]),
        (b"hello", []),
    ],
)
def test_an_answer_before_stdin_ended(came: bytes, said: "list[str]") -> None:
    values = dict(POST, CONTENT_LENGTH="5")
    connection = Connection().asks(make.begin(1), make.params(1, values))
    connection.asks(make.stdin(1, came) if came else b"").answers(ANSWER)
    assert connection.said() == said


@pytest.mark.parametrize(
    "cookie, buffer",
    [(4000, None), (4100, 4096), (8100, 4096), (8200, 8192), (16400, 16384)],
)
def test_header_block(cookie: int, buffer: "int | None") -> None:
    fields = b"Content-Type: text/html\r\nSet-Cookie: " + b"c" * cookie + b"\r\n\r\n"
    messages = answered(make.stdout(1, fields), make.end(1))
    wanted = (
        f"the response's header block has {len(fields)} bytes, more than a buffer of"
        f" {buffer} holds; its largest field is Set-Cookie ({12 + cookie} bytes)"
    )
    assert messages == ([] if buffer is None else [wanted])


def test_header_block_over_many_records_is_said_where_it_ends() -> None:
    fields = b"X-Large: " + b"x" * 9000
    connection = Connection().asks(make.request(1, GET))
    connection.answers(make.stdout(1, fields[:5000]), make.stdout(1, fields[5000:]))
    connection.answers(make.stdout(1, b"\r\n\r\nbody"), make.end(1))
    assert [len(connection.at(index).notes) for index in range(4, 8)] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    "text, notes",
    [(b"Primary script unknown", 1), (b"PHP message: PHP Notice:  unknown", 0)],
)
def test_primary_script_unknown(text: bytes, notes: int) -> None:
    messages = answered(make.stderr(1, text), make.stdout(1, PAGE), make.end(1))
    wanted = "the application found no script; SCRIPT_FILENAME is /srv/www/index.php"
    assert messages == [wanted] * notes


def test_no_script_filename() -> None:
    connection = Connection().asks(make.request(1, {"REQUEST_METHOD": "GET"}))
    connection.answers(make.stderr(1, b"Primary script unknown"))
    assert connection.said() == [
        "the application found no script; SCRIPT_FILENAME is not among its params"
    ]


@pytest.mark.parametrize(
    "content, said",
    [
        (make.pair("A", "b"), []),
        (
            make.pair("A", "b") + b"\x03\x01ab",
            [
                "the name-value pairs end in the middle of one: 4 bytes are left over and"
                " at least 2 more are wanted"
            ],
        ),
    ],
)
def test_malformed_pairs(content: bytes, said: "list[str]") -> None:
    params = make.record(make.PARAMS, 1, content) + make.record(make.PARAMS, 1)
    connection = Connection().asks(make.begin(1), params, make.stdin(1))
    assert connection.said() == said
    assert [len(connection.at(index).notes) for index in range(4)] == [
        0,
        0,
        len(said),
        0,
    ]
