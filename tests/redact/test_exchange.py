"""The streams of one request, each byte in its place."""

from typing import Dict, List, Tuple

import pytest

from captures.make import records as make
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.limits import Limits
from fcgidissect.redact.bodies import Form
from fcgidissect.redact.exchange import Channel, Exchange
from fcgidissect.redact.names import Names
from fcgidissect.redact.params import Params
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.stream import Stream, Window
from fcgidissect.redact.values import Values

STDIN, STDOUT, STDERR = RecordType.STDIN, RecordType.STDOUT, RecordType.STDERR
PAIRS = make.pairs({"A": "1", "B": "2"})


def rules() -> Rules:
    return Rules(Values(Names(), Secrets()), False)


class Told(Stream):
    """A stream that notes down what is settled."""

    def __init__(self) -> None:
        super().__init__(Window())
        self.settled: "List[Tuple[int, bytes]]" = []

    def settle(self, at: int, data: bytes) -> None:
        self.settled.append((at, data))


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
