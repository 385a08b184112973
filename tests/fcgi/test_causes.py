"""Why an application may have closed a connection without a word."""

import pytest

from captures.make import records as make
from tests.fcgi.connection import APPLICATION, Connection
from tests.fcgi.streams import GET

CONTENT = make.pairs(GET)


NO_CAUSE = "the records show no cause: it may refuse this peer, or have died"


def params(*contents: bytes) -> bytes:
    return b"".join(make.record(make.PARAMS, 1, content) for content in contents)


@pytest.mark.parametrize(
    "asked, cause",
    [
        (make.request(1, GET), NO_CAUSE),
        (make.begin(1, version=0), "version 0, which is none that is specified"),
        (make.begin(1, 9), "role 9, which is none that is specified"),
        (
            make.begin(1) + make.record(99, 1),
            "a record of the unknown type 99",
        ),
        (
            make.begin(1) + params(CONTENT[:60], CONTENT[60:], b""),
            "the pair SCRIPT_FILENAME is split over two PARAMS records, and php-fpm reads"
            " each PARAMS record alone",
        ),
        (
            make.begin(1) + params(make.pair("X", "x" * 65_524), b""),
            "a PARAMS record of 65530 bytes with its padding; php-fpm takes 65528",
        ),
        (make.begin(1) + params(CONTENT), "PARAMS never ended"),
        (
            make.begin(2) + make.request(1, GET),
            "request id 2 was open on the same connection, and php-fpm takes one at a time",
        ),
    ],
)
def test_likely_cause(asked: bytes, cause: str) -> None:
    connection = Connection().asks(asked).closes(APPLICATION, "RST")
    number = 1 if asked.startswith(make.begin(2)) else 0
    (said,) = [text for text in connection.said(number) if "without an answer" in text]
    assert said.split("; ", 1)[1].replace("likely cause: ", "").startswith(cause)


def test_pairs_cut_between_pairs_are_no_cause() -> None:
    first = make.pair("A", "b")
    asked = make.begin(1) + params(first, CONTENT, b"")
    connection = Connection().asks(asked).closes(APPLICATION, "RST")
    assert connection.said()[0].endswith(NO_CAUSE)
