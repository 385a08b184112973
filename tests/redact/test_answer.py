"""Answers: the fields of their header blocks, then their bodies."""

import pytest

from fcgidissect.redact.answer import Answer
from fcgidissect.redact.names import Names
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values


def rules() -> Rules:
    return Rules(Values(Names(), Secrets()), False)


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
