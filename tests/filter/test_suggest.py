"""Words that look alike."""

import pytest

from fcgidissect.filter.suggest import alike

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
