"""What people write that have other languages in their fingers, and what they are told."""

import pytest

from fcgidissect.filter.habits import hint
from fcgidissect.filter.scan import scan
from tests.filter.language import rejects

LOWER = 'Operators are in lower case: write "{}".'
CAPTURE = "This is a capture filter; a display filter names fields: tcp.port == 80."
PRESENCE = "A field by itself asks whether it is there."
AMPERSAND = 'A single "&" takes the bits of two values: conditions are joined by "&&".'
QUOTES = 'Quotes are plain ones: "text".'
TOLD = [
    ("fcgi AND fcgi", "AND", LOWER.format("and")),
    ('fcgi.nv_name Contains "x"', "Contains", LOWER.format("contains")),
    ("port 80", "80", CAPTURE),
    ("not src host www.example", "host", CAPTURE),
    ("tcp dst portrange 1-2", "dst", CAPTURE),
    ("fcgi.nv_name exists", "exists", PRESENCE),
    ("exists fcgi.nv_name", "fcgi.nv_name", PRESENCE),
    ("fcgi.nv_name is present", "is", PRESENCE),
    ('fcgi.nv_name startswith "H"', "startswith", 'Text that begins so is asked for by matches "^...".'),
    ("fcgi.id mod 2 == 0", "mod", 'The remainder of a division is written "%".'),
    ("fcgi.id between 1 and 4", "between", "A range stands in a set: in {1..4}."),
    ("fcgi.id in (1, 2)", "(", "A set stands in braces: in {1, 2}."),
    ("fcgi.id == 1, 2", ",", "Several values make a set: in {1, 2}."),
    ("fcgi.id == 1..4", "..", "A range stands in a set: in {1..4}."),
    ("fcgi.id in {1-4}", "1-4", '"1-4" is not a valid number: a range is written 1..4.'),
    ("fcgi.id == 4)", ")", 'This ")" closes nothing.'),
    ("(fcgi) == 4", "==", "( ) group conditions: arithmetic is grouped by { }."),
    ("fcgi.id == (4)", "(", "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }."),
    ('fcgi.nv_name not contains "x"', "not", "The not stands before all of it: not x contains y."),
    ('fcgi.nv_name !~ "x"', "!", "The not stands before all of it: not x matches y."),
    ('fcgi.nv_name =~ "x"', "=", '"=~" is no operator: write "~" or "matches".'),
    ("fcgi.nv_name == /x", "/", "Text must stand in double quotes."),
    ("fcgi.nv_name matches /^x/", "/", "Text must stand in double quotes."),
    ("fcgi.nv_name == \u201cx\u201d", "\u201c", QUOTES),
    ("fcgi.nv_name == `x`", "`", QUOTES),
    ("fcgi.id == 1 & ip.src == 10.0.0.1", "1 & ip.src", AMPERSAND),
    ("ip.src == 10.0.0.*", ".", 'A "." has no meaning here: networks are written 10.0.0.0/8, ranges 1..4.'),
    ('"fcgi.id == 4"', '"fcgi.id == 4"', "All of the filter stands in quotes: leave them out."),
]  # fmt: skip


@pytest.mark.parametrize("expression, marked, message", TOLD)
def test_what_is_told(expression: str, marked: str, message: str) -> None:
    assert rejects(expression) == (message, marked)


def test_what_nobody_means_anything_by() -> None:
    tokens = scan("fcgi.type fcgi.id")
    assert hint("fcgi.type fcgi.id", tokens, 1) == ""
