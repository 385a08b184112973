"""What all scanners have in common, and those for texts without fields."""

import pytest

from fcgidissect.redact.bodies import scanner
from fcgidissect.redact.names import Names
from fcgidissect.redact.scanner import Blank, Fields, Scanner, Text
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values

FORM = "application/x-www-form-urlencoded"


def values() -> Values:
    return Values(Names(), Secrets())


def test_behind_a_gap_a_text_goes_on_and_fields_do_not() -> None:
    text: Scanner = Text(values())
    assert text.feed(b"one two") + text.cut() == b"one"
    assert text.torn() is text
    form = scanner(values(), FORM)
    before = form.feed(b"a=1&token=s3c") + form.cut()
    assert before.startswith(b"a=1&token") and b"s3c" not in before
    assert form.torn().feed(b"r3t&b=2") == bytes(7)


def test_nothing_of_a_blanked_text_is_left_and_it_is_counted() -> None:
    known = values()
    blank = Blank(known, "why")
    assert blank.feed(b"text") + blank.finish() + blank.cut() == bytes(4)
    assert blank.torn() is blank and known.secrets.blanked == {"why": 4}


def test_the_base_of_all_settles_nothing_by_itself() -> None:
    with pytest.raises(NotImplementedError):
        Fields(values()).feed(b"x")
