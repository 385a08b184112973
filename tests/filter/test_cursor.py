"""The place in the tokens, and the error for what cannot stand there."""

import pytest

from fcgidissect.errors import FilterError
from fcgidissect.filter.cursor import Cursor

MESSAGES = [
    ("ip.src", '"ip.src" was not expected here, where a thing could stand.'),
    ("AND", 'Operators are in lower case: write "and".'),
    ("; x", '";" has no meaning here.'),
    ("", "The expression ends too early: a thing is missing."),
]


@pytest.mark.parametrize("text, message", MESSAGES)
def test_unexpected(text: str, message: str) -> None:
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
