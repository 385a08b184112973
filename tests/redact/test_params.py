"""PARAMS: each value by its name, in whatever pieces they come."""

import pytest

from captures.make import records as make
from fcgidissect.redact.names import Names
from fcgidissect.redact.params import Params
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values


def rules() -> Rules:
    return Rules(Values(Names(), Secrets()), False)


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
