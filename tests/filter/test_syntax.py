"""Parts of an expression as text."""

import pytest

from fcgidissect.filter import syntax
from fcgidissect.filter.cuts import Cut
from fcgidissect.filter.syntax import Name

AT = (0, 0)
A = Name(AT, "a")
PARTS = [
    (A, "a"),
    (Name(AT, "a", forced=True), ".a"),
    (Name(AT, "a", raw=True, layers=(Cut(1, 1),)), "@a#[1:1]"),
    (syntax.Quoted(AT, 'a"\n\udcff'), r'"a\"\x0a\xff"'),
    (syntax.Character(AT, 65), r"'\x41'"),
    (syntax.Reference(AT, A), "${a}"),
    (syntax.Slice(AT, A, (Cut(0, None), Cut(-2, 1))), "a[0:,-2:1]"),
    (syntax.Call(AT, "f", (A, A)), "f(a, a)"),
    (syntax.Negative(AT, A), "-a"),
    (syntax.Arithmetic(AT, "+", syntax.Arithmetic(AT, "*", A, A), A), "{a * a} + a"),
    (syntax.Compare(AT, "==", A, A, "all"), "all a == a"),
    (
        syntax.Member(AT, A, (syntax.Item(AT, A, A),), True, "any"),
        "any a not in {a .. a}",
    ),
    (
        syntax.Not(AT, syntax.Junction(AT, "or", [syntax.Present(AT, A)] * 2, 1), 2),
        "not (a or a)",
    ),
]


@pytest.mark.parametrize("part, text", PARTS)
def test_text(part: syntax.Part, text: str) -> None:
    assert str(part) == text


def test_place_is_no_part_of_identity() -> None:
    assert Name((0, 1), "a") == Name((5, 6), "a") != Name((0, 1), "b")
