"""The operators of the filter language: one table for scanner, parser, check and help."""

from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, FrozenSet, NamedTuple, Tuple

from fcgidissect.filter.types import (
    BYTES,
    DATE,
    ETHER,
    FLOAT,
    IPV4,
    IPV6,
    NUMBER,
    ORDERED,
    SEARCHED,
    SPAN,
    Type,
)
from fcgidissect.filter.values import bitand, divide, has, remainder


class Operator(NamedTuple):
    """A word or symbol of the language."""

    name: str
    """The spelling that the parser knows it by and an expression is printed with."""
    spellings: "Tuple[str, ...]"
    title: str
    level: int = 0
    """How tightly it binds conditions, or values; 0 for what does not bind two of them."""
    on: "FrozenSet[Type]" = frozenset()
    """The types of values that it takes."""
    function: Any = None
    """What it makes of two values: a verdict, or another value."""
    mirror: str = ""
    """The comparison that says the same with its sides exchanged."""
    every: bool = False
    """All pairs of values must pass; else one pair is enough."""


LOGIC = (
    Operator("or", ("or", "||"), "one of both", 1),
    Operator("xor", ("xor", "^^"), "one of both, and not both", 2),
    Operator("and", ("and", "&&"), "both", 3),
    Operator("not", ("not", "!"), "the opposite of the comparison to its right"),
)
"""From the loosest to the tightest."""


def _comparison(
    spellings: str, title: str, function: Any, mirror: str, every: bool = False
) -> Operator:
    words = tuple(spellings.split())
    return Operator(words[0], words, title, 0, ORDERED, function, mirror, every)


COMPARISONS = {
    operator.name: operator
    for operator in (
        _comparison("== eq any_eq", "some value is equal", eq, "=="),
        _comparison("!= ne all_ne", "there are values, and all differ", ne, "!=", True),
        _comparison(
            "=== all_eq", "there are values, and all are equal", eq, "===", True
        ),
        _comparison("!== any_ne ~=", "some value differs", ne, "!=="),
        _comparison("> gt", "some value is greater", gt, "<"),
        _comparison(">= ge", "some value is greater or equal", ge, "<="),
        _comparison("< lt", "some value is less", lt, ">"),
        _comparison("<= le", "some value is less or equal", le, ">="),
    )
}

RELATIONS = (
    *COMPARISONS.values(),
    Operator(
        "contains",
        ("contains",),
        "some value has the text or bytes in it",
        0,
        SEARCHED,
        has,
    ),
    Operator(
        "matches", ("matches", "~"), "the pattern is found, in any case", 0, SEARCHED
    ),
    Operator(
        "in", ("in",), "some value is in the set; not in: there are values, and none"
    ),
)

QUANTIFIERS = (
    Operator("any", ("any",), "before a comparison: one value is enough"),
    Operator("all", ("all",), "before a comparison: all values must pass"),
)

_NUMERIC = frozenset((NUMBER, FLOAT, SPAN))
_BITS = frozenset((NUMBER, BYTES, ETHER, IPV4, IPV6))

ARITHMETIC = (
    Operator(
        "&", ("&", "bitand", "bitwise_and"), "bits that both have", 1, _BITS, bitand
    ),
    Operator("+", ("+",), "sum", 2, _NUMERIC | {DATE}, add),
    Operator(
        "-",
        ("-",),
        "difference; before one value: its negative",
        2,
        _NUMERIC | {DATE},
        sub,
    ),
    Operator("*", ("*",), "product", 3, _NUMERIC, mul),
    Operator("/", ("/",), "quotient, truncated", 3, _NUMERIC, divide),
    Operator("%", ("%",), "remainder", 3, frozenset((NUMBER,)), remainder),
)
"""From the loosest to the tightest."""

OPERATORS = {
    operator.name: operator
    for table in (LOGIC, RELATIONS, QUANTIFIERS, ARITHMETIC)
    for operator in table
}
MARKS = "( ) { } , .. ${ $ @".split()
"""What groups and separates."""
SPELLINGS = {
    spelling: operator.name
    for operator in OPERATORS.values()
    for spelling in operator.spellings
} | {mark: mark for mark in MARKS}
"""Each spelling -> the operator's name."""
BINDING = {
    name: operator.level for name, operator in OPERATORS.items() if operator.level
}
"""Operators that stand between two operands -> how tightly they bind."""


def takes(operator: str, kind: Type) -> bool:
    """Values of that type can stand beside the operator."""
    return kind in OPERATORS[operator].on
