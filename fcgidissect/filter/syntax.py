"""The parts of an expression; `str()` of each is text that parses to an equal one.

`span` is the part's place in the text and no part of its identity. Classes are made without
what they do not need, as they are made at every start that has a filter.
"""

from dataclasses import dataclass
from typing import Any, List, Optional, Tuple, Union

from fcgidissect.filter import cuts, escapes
from fcgidissect.filter.cuts import Cut

Span = Tuple[int, int]


@dataclass(eq=False, repr=False)
class Part:
    """Anything that has a place in the text."""

    span: Span

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._self() == other._self()

    def _self(self) -> "dict[str, Any]":
        return {k: v for k, v in vars(self).items() if k not in ("span", "depth")}


@dataclass(eq=False, repr=False)
class Name(Part):
    """A word: a field, or a literal where it is none."""

    text: str
    forced: bool = False
    """Written with a dot before it: a field and nothing else."""
    raw: bool = False
    layers: Tuple[Cut, ...] = ()

    def __str__(self) -> str:
        mark = "@" * self.raw + "." * self.forced
        return (
            mark + self.text + ("#" + cuts.written(self.layers) if self.layers else "")
        )


@dataclass(eq=False, repr=False)
class Quoted(Part):
    """A string in double quotes."""

    text: str

    def __str__(self) -> str:
        return escapes.written(self.text)


@dataclass(eq=False, repr=False)
class Character(Part):
    """A character in single quotes, by its code."""

    code: int

    def __str__(self) -> str:
        return f"'\\x{self.code:02x}'"


@dataclass(eq=False, repr=False)
class Reference(Part):
    """A field of the reference row."""

    name: Name

    def __str__(self) -> str:
        return f"${{{self.name}}}"


@dataclass(eq=False, repr=False)
class Slice(Part):
    """Parts of a value."""

    value: "Value"
    parts: Tuple[Cut, ...]

    def __str__(self) -> str:
        return f"{self.value}{cuts.written(self.parts)}"


@dataclass(eq=False, repr=False)
class Call(Part):
    """A function and its arguments."""

    name: str
    arguments: "Tuple[Value, ...]"

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


@dataclass(eq=False, repr=False)
class Negative(Part):
    """Unary minus."""

    value: "Value"

    def __str__(self) -> str:
        return f"-{self.value}"


@dataclass(eq=False, repr=False)
class Arithmetic(Part):
    """Two values and what stands between them."""

    operator: str
    left: "Value"
    right: "Value"

    def __str__(self) -> str:
        return f"{_braced(self.left)} {self.operator} {_braced(self.right)}"


Value = Union[Name, Quoted, Character, Reference, Slice, Call, Negative, Arithmetic]


@dataclass(eq=False, repr=False)
class Present(Part):
    """A value by itself: is it there?"""

    value: Value

    def __str__(self) -> str:
        return str(self.value)


@dataclass(eq=False, repr=False)
class Compare(Part):
    """A comparison, `contains` or `matches`."""

    operator: str
    left: Value
    right: Value
    quantifier: str = ""

    def __str__(self) -> str:
        return f"{_before(self.quantifier)}{self.left} {self.operator} {self.right}"


@dataclass(eq=False, repr=False)
class Item(Part):
    """A member of a set: one value, or all from `low` to `high`."""

    low: Value
    high: Optional[Value] = None

    def __str__(self) -> str:
        return str(self.low) if self.high is None else f"{self.low} .. {self.high}"


@dataclass(eq=False, repr=False)
class Member(Part):
    """Membership in a set, or the lack of it."""

    value: Value
    items: Tuple[Item, ...]
    negated: bool = False
    quantifier: str = ""

    def __str__(self) -> str:
        how = "not in" if self.negated else "in"
        members = ", ".join(map(str, self.items))
        return f"{_before(self.quantifier)}{self.value} {how} {{{members}}}"


@dataclass(eq=False, repr=False)
class Not(Part):
    """The opposite of a test."""

    test: "Test"
    depth: int
    """Levels of conditions in it; like its place, no part of its identity."""

    def __str__(self) -> str:
        return f"not {_grouped(self.test)}"


@dataclass(eq=False, repr=False)
class Junction(Part):
    """Tests joined by one of `and`, `or`, `xor`; none of them is joined by the same."""

    operator: str
    tests: "List[Test]"
    depth: int
    """Levels of conditions in it; like its place, no part of its identity."""

    def __str__(self) -> str:
        return f" {self.operator} ".join(map(_grouped, self.tests))


@dataclass(eq=False, repr=False)
class Everything(Part):
    """The empty expression."""

    def __str__(self) -> str:
        return ""


Test = Union[Present, Compare, Member, Not, Junction, Everything]


def _before(quantifier: str) -> str:
    return quantifier and quantifier + " "


def _braced(value: Value) -> str:
    return f"{{{value}}}" if isinstance(value, Arithmetic) else str(value)


def _grouped(test: Test) -> str:
    return f"({test})" if isinstance(test, Junction) else str(test)
