"""An expression and a registry -> a plan: the tests on bags of typed values."""

from contextlib import suppress
from operator import eq, ne
from typing import Any, Callable, List, Optional, Tuple, TypeGuard

from fcgidissect.errors import FilterError
from fcgidissect.fields import value_name
from fcgidissect.filter import literals, syntax, types, values
from fcgidissect.filter.bags import Bags, is_sliced
from fcgidissect.filter.complaints import Complaints
from fcgidissect.filter.functions import own
from fcgidissect.filter.operators import COMPARISONS, takes
from fcgidissect.filter.patterns import pattern
from fcgidissect.filter.plan import (
    Always,
    Apply,
    Bag,
    Constant,
    Each,
    Exists,
    Fetch,
    Joined,
    Opposite,
    Pairs,
    Test,
    Within,
)
from fcgidissect.filter.syntax import Name, Part, Quoted, Value
from fcgidissect.filter.types import Type

_EVERY = {"any": False, "all": True}


def check(test: syntax.Test, text: str, registry: Any) -> Test:
    """The plan of an expression; `text` is for messages.

    Raises:
        FilterError: a name is unknown, or types do not fit.
    """
    return _Checker(Complaints(text, registry), registry).test(test)


class _Checker:
    """Checks one expression, from the outside in."""

    def __init__(self, complaints: Complaints, registry: Any) -> None:
        self.complain = complaints
        self.bags = Bags(complaints, registry)

    def test(self, test: syntax.Test) -> Test:
        if isinstance(test, syntax.Junction):
            return Joined(test.operator, tuple(map(self.test, test.tests)))
        if isinstance(test, syntax.Not):
            return Opposite(self.test(test.test))
        if isinstance(test, syntax.Compare):
            return self.relation(test)
        if isinstance(test, syntax.Member):
            return self.member(test)
        return Always() if isinstance(test, syntax.Everything) else self.present(test)

    def present(self, test: syntax.Present) -> Test:
        bag = self.bags.typed(test.value)
        if bag is None:
            raise self.complain.alone(test.value)
        if isinstance(test.value, syntax.Arithmetic) and bag.type in types.SLICED:
            bag = Apply(types.BOOLEAN, None, values.each(any), (bag,))
        if isinstance(bag, Fetch) and bag.plain and bag.access.always:
            return Always()
        return Exists(bag, isinstance(bag, Apply))

    def relation(self, test: syntax.Compare) -> Test:
        if test.operator == "matches":
            return self.match(test)
        if test.operator == "contains":
            return self.contain(test)
        left, right = self.sides(test)
        for side, part in ((left, test.left), (right, test.right)):
            if not takes(test.operator, side.type):
                raise self.complain.unable(part, side.type, test.operator)
        comparison = COMPARISONS[test.operator]
        every = _EVERY.get(test.quantifier, comparison.every)
        if _is_network(left):
            left, right = right, left
            comparison = COMPARISONS[comparison.mirror]
        if _is_network(right):
            return _with_network(comparison.function, left, right.value, every)
        return Pairs(comparison.function, left, right, every)

    # Searches

    def match(self, test: syntax.Compare) -> Test:
        bag = self.searched(test.left, "matches")
        if not isinstance(test.right, Quoted):
            message = "The pattern after matches must stand in double quotes."
            raise self.complain.wrong(test.right, message)
        try:
            search = pattern(test.right.text, bag.type is not types.TEXT)
        except ValueError as wrong:
            raise self.complain.wrong(test.right, str(wrong)) from None
        return Each(search, bag, test.quantifier == "all")

    def contain(self, test: syntax.Compare) -> Test:
        right = self.bags.typed(test.right)
        if right is not None and self.bags.typed(test.left) is None:
            left = self.bags.first(right, test.left)
        else:
            left = self.searched(test.left, "contains")
        if right is None:
            part = left.type is types.ETHER and isinstance(test.right, Name)
            right = self.bags.against(_BYTES if part else left, test.right)
        elif not takes("contains", right.type):
            raise self.complain.unable(test.right, right.type, "contains")
        elif not _compatible(left.type, right.type):
            raise self.complain.differ(test, left.type, right.type)
        return Pairs(values.has, left, own(right), test.quantifier == "all")

    def searched(self, node: Value, operator: str) -> Bag:
        """What is searched; a number whose values have names stands for the name."""
        bag = self.bags.typed(node)
        if bag is None:
            raise self.complain.constants(node)
        if takes(operator, bag.type):
            return bag
        field = bag.field
        if field is None or field.names is None or not isinstance(bag, Fetch):
            raise self.complain.unable(node, bag.type, operator)

        def name(value: Any) -> Optional[str]:
            assert field is not None
            return value_name(field, value)

        return Apply(types.TEXT, None, values.each(name), (bag,))

    # Sets

    def member(self, test: syntax.Member) -> Test:
        bag = self.bags.typed(test.value)
        if bag is None:
            raise self.complain.alone(test.value)
        if not isinstance(bag, Fetch):
            message = "Only a field can be tested for being in a set."
            raise self.complain.wrong(test.value, message)
        subject = own(bag)
        every = _EVERY.get(test.quantifier, test.negated)
        ranges: "List[Tuple[Any, Any]]" = []
        asked: "List[Tuple[Bag, Optional[Bag]]]" = []
        for item in test.items:
            low = self.element(subject, item.low)
            high = None if item.high is None else self.element(subject, item.high)
            last = high or low
            if isinstance(low, Constant) and isinstance(last, Constant):
                ranges.append((_ends(low.value)[0], _ends(last.value)[1]))
            else:
                asked.append((low, high))
        within = values.members(ranges)
        if asked:
            return Within(within, subject, tuple(asked), every, test.negated)
        return Each(values.outside(within) if test.negated else within, subject, every)

    def element(self, subject: Bag, node: Value) -> Bag:
        inner = node.value if isinstance(node, syntax.Negative) else node
        if isinstance(inner, syntax.Slice):
            raise self.complain.wrong(node, "A slice may not stand in a set.")
        bag = self.bags.typed(node)
        if bag is None:
            return self.bags.against(subject, node)
        if not _compatible(subject.type, own(bag).type):
            raise self.complain.differ(node, subject.type, bag.type)
        return own(bag)

    # The two sides of a comparison

    def sides(self, test: syntax.Compare) -> "Tuple[Bag, Bag]":
        """Both as bags of types that compare."""
        left, right = self.bags.typed(test.left), self.bags.typed(test.right)
        if left is None:
            if right is None:
                raise self.complain.constants(test.left, test.right)
            return self.bags.first(own(right), test.left), own(right)
        if right is None:
            return self.literal_side(own(left), test.right)
        sliced = is_sliced(left) or is_sliced(right)
        if types.PROTOCOL in (left.type, right.type) and left.type is not right.type:
            if not sliced:
                raise self.complain.differ(test, left.type, right.type)
        left, right = own(left), own(right)
        if sliced and left.type is not right.type:
            left, right = self.as_bytes(test, left, right)
        if not _compatible(left.type, right.type):
            raise self.complain.differ(test, left.type, right.type)
        return left, right

    def as_bytes(self, test: Part, left: Bag, right: Bag) -> "Tuple[Bag, Bag]":
        """A slice beside something else: both as bytes, if that has bytes."""
        if not {left.type, right.type} <= types.SLICED:
            raise self.complain.differ(test, left.type, right.type)
        return _bytes(left), _bytes(right)

    def literal_side(self, left: Bag, node: Value) -> "Tuple[Bag, Bag]":
        """A slice of text beside bytes spelled with marks is compared as bytes.

        So it was until Wireshark 4.0; since then such a slice is text.
        """
        text = left.type is types.TEXT and is_sliced(left)
        if text and isinstance(node, Name) and not node.text.isalnum():
            with suppress(FilterError):
                return _bytes(left), self.bags.against(_BYTES, node)
        return left, self.bags.against(left, node)


_BYTES = Bag(types.BYTES, None)


def _is_network(bag: Bag) -> "TypeGuard[Constant]":
    return isinstance(bag, Constant) and isinstance(bag.value, literals.Network)


def _with_network(
    test: "Callable[[Any, Any], bool]", bag: Bag, network: literals.Network, every: bool
) -> Test:
    """Equality is being in the network; order compares without the bits behind the prefix."""
    inside = values.members([(network.first, network.last)])
    if test in (eq, ne):
        return Each(inside if test is eq else values.outside(inside), bag, every)
    mask = values.each(values.masked(network.bits))
    masked = Apply(bag.type, None, mask, (bag,))
    return Pairs(test, masked, Constant(bag.type, None, network.first), every)


def _compatible(left: Type, right: Type) -> bool:
    """They compare; a boolean is a number, but a number no boolean."""
    both = {left, right}
    if left is right or both <= types.BYTE_LIKE or both <= types.NUMERIC:
        return True
    return left is types.NUMBER and right is types.BOOLEAN


def _bytes(bag: Bag) -> Bag:
    if bag.type is types.TEXT:
        return Apply(types.BYTES, None, values.encoded, (bag,))
    return Apply(types.BYTES, None, list, (bag,))


def _ends(value: Any) -> "Tuple[Any, Any]":
    """The first and last value that a literal stands for."""
    if isinstance(value, literals.Network):
        return value.first, value.last
    return value, value
