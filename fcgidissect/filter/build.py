"""A plan -> one Python function of a row.

The plan is written as the source of a lambda, which is compiled once. Fields become calls
of their getters, constants and helpers become names; `some` and `every` pass over bags in C
(`any(map(...))`), so that a plain comparison costs little more than its getter.
"""

from itertools import repeat
from operator import contains
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Union

from fcgidissect.filter import plan, values
from fcgidissect.filter.operators import COMPARISONS
from fcgidissect.filter.plan import Apply, Bag, Constant, Fetch, Test

Getter = Callable[[Any], Sequence[Any]]

_MIRROR = {
    comparison.function: COMPARISONS[comparison.mirror].function
    for comparison in COMPARISONS.values()
}
"""A test of (one, other) -> the test that says the same of (other, one)."""


class Built(NamedTuple):
    """A compiled plan and the text that it was compiled from."""

    matches: Callable[[Any], bool]
    source: str


def build(test: Test, getter: "Callable[[Fetch], Union[Getter, str]]") -> Built:
    """The function for a plan.

    Args:
        getter: how a field's values are had from a row: a function, or the source of them.
    """
    writer = _Writer(getter)
    source = f"lambda row: {writer.test(test)}"
    names = {name: thing for name, thing in writer.names.values()}
    matches: "Callable[[Any], bool]" = eval(compile(source, "<filter>", "eval"), names)
    return Built(matches, source)


class _Writer:
    """Writes tests and bags as source and keeps what their names stand for."""

    def __init__(self, getter: "Callable[[Fetch], Union[Getter, str]]") -> None:
        self.getter = getter
        self.names: "dict[Any, tuple[str, Any]]" = {}
        self.held: "dict[Bag, str]" = {}

    def name(self, thing: Any, stem: str, key: Any = None) -> str:
        """A name for something; the same one for the same key."""
        key = id(thing) if key is None else key
        if key not in self.names:
            self.names[key] = f"{stem}_{len(self.names)}", thing
        return self.names[key][0]

    def function(self, function: "Callable[..., Any]", stem: str) -> str:
        """A name for a function, by its own name if it has one."""
        own = function.__name__.strip("_")
        return self.name(function, own if own.isidentifier() else stem)

    # Tests

    def test(self, test: Test) -> str:
        return getattr(self, "_" + type(test).__name__.lower())(test)  # type: ignore[no-any-return]

    def _always(self, _: plan.Always) -> str:
        return "True"

    def _opposite(self, test: plan.Opposite) -> str:
        return f"(not {self.test(test.test)})"

    def _joined(self, test: plan.Joined) -> str:
        tests = list(map(self.test, test.tests))
        if test.operator == "xor":
            return f"{self.name(values.odd, 'odd')}({', '.join(tests)})"
        return "(" + f" {test.operator} ".join(tests) + ")"

    def _exists(self, test: plan.Exists) -> str:
        bag = self.bag(test.bag)
        return f"any({bag})" if test.true else f"(not not {bag})"

    def _each(self, test: plan.Each) -> str:
        return self.passing(self.function(test.test, "test"), test.bag, test.every)

    def _within(self, test: plan.Within) -> str:
        ranges = (
            f"({self.bag(low)}, {None if high is None else self.bag(high)})"
            for low, high in test.ranges
        )
        member = self.name(test.member, "member")
        call = f"{self.name(values.within, 'within')}({member}, {', '.join(ranges)})"
        if test.negated:
            call = f"{self.name(values.outside, 'outside')}({call})"
        return self.passing(call, test.bag, test.every)

    def _pairs(self, test: plan.Pairs) -> str:
        if isinstance(test.right, Constant):
            return self.against(test.test, test.left, test.right.value, test.every)
        if isinstance(test.left, Constant) and test.test in _MIRROR:
            mirror = _MIRROR[test.test]
            return self.against(mirror, test.right, test.left.value, test.every)
        helper = values.every_pair if test.every else values.some_pair
        function = self.function(helper, "pairs")
        decide = self.function(test.test, "test")

        def call(left: str, right: str) -> str:
            return f"{function}({decide}, {left}, {right})"

        if not test.every:
            return call(self.bag(test.left), self.bag(test.right))
        return self.where_present(call, test.left, test.right)

    def against(self, test: Any, bag: Bag, value: Any, every: bool) -> str:
        """A bag and a constant."""
        if test is values.has:
            return self.having(bag, value, every)
        equal = test.__name__ == "eq" and not every
        if equal or test.__name__ == "ne" and every:
            written = self.constant(value)
            if equal:
                return f"({written} in {self.bag(bag)})"
            return self.where_present(lambda bag: f"({written} not in {bag})", bag)
        method = getattr(value, f"__{_MIRROR[test].__name__}__")
        return self.passing(self.name(method, test.__name__), bag, every)

    def having(self, bag: Bag, needle: Any, every: bool) -> str:
        if not needle:
            return "False"
        has = self.name(contains, "contains")
        needles = self.name(repeat(needle), "each", ("needle", needle))
        if not every:
            return f"any(map({has}, {self.bag(bag)}, {needles}))"
        return self.where_present(lambda bag: f"all(map({has}, {bag}, {needles}))", bag)

    def passing(self, test: str, bag: Bag, every: bool) -> str:
        """Some or all values pass a test that has that name."""
        if not every:
            return f"any(map({test}, {self.bag(bag)}))"
        return self.where_present(lambda bag: f"all(map({test}, {bag}))", bag)

    def where_present(self, answer: "Callable[..., str]", *bags: Bag) -> str:
        """A test of all values, which is false where a field is missing."""
        conditions = []
        for need in dict.fromkeys(need for bag in bags for need in _needs(bag)):
            source = self.bag(need)
            self.held[need] = f"bag_{len(self.held)}"
            conditions.append(f"({self.held[need]} := {source})")
        test = answer(*map(self.bag, bags))
        return f"({test} if {' and '.join(conditions)} else False)"

    # Bags

    def bag(self, bag: Bag) -> str:
        if bag in self.held:
            return self.held[bag]
        if isinstance(bag, Fetch):
            return self.fetched(bag)
        if isinstance(bag, Constant):
            return f"({self.constant(bag.value)},)"
        assert isinstance(bag, Apply)
        function = self.function(bag.function, "each")
        return f"{function}({', '.join(map(self.bag, bag.arguments))})"

    def fetched(self, bag: Fetch) -> str:
        name = bag.access.field.name
        key = name, bag.raw, bag.layers, bag.of_reference, bag.counted
        if key not in self.names:
            getter = self.getter(bag)
            if isinstance(getter, str):
                return getter
            stem = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
            self.name(getter, stem, key)
        return f"{self.names[key][0]}(row)"

    def constant(self, value: Any) -> str:
        if isinstance(value, (int, bytes)):
            return repr(value)
        return self.name(value, "value", (type(value), value))


def _needs(bag: Bag) -> "List[Bag]":
    """What must have values for a comparison of the bag to be any."""
    if isinstance(bag, Constant):
        return []
    if isinstance(bag, Apply) and not bag.skips:
        return [need for argument in bag.arguments for need in _needs(argument)]
    return [bag]


def row_getter(reference: Optional[Any]) -> "Callable[[Fetch], Getter]":
    """How fields are had from rows; references from the one row given."""

    def getter(bag: Fetch) -> Getter:
        get = _own_getter(bag)
        if not bag.of_reference:
            return get
        kept = () if reference is None else get(reference)
        return lambda row: kept

    return getter


def _own_getter(bag: Fetch) -> Getter:
    access = bag.access
    if bag.counted and access.times is not None and not bag.layers:
        return lambda row: range(access.times(row))
    if not bag.layers:
        return access.raw if bag.raw else access.get  # type: ignore[no-any-return]
    if not bag.raw:
        return lambda row: values.selected(bag.layers, access.layers(row))

    def raw_layers(row: Any) -> "Sequence[Any]":
        layers = values.grouped(access.layers(row), access.raw(row))
        return values.selected(bag.layers, layers)

    return raw_layers
