"""What messages are made of."""

import pytest

from fcgidissect.filter.wording import AROUND, LONGEST, SHOWN, alike, brief, marked

KNOWN = ["fcgi.type", "fcgi.type_name", "fcgi.id", "ip.src", "ipv6.src"]


@pytest.mark.parametrize(
    "word, end",
    [
        ("fcgi.typ", "; did you mean fcgi.type or fcgi.type_name?"),
        ("FCGI.ID", "; did you mean fcgi.id?"),
        ("src", "; did you mean ip.src or ipv6.src?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_alike(word: str, end: str) -> None:
    assert alike(word, KNOWN) == end


def test_brief() -> None:
    assert brief("a\n\udcff\x1b\u00e9") == r"a\n\xff\x1b" + "\u00e9"
    assert brief("x" * LONGEST) == "x" * LONGEST
    assert brief("a" * 10_000 + "z") == "a" * 200 + " ... " + "a" * 199 + "z"


LONG = "a" * 300 + "(wrong)" + "z" * 300
MARKED = [
    ("a == b", 2, 4, "    a == b", "      ^^"),
    ("a ==", 4, 4, "    a ==", "        ^"),
    ("a\n== b", 2, 4, r"    a\n== b", "       ^^"),
    (
        LONG,
        300,
        307,
        f"    ... {'a' * AROUND}(wrong){'z' * AROUND} ...",
        " " * (8 + AROUND) + "^" * 7,
    ),
    (LONG, 0, 607, f"    {'a' * 2 * AROUND} ...", "    " + "^" * AROUND),
    (LONG, 607, 607, f"    ... {'z' * AROUND}", " " * (8 + AROUND) + "^"),
    ("x" * SHOWN, 0, 1, "    " + "x" * SHOWN, "    ^"),
]


@pytest.mark.parametrize("expression, start, end, text, carets", MARKED)
def test_marked(expression: str, start: int, end: int, text: str, carets: str) -> None:
    assert marked(expression, start, end) == f"{text}\n{carets}"
