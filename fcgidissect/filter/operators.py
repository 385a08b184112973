"""The operators of the filter language: one table for scanner, parser, check and help."""

from operator import eq, ge, gt, le, lt, ne
from typing import Any, Callable, NamedTuple


class Operator(NamedTuple):
    """A word or symbol of the language."""

    name: str
    """The spelling that the parser knows it by and an expression is printed with."""
    spellings: "tuple[str, ...]"
    title: str


class Comparison(NamedTuple):
    """How a comparison is decided on two bags of values."""

    test: "Callable[[Any, Any], bool]"
    mirror: str
    """The comparison that says the same with its sides exchanged."""
    every: bool = False
    """All pairs must pass; else one pair is enough."""


LOGIC = (
    Operator("or", ("or", "||"), "one of both"),
    Operator("xor", ("xor", "^^"), "one of both, and not both"),
    Operator("and", ("and", "&&"), "both"),
    Operator("not", ("not", "!"), "the opposite of the whole comparison to its right"),
)
"""From the loosest to the tightest."""

RELATIONS = (
    Operator("==", ("==", "eq", "any_eq"), "some value is equal"),
    Operator("!=", ("!=", "ne", "all_ne"), "there are values, and all differ"),
    Operator("===", ("===", "all_eq"), "there are values, and all are equal"),
    Operator("!==", ("!==", "any_ne", "~="), "some value differs"),
    Operator(">", (">", "gt"), "some value is greater"),
    Operator(">=", (">=", "ge"), "some value is greater or equal"),
    Operator("<", ("<", "lt"), "some value is less"),
    Operator("<=", ("<=", "le"), "some value is less or equal"),
    Operator("contains", ("contains",), "some value has the text or bytes in it"),
    Operator("matches", ("matches", "~"), "the pattern is found, in any case"),
    Operator(
        "in", ("in",), "some value is in the set; not in: there are values, and none"
    ),
)

COMPARISONS = {
    "==": Comparison(eq, "=="),
    "!=": Comparison(ne, "!=", every=True),
    "===": Comparison(eq, "===", every=True),
    "!==": Comparison(ne, "!=="),
    ">": Comparison(gt, "<"),
    ">=": Comparison(ge, "<="),
    "<": Comparison(lt, ">"),
    "<=": Comparison(le, ">="),
}

QUANTIFIERS = (
    Operator("any", ("any",), "before a comparison: one value is enough"),
    Operator("all", ("all",), "before a comparison: all values must pass"),
)

ARITHMETIC = (
    Operator("&", ("&", "bitand", "bitwise_and"), "bits that both have"),
    Operator("+", ("+",), "sum"),
    Operator("-", ("-",), "difference; before one value: its negative"),
    Operator("*", ("*",), "product"),
    Operator("/", ("/",), "quotient, truncated"),
    Operator("%", ("%",), "remainder"),
)

BINDING = {"&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3, "or": 1, "xor": 2, "and": 3}
"""Operators that stand between two operands -> how tightly they bind."""

MARKS = "( ) { } , .. ${ $ @".split()
"""What groups and separates."""

SPELLINGS = {
    spelling: operator.name
    for table in (LOGIC, RELATIONS, QUANTIFIERS, ARITHMETIC)
    for operator in table
    for spelling in operator.spellings
} | {mark: mark for mark in MARKS}
"""Each spelling -> the operator's name."""
