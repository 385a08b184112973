"""A checked filter: bags of typed values, and tests on them; what `build` compiles.

Bags and tests are told apart by identity.
"""

from dataclasses import dataclass
from typing import Any, Callable, Iterator, Optional, Tuple, Union

from fcgidissect.fields import Field
from fcgidissect.filter.cuts import Cut
from fcgidissect.filter.types import Type


@dataclass(eq=False, repr=False)
class Bag:
    """The values of an expression in a row, of one type."""

    type: Type
    field: Optional[Field]
    """The field that a literal beside it is measured by: its width, its names."""


@dataclass(eq=False, repr=False)
class Fetch(Bag):
    """A field's own values; missing where the row has none."""

    access: Any
    raw: bool = False
    """The bytes on the wire instead of the values."""
    layers: Tuple[Cut, ...] = ()
    """Which layers of its protocol; all where empty."""
    of_reference: bool = False
    """Taken from the reference row instead of the row in question."""
    counted: bool = False
    """Only how many there are is asked for."""

    @property
    def plain(self) -> bool:
        """Its values as the row has them."""
        return not (self.raw or self.layers or self.of_reference)


@dataclass(eq=False, repr=False)
class Constant(Bag):
    """One value that is the same for every row."""

    value: Any


@dataclass(eq=False, repr=False)
class Apply(Bag):
    """A function of whole bags."""

    function: Callable[..., Any]
    arguments: Tuple[Bag, ...]
    skips: bool = False
    """A missing argument is left out; it is missing itself where its bag is empty."""
    sliced: bool = False
    """Its values are parts of others, so they compare with bytes of any kind."""


@dataclass(eq=False, repr=False)
class Exists:
    """By itself: is there a value, or one that is not zero or empty?"""

    bag: Bag
    true: bool


@dataclass(eq=False, repr=False)
class Pairs:
    """Two bags: some pair passes the test, or every one of a row that has both."""

    test: Callable[[Any, Any], Any]
    left: Bag
    right: Bag
    every: bool


@dataclass(eq=False, repr=False)
class Each:
    """A bag: some value passes, or every one of a row that has it."""

    test: Callable[[Any], Any]
    bag: Bag
    every: bool


@dataclass(eq=False, repr=False)
class Within:
    """Membership in a set some of whose members are fields."""

    member: Callable[[Any], Any]
    """The test for the members that are constant."""
    bag: Bag
    ranges: Tuple[Tuple[Bag, Optional[Bag]], ...]
    every: bool
    negated: bool


@dataclass(eq=False, repr=False)
class Opposite:
    """The test fails."""

    test: "Test"


@dataclass(eq=False, repr=False)
class Joined:
    """Tests under `and`, `or` or `xor`."""

    operator: str
    tests: "Tuple[Test, ...]"


@dataclass(eq=False, repr=False)
class Always:
    """The empty filter, and what every row has."""


Test = Union[Exists, Pairs, Each, Within, Opposite, Joined, Always]


def fetches(part: "Union[Test, Bag, None]") -> "Iterator[Fetch]":
    """Every field that a test or a bag asks for."""
    if isinstance(part, Fetch):
        yield part
    for inner in _parts(part):
        yield from fetches(inner)


def _parts(part: "Union[Test, Bag, None]") -> "Tuple[Union[Test, Bag, None], ...]":
    if isinstance(part, Apply):
        return part.arguments
    if isinstance(part, Joined):
        return part.tests
    if isinstance(part, Opposite):
        return (part.test,)
    if isinstance(part, Pairs):
        return part.left, part.right
    if isinstance(part, Within):
        return part.bag, *(bag for pair in part.ranges for bag in pair)
    return (part.bag,) if isinstance(part, (Exists, Each)) else ()
