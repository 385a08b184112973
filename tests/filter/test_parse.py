"""Tokens to expressions: precedence, forms, errors with their place, depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.errors import FilterError
from fcgidissect.filter.parse import DEEPEST, parse
from fcgidissect.filter.syntax import Everything, Junction
from tests.filter.expressions import expressions

SAME = [
    ("a or b and c", "a or (b and c)"),
    ("a or b xor c and d", "a or (b xor (c and d))"),
    ("a and b or c", "(a and b) or c"),
    ("a || b && c ^^ d", "a or ((b and c) xor d)"),
    ("not a and b", "(not a) and b"),
    ("!a == 4", "not (a == 4)"),
    ("! ! a", "not (not a)"),
    ("((a))", "a"),
    ("(a or b) or c", "a or (b or c)"),
    ("a < b < c", "a < b and b < c"),
    ("any a < b <= c", "any a < b and any b <= c"),
    ("a eq b", "a == b"),
    ("a !in {b}", "a not in {b}"),
    ('a ~ "b"', 'a matches "b"'),
    ("a + b * c == d", "a + {b * c} == d"),
    ("a - b - c", "{a - b} - c"),
    ("a & b + c", "a & {b + c}"),
    ("{{a}}", "a"),
    ("+a == b", "a == b"),
    ("x[0:2][1]", "x[0:2] [1:1]"),
    ("x#1", "x #[1]"),
    ("f ( a , b )", "f(a, b)"),
    ("$a == b", "${a} == b"),
    ("a == '\\x41'", "a == 'A'"),
]

WRONG = [
    (
        'a ~ +"b"',
        "     ^^^",
        "Arithmetic may not stand beside contains, matches or in.",
    ),
    ("-a in {4}", "^^", "Arithmetic may not stand beside contains, matches or in."),
    ("a == /login", "     ^", "Text must stand in double quotes."),
    ("a contains *x", "           ^", "Text must stand in double quotes."),
    ("a and", "     ", "The expression ends too early: a field or a value is missing."),
    ("(a", "  ", 'The expression ends too early: a ")" is missing.'),
    ("{a == b", "   ^^", "{ } group arithmetic: conditions are grouped by ( )."),
    ("{a + 1", "      ", 'The expression ends too early: a "}" is missing.'),
    (
        "a)",
        " ^",
        'This ")" closes nothing.',
    ),
    ("()", " ^", '")" was not expected here, where a field or a value could stand.'),
    (
        "and a",
        "^^^",
        '"and" was not expected here, where a field or a value could stand.',
    ),
    (
        "(a + 1) == 5",
        "        ^^",
        "( ) group conditions: arithmetic is grouped by { }.",
    ),
    (
        "a == (4)",
        "     ^",
        "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }.",
    ),
    ("a AND b", "  ^^^", 'Operators are in lower case: write "and".'),
    ("a EQ b", "  ^^", 'Operators are in lower case: write "eq".'),
    ("a CONTAINS b", "  ^^^^^^^^", 'Operators are in lower case: write "contains".'),
    (
        "tcp port 80",
        "    ^^^^",
        "This is a capture filter; a display filter names fields: tcp.port == 80.",
    ),
    (
        "host 10.0.0.1 and port 80",
        "     ^^^^^^^^",
        "This is a capture filter; a display filter names fields: tcp.port == 80.",
    ),
    (
        "any a",
        "     ",
        'The expression ends too early: a comparison after "any" is missing.',
    ),
    (
        "any (a == b)",
        "    ^",
        "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }.",
    ),
    (
        "a + 1 in {5}",
        "^^^^^",
        "Arithmetic may not stand beside contains, matches or in.",
    ),
    ("{a} in {5}", " ^", "Arithmetic may not stand beside contains, matches or in."),
    (
        "a contains b + 1",
        "           ^^^^^",
        "Arithmetic may not stand beside contains, matches or in.",
    ),
    (
        "a in {4 5}",
        "        ^",
        '"5" was not expected here, where a "," or "}" of the set could stand.',
    ),
    (
        "a in {}",
        "      ^",
        '"}" was not expected here, where a field or a value could stand.',
    ),
    (
        "a in 4",
        "     ^",
        '"4" was not expected here, where a set such as {1, 4..7} after "in" could stand.',
    ),
    (
        "a not contains b",
        "  ^^^",
        "The not stands before all of it: not x contains y.",
    ),
    (
        "--a == 4",
        " ^",
        '"-" was not expected here, where a field or a value could stand.',
    ),
    ("f(a b)", "    ^", '"b" was not expected here, where a "," or ")" could stand.'),
    (
        "f(a)#1",
        "    ^^",
        '"#1" was not expected here, where an operator such as "and" could stand.',
    ),
    ("${a", "   ", 'The expression ends too early: a "}" is missing.'),
]


@pytest.mark.parametrize("one, other", SAME)
def test_same_expression(one: str, other: str) -> None:
    assert parse(one) == parse(other)
    assert parse(one) == parse(str(parse(one)))


@pytest.mark.parametrize("text", ["", "  \t\n"])
def test_nothing_is_everything(text: str) -> None:
    assert isinstance(parse(text), Everything)
    assert str(parse(text)) == ""


@pytest.mark.parametrize("text, marked, message", WRONG)
def test_wrong(text: str, marked: str, message: str) -> None:
    with pytest.raises(FilterError) as wrong:
        parse(text)
    error = wrong.value
    assert error.message == message
    assert " " * error.start + "^" * (error.end - error.start) == marked


@pytest.mark.parametrize("text", ["a b", "a\nor b c", "4 4"])
def test_two_values_in_a_row(text: str) -> None:
    with pytest.raises(FilterError):
        parse(text)


@given(expressions())
def test_text_of_an_expression_is_the_expression(text: str) -> None:
    try:
        parsed = parse(text)
    except FilterError:
        return
    assert parse(str(parsed)) == parsed


def test_parentheses_nest_without_limit() -> None:
    assert parse("(" * 10_000 + "a" + ")" * 10_000) == parse("a")


@pytest.mark.parametrize(
    "text",
    [
        "!" * 10_000 + "a",
        "{" * 10_000 + "a" + "}" * 10_000,
        "(a and (b or " * 5_000 + "c" + "))" * 5_000,
        "f(" * 10_000 + "a" + ")" * 10_000,
        "a" + " + 1" * 10_000,
        "a" + "[0:1]" * 10_000,
        "not (a and " * 10_000,
    ],
)
def test_what_nests_deeper_is_an_error(text: str) -> None:
    with pytest.raises(FilterError) as wrong:
        parse(text)
    assert str(DEEPEST) in wrong.value.message or "too early" in wrong.value.message


def test_a_megabyte_gets_an_answer() -> None:
    long = parse(" or ".join(f"a == {number}" for number in range(70_000)))
    assert isinstance(long, Junction) and len(long.tests) == 70_000


@given(st.text(max_size=30))
def test_any_text_is_an_expression_or_a_filter_error(text: str) -> None:
    try:
        parsed = parse(text)
    except FilterError as wrong:
        assert 0 <= wrong.start <= wrong.end <= len(text)
    else:
        assert parse(str(parsed)) == parsed


@given(
    st.lists(
        st.sampled_from(
            'a 4 == < in { } ( ) [0] #1 , .. and or not ! - + any f( $ @ "'.split()
        )
    )
)
def test_any_tokens_are_an_expression_or_a_filter_error(words: "list[str]") -> None:
    try:
        parsed = parse(" ".join(words))
    except FilterError:
        return
    assert parse(str(parsed)) == parsed
