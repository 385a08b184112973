"""What is redacted of a body, by its type and its codings."""

import pytest

from fcgidissect.redact.answer import Answer
from fcgidissect.redact.names import Names
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values


def rules(bodies: bool = False) -> Rules:
    return Rules(Values(Names(), Secrets()), bodies)


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
