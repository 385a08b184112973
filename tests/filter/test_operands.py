"""Values: how tightly their operators bind, and what cannot be one."""

import pytest

from fcgidissect.errors import FilterError
from fcgidissect.filter.operands import DEEPEST, Operands

SHAPES = [
    ("a + b + c", "{a + b} + c"),
    ("a + b * c % d", "a + {{b * c} % d}"),
    ("a & b - c / d", "a & {b - {c / d}}"),
    ("{a + b} * -c", "{a + b} * -c"),
    ("+a - +b", "a - b"),
    ("@a#1[0:2][1]", "@a#[1:1][0:2][1:1]"),
    ("max ( a , b + 1, {c})", "max(a, b + 1, c)"),
    ("f()", "f()"),
    ("${ a#2 } - $b", "${a#[2:1]} - ${b}"),
    (".a", ".a"),
    ("'a'", "'\\x61'"),
]
WRONG = [
    "",
    "+",
    "--a",
    "-{a}",
    "{a",
    "{}",
    "f(a,)",
    "f(,a)",
    "f(a",
    "${a",
    "@",
    "@4 +",
    "a + * b",
]


@pytest.mark.parametrize("text, shape", SHAPES)
def test_shape(text: str, shape: str) -> None:
    assert str(Operands(text).value()) == shape
    assert Operands(shape).value() == Operands(text).value()


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str) -> None:
    with pytest.raises(FilterError):
        Operands(text).value()


@pytest.mark.parametrize("opened, closed", [("{", "}"), ("f(", ")"), ("{1 + ", "}")])
def test_depth(opened: str, closed: str) -> None:
    Operands(opened * DEEPEST + "a" + closed * DEEPEST).value()
    with pytest.raises(FilterError):
        Operands(opened * (DEEPEST + 1) + "a" + closed * (DEEPEST + 1)).value()
