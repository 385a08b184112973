"""What messages are made of."""

import pytest

from fcgidissect.filter.wording import LONGEST, alike, brief

KNOWN = ["fcgi.type", "fcgi.type_name", "fcgi.id", "ip.src", "ipv6.src"]


@pytest.mark.parametrize(
    "word, end",
    [
        ("fcgi.typ", "; did you mean fcgi.type or fcgi.type_name?"),
        ("FCGI.ID", "; did you mean fcgi.id?"),
        ("src", "; did you mean ip.src or ipv6.src?"),
        ("zzz", "."),
        ("", "."),
    ],
)
def test_alike(word: str, end: str) -> None:
    assert alike(word, KNOWN) == end


def test_brief() -> None:
    assert brief("a\n\udcff\x1b\u00e9") == r"a\n\udcff\x1b" + "\u00e9"
    assert brief("x" * LONGEST) == "x" * LONGEST
    assert brief("a" * 10_000 + "z") == "a" * 200 + " ... " + "a" * 199 + "z"
