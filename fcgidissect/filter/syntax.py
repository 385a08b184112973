"""The parts of an expression; `str()` of each is text that parses to an equal one.

`span` is the part's place in the text and no part of its identity.
"""

from dataclasses import dataclass, field
from typing import List, Optional, Tuple, Union

from fcgidissect.filter import cuts, escapes
from fcgidissect.filter.cuts import Cut

Span = Tuple[int, int]


@dataclass(frozen=True)
class Part:
    """Anything that has a place in the text."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Quoted(Part):
    """A string in double quotes."""

    text: str

    def __str__(self) -> str:
        return escapes.written(self.text)


@dataclass(frozen=True)
class Character(Part):
    """A character in single quotes, by its code."""

    code: int

    def __str__(self) -> str:
        return f"'\\x{self.code:02x}'"


@dataclass(frozen=True)
class Reference(Part):
    """A field of the reference row."""

    name: Name

    def __str__(self) -> str:
        return f"${{{self.name}}}"


@dataclass(frozen=True)
class Slice(Part):
    """Parts of a value."""

    value: "Value"
    parts: Tuple[Cut, ...]

    def __str__(self) -> str:
        return f"{self.value}{cuts.written(self.parts)}"


@dataclass(frozen=True)
class Call(Part):
    """A function and its arguments."""

    name: str
    arguments: "Tuple[Value, ...]"

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True)
class Negative(Part):
    """Unary minus."""

    value: "Value"

    def __str__(self) -> str:
        return f"-{self.value}"


@dataclass(frozen=True)
class Arithmetic(Part):
    """Two values and what stands between them."""

    operator: str
    left: "Value"
    right: "Value"

    def __str__(self) -> str:
        return f"{_braced(self.left)} {self.operator} {_braced(self.right)}"


Value = Union[Name, Quoted, Character, Reference, Slice, Call, Negative, Arithmetic]
LITERALS = (Quoted, Character)


@dataclass(frozen=True)
class Present(Part):
    """A value by itself: is it there?"""

    value: Value

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Compare(Part):
    """A comparison, `contains` or `matches`."""

    operator: str
    left: Value
    right: Value
    quantifier: str = ""

    def __str__(self) -> str:
        return f"{_before(self.quantifier)}{self.left} {self.operator} {self.right}"


@dataclass(frozen=True)
class Item(Part):
    """A member of a set: one value, or all from `low` to `high`."""

    low: Value
    high: Optional[Value] = None

    def __str__(self) -> str:
        return str(self.low) if self.high is None else f"{self.low} .. {self.high}"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Not(Part):
    """The opposite of a test."""

    test: "Test"
    depth: int = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"not {_grouped(self.test)}"


@dataclass(frozen=True)
class Junction(Part):
    """Tests joined by one of `and`, `or`, `xor`; none of them is joined by the same."""

    operator: str
    tests: "List[Test]"
    depth: int = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f" {self.operator} ".join(map(_grouped, self.tests))


@dataclass(frozen=True)
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
