"""The place in the tokens, and hints for what cannot stand there."""

import pytest

from fcgidissect.errors import FilterError
from fcgidissect.filter.cursor import Cursor

LOWER = 'Operators are in lower case: write "{}".'
CAPTURE = "This is a capture filter; a display filter names fields: tcp.port == 80."
HINTS = [
    ("AND", LOWER.format("and")),
    ("Contains", LOWER.format("contains")),
    ("BITAND", LOWER.format("bitand")),
    ("port 80", CAPTURE),
    ("not src host www.example", CAPTURE),
    ("tcp dst portrange 1-2", CAPTURE),
    ("ip.src", '"ip.src" was not expected here, where a thing could stand.'),
    ("", "The expression ends too early: a thing is missing."),
]


@pytest.mark.parametrize("text, message", HINTS)
def test_hint(text: str, message: str) -> None:
    assert Cursor(text).unexpected("a thing").message == message


def test_tokens_are_taken_once() -> None:
    cursor = Cursor("a == 4")
    assert [cursor.take().text for _ in range(3)] == ["a", "==", "4"]
    assert cursor.kind == "end"


def test_wanted() -> None:
    cursor = Cursor("( a")
    assert cursor.wanted("(", "a group").span == (0, 1)
    with pytest.raises(FilterError) as wrong:
        cursor.wanted(")", "its end")
    assert (wrong.value.start, wrong.value.end) == (2, 3)
