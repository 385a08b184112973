"""The streams of one request: PARAMS, header block and body, each byte in its place."""

from typing import Dict, List, Tuple

import pytest

from captures.make import records as make
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.limits import Limits
from fcgidissect.redact.bodies import Form
from fcgidissect.redact.messages import Answer, Channel, Exchange, Params, Rules
from fcgidissect.redact.names import Names
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.stream import Stream, Window
from fcgidissect.redact.values import Values

STDIN, STDOUT, STDERR = RecordType.STDIN, RecordType.STDOUT, RecordType.STDERR


def rules(bodies: bool = False) -> Rules:
    return Rules(Values(Names(), Secrets()), bodies)


class Told(Stream):
    """A stream that notes down what is settled."""

    def __init__(self) -> None:
        super().__init__(Window())
        self.settled: "List[Tuple[int, bytes]]" = []

    def settle(self, at: int, data: bytes) -> None:
        self.settled.append((at, data))


PAIRS = make.pairs({"A": "1", "HTTP_COOKIE": "sid=s3cr3t", "Z": "x" * 200, "PIN": "12"})


@pytest.mark.parametrize("size", (1, 2, 3, 50, 1000))
def test_pairs_keep_their_lengths_over_any_cut(size: int) -> None:
    params = Params(rules())
    pieces = [PAIRS[at : at + size] for at in range(0, len(PAIRS), size)]
    redacted = b"".join(map(params.feed, pieces)) + params.finish()
    assert len(redacted) == len(PAIRS) and b"s3cr3t" not in redacted
    at = redacted.index(b"sid=")
    assert redacted[:at] == PAIRS[:at]
    assert redacted[at + 10 : -2] == PAIRS[at + 10 : -2] and redacted[-2:] != b"12"


def test_a_pair_that_is_not_whole_is_blanked() -> None:
    params = Params(rules())
    assert params.feed(PAIRS[:4] + b"\x09\x7fREMOTE_") == PAIRS[:4]
    assert params.finish() == bytes(9)
    assert params.cut() == b"" and params.torn().feed(b"x") == b"\0"


BLOCK = (
    b"Status: 200 OK\r\nSet-Cookie: sid=s3cr3t; Path=/\r\nX-Token: s3cr3t\r\n folded\r\n"
    b"Content-Type: application/json\r\n\r\n"
)


@pytest.mark.parametrize("size", (1, 7, 1000))
def test_a_header_block_says_how_its_body_is_read(size: int) -> None:
    answer, whole = Answer(rules()), BLOCK + b'{"token": "s3cr3t", "a": "b"}'
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    redacted = b"".join(map(answer.feed, pieces)) + answer.finish()
    assert len(redacted) == len(whole)
    assert b"s3cr3t" not in redacted and b"folded" not in redacted
    assert redacted.startswith(b"Status: 200 OK\r\nSet-Cookie: sid=")
    assert redacted.endswith(b'", "a": "b"}') and b"; Path=/\r\nX-Token: " in redacted


ENCODED = (
    b"Content-Encoding: gzip\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n",
)


@pytest.mark.parametrize("block", ENCODED)
def test_what_cannot_be_searched_is_blanked(block: bytes) -> None:
    asked = rules()
    assert Answer(asked).feed(block + b"packed") == block + bytes(6)
    assert asked.values.secrets.blanked["bodies in an encoding"] == 6


def test_all_bodies_go_where_that_is_asked_for() -> None:
    block = b"Content-Type: text/html\n\n"
    assert Answer(rules(bodies=True)).feed(block + b"page") == block + bytes(4)


def test_a_header_block_without_an_end_is_a_body_at_last() -> None:
    answer, text = Answer(rules()), b"no header field " * 5000
    assert answer.feed(text) + answer.finish() == text


def test_a_beginning_in_doubt_must_look_like_one() -> None:
    fresh = Answer(rules()).torn()
    assert fresh.feed(b"Status: 200\r\n\r\n") == b"Status: 200\r\n\r\n"
    assert Answer(rules()).torn().feed(b"et=s3cr3t\r\n\r\n") == bytes(13)
    begun = Answer(rules())
    begun.feed(b"Set-Cookie: sid=s3c")
    cut = begun.cut()
    assert cut.startswith(b"Set-Cookie: sid=") and b"s3c" not in cut
    assert begun.torn().feed(b"Status: 200\r\n") == bytes(13)


def test_a_channel_puts_late_bytes_where_they_lay() -> None:
    one, other = Told(), Told()
    channel = Channel(Params(rules()), rules())
    channel.feed(one, 100, PAIRS[:2])
    channel.feed(other, 7, PAIRS[2:5])
    assert one.settled == [(100, PAIRS[:2])]
    assert other.settled == [(7, PAIRS[2:4])]
    channel.tear()
    channel.feed(one, 200, b"A")
    assert one.settled[1:] == [(200, b"\0")] and len(other.settled) == 1


@pytest.mark.parametrize("limits", (Limits(field_bytes=100), Limits(request_bytes=100)))
def test_a_field_beyond_the_limit_is_blanked_with_all_behind_it(limits: Limits) -> None:
    bounded = Rules(Values(Names(), Secrets()), False, limits)
    channel, stream = Channel(Form(bounded.values), bounded), Told()
    for at, data in enumerate((b"a=1&token=", b"s" * 80, b"t" * 80, b"&b=2")):
        channel.feed(stream, at * 1000, data)
    settled = dict(stream.settled)
    assert b"ttt" not in b"".join(settled.values()) and settled[3000] == bytes(4)
    assert settled[0].startswith(b"a=1") and bounded.waiting == 0
    assert bounded.values.secrets.blanked == {"fields longer than the limit": 4}


def told(values: "Dict[str, str]", body: bytes) -> bytes:
    """What is left of a request's body."""
    exchange, stream = Exchange(rules()), Told()
    exchange.channel(RecordType.PARAMS).feed(stream, 0, make.pairs(values))
    exchange.end(RecordType.PARAMS)
    exchange.channel(STDIN).feed(stream, 1000, body)
    exchange.end(STDIN)
    return b"".join(data for at, data in stream.settled if at >= 1000)


def test_params_say_how_the_body_is_read() -> None:
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert told(form, b"pin=12345678&a=b").endswith(b"&a=b")
    assert told({"CONTENT_TYPE": "text/plain"}, b"pin=12345678") == b"pin=12345678"
    assert told({"HTTP_CONTENT_ENCODING": "gzip"}, b"packed") == bytes(6)


def test_a_body_without_params_and_what_follows_the_end_are_blanked() -> None:
    exchange, stream = Exchange(rules()), Told()
    exchange.channel(STDIN).feed(stream, 0, b"password=")
    exchange.channel(STDERR).feed(stream, 50, b"oops ")
    exchange.answered()
    exchange.channel(STDOUT).feed(stream, 90, b"more")
    assert stream.settled == [(0, bytes(9)), (50, b"oops"), (54, b" "), (90, bytes(4))]
