"""An expression and a registry -> a plan: names become fields, literals typed values."""

from dataclasses import replace
from operator import neg
from typing import Any, List, Optional, Tuple

from fcgidissect.errors import FilterError
from fcgidissect.fields import value_name
from fcgidissect.filter import literals, syntax, types, values
from fcgidissect.filter.constants import constant
from fcgidissect.filter.functions import FUNCTIONS, own
from fcgidissect.filter.operators import COMPARISONS
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
from fcgidissect.filter.suggest import alike
from fcgidissect.filter.syntax import Name, Part, Quoted, Value
from fcgidissect.filter.types import Type


def check(test: syntax.Test, text: str, registry: Any) -> Test:
    """The plan of an expression; `text` is for messages.

    Raises:
        FilterError: a name is unknown, or types do not fit.
    """
    return _Checker(text, registry).test(test)


class _Checker:
    def __init__(self, text: str, registry: Any) -> None:
        self.text = text
        self.registry = registry

    def wrong(self, part: Part, message: str) -> FilterError:
        return FilterError(message, self.text, *part.span)

    # Tests

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
        bag = self.typed(test.value)
        if bag is None:
            if isinstance(test.value, Name):
                raise self.unknown(test.value)
            message = "A constant alone is no condition: compare a field with it."
            raise self.wrong(test.value, message)
        return Exists(bag, isinstance(bag, Apply))

    def relation(self, test: syntax.Compare) -> Test:
        every = (
            COMPARISONS[test.operator].every if test.operator in COMPARISONS else False
        )
        every = {"any": False, "all": True}.get(test.quantifier, every)
        if test.operator == "matches":
            return self.match(test, every)
        if test.operator == "contains":
            return self.contain(test, every)
        left, right = self.sides(test, self.typed(test.left), self.typed(test.right))
        for side, part in ((left, test.left), (right, test.right)):
            if test.operator not in side.type.able:
                raise self.unable(part, side.type, test.operator)
        left, right = self.in_network(left, right)
        return Pairs(COMPARISONS[test.operator].test, left, right, every)

    def match(self, test: syntax.Compare, every: bool) -> Test:
        bag = self.searched(test.left, "matches")
        if not isinstance(test.right, Quoted):
            message = "The pattern after matches must stand in double quotes."
            raise self.wrong(test.right, message)
        try:
            search = pattern(test.right.text, bag.type is not types.TEXT)
        except ValueError as wrong:
            raise self.wrong(test.right, str(wrong)) from None
        return Each(search, bag, every)

    def contain(self, test: syntax.Compare, every: bool) -> Test:
        right = self.typed(test.right)
        if right is not None and self.typed(test.left) is None:
            left = self.against(right, test.left)
        else:
            left = self.searched(test.left, "contains")
        if right is None:
            right = self.against(self.needle(left), test.right)
        elif "contains" not in right.type.able:
            raise self.unable(test.right, right.type, "contains")
        elif not _compatible(left.type, right.type):
            raise self.differ(test, left, right)
        return Pairs(values.has, left, own(right), every)

    def searched(self, node: Value, operator: str) -> Bag:
        """What is searched; a number with names for its values stands for the name."""
        bag = self.typed(node)
        if bag is None:
            raise self.constants(node)
        field = bag.field
        if (
            operator not in bag.type.able
            and field
            and field.names
            and isinstance(bag, Fetch)
        ):
            name = lambda value: value_name(field, value)  # noqa: E731
            return Apply(types.TEXT, None, values.each(name), (bag,))
        if operator not in bag.type.able:
            raise self.unable(node, bag.type, operator)
        return bag

    def needle(self, left: Bag) -> Bag:
        """An address is searched for any bytes."""
        return Bag(types.BYTES, None) if left.type is types.ETHER else left

    def member(self, test: syntax.Member) -> Test:
        bag = self.typed(test.value)
        if bag is None and isinstance(test.value, Name):
            raise self.unknown(test.value)
        if not isinstance(bag, Fetch):
            raise self.wrong(
                test.value, "Only a field can be tested for being in a set."
            )
        subject = own(bag)
        every = {"any": False, "all": True}.get(test.quantifier, test.negated)
        ranges: "List[Tuple[Any, Any]]" = []
        dynamic: "List[Tuple[Bag, Optional[Bag]]]" = []
        for item in test.items:
            low = self.element(subject, item.low)
            high = low if item.high is None else self.element(subject, item.high)
            if not (isinstance(low, Constant) and isinstance(high, Constant)):
                dynamic.append((low, None if item.high is None else high))
            else:
                ranges.append((_ends(low.value)[0], _ends(high.value)[1]))
        within = values.members(ranges)
        if dynamic:
            return Within(within, subject, tuple(dynamic), every, test.negated)
        return Each(values.outside(within) if test.negated else within, subject, every)

    def element(self, subject: Bag, node: Value) -> Bag:
        inner = node.value if isinstance(node, syntax.Negative) else node
        if isinstance(inner, syntax.Slice):
            raise self.wrong(node, "A slice may not stand in a set.")
        bag = self.typed(node)
        if bag is None:
            return self.against(subject, node)
        if not _compatible(subject.type, bag.type):
            raise self.wrong(
                node, f"The set is for {subject.type.name}, not {bag.type.name}."
            )
        return own(bag)

    # Two sides

    def sides(
        self, test: syntax.Compare, left: Optional[Bag], right: Optional[Bag]
    ) -> "Tuple[Bag, Bag]":
        """Both as bags of types that compare."""
        if left is None and right is None:
            raise self.constants(test.left, test.right)
        if left is None and right is not None:
            return self.against(own(right), test.left), own(right)
        assert left is not None
        if right is None:
            return self.literal_side(own(left), test.right)
        if types.PROTOCOL in (left.type, right.type) and left.type is not right.type:
            if not (_sliced(left) or _sliced(right)):
                raise self.differ(test, left, right)
        left, right = self.as_bytes(test, own(left), own(right))
        if not _compatible(left.type, right.type):
            raise self.differ(test, left, right)
        return left, right

    def as_bytes(self, test: Part, left: Bag, right: Bag) -> "Tuple[Bag, Bag]":
        """A slice beside something that can be sliced: both as bytes."""
        if left.type is right.type or not (_sliced(left) or _sliced(right)):
            return left, right
        for side, other in ((left, right), (right, left)):
            if _sliced(side) and "[]" not in other.type.able:
                raise self.differ(test, left, right)
        return _bytes(left), _bytes(right)

    def literal_side(self, left: Bag, node: Value) -> "Tuple[Bag, Bag]":
        """A slice of text beside bytes spelled with marks is compared as bytes (4.0)."""
        if left.type is types.TEXT and _sliced(left) and isinstance(node, Name):
            if any(mark in node.text for mark in ":-."):
                try:
                    return _bytes(left), Constant(
                        types.BYTES, None, literals.data(node.text)
                    )
                except ValueError:
                    pass
        return left, self.against(left, node)

    def in_network(self, left: Bag, right: Bag) -> "Tuple[Bag, Bag]":
        """An address with a prefix: both sides without the bits behind it."""
        for side, other in ((right, left), (left, right)):
            if isinstance(side, Constant) and isinstance(side.value, literals.Network):
                network = Constant(side.type, None, side.value.first)
                if side.value.bits < 8 * len(side.value.first):
                    mask = values.each(values.masked(side.value.bits))
                    other = Apply(other.type, None, mask, (other,))
                return (other, network) if side is right else (network, other)
        return left, right

    def against(self, bag: Bag, node: Value) -> Bag:
        """A literal as a value of the type that it meets."""
        if isinstance(node, syntax.Arithmetic):
            return self.combined(
                node, self.operand(bag, node.left), self.operand(bag, node.right)
            )
        if isinstance(node, (syntax.Call, syntax.Slice)):
            raise self.constants(node)
        try:
            value = constant(node, bag.type, bag.field)
        except ValueError as wrong:
            if isinstance(node, Name) and self.is_field_like(node):
                raise self.unknown(node) from None
            raise self.wrong(node, str(wrong)) from None
        whole = isinstance(value, literals.Network) and value.first == value.last
        return Constant(bag.type, bag.field, value.first if whole else value)

    def single(self, bag: Bag, node: Value) -> Bag:
        """The same, and one value: no network."""
        made = self.against(bag, node)
        if isinstance(made, Constant) and isinstance(made.value, literals.Network):
            raise self.wrong(
                node, "A prefix has no meaning here: only for comparisons."
            )
        return made

    # Values

    def typed(self, node: Value) -> Optional[Bag]:
        """A value that has a type by itself; None for literals."""
        if isinstance(node, Name):
            return self.field(node)
        if isinstance(node, syntax.Slice):
            return self.slice(node)
        if isinstance(node, syntax.Call):
            return self.call(node)
        if isinstance(node, syntax.Reference):
            return self.reference(node)
        if isinstance(node, syntax.Negative):
            return self.negative(node)
        return self.arithmetic(node) if isinstance(node, syntax.Arithmetic) else None

    def field(self, node: Name) -> Optional[Fetch]:
        access = self.registry.find(node.text)
        if access is None:
            if node.forced or node.raw or node.layers:
                raise self.unknown(node)
            return None
        field, kind = access.field, types.type_of(access.field.kind)
        if node.raw:
            return Fetch(types.BYTES, None, access, True, node.layers)
        return Fetch(kind, field, access, False, node.layers)

    def reference(self, node: syntax.Reference) -> Bag:
        bag = self.field(node.name)
        if bag is None:
            raise self.unknown(node.name)
        return replace(bag, of_reference=True)

    def slice(self, node: syntax.Slice) -> Bag:
        bag = self.typed(node.value)
        if bag is None:
            if isinstance(node.value, Name):
                raise self.unknown(node.value)
            raise self.wrong(node.value, "A constant cannot be sliced.")
        if "[]" not in bag.type.able:
            message = f"{node.value} is {bag.type.name} and cannot be sliced"
            hint = (
                f"; @{node.value} gives its bytes."
                if isinstance(node.value, Name)
                else "."
            )
            raise self.wrong(node.value, message + hint)
        kind = types.TEXT if bag.type is types.TEXT else types.BYTES
        cut = values.slicer(node.parts)
        return Apply(kind, None, cut, (own(bag),), sliced=True)

    def call(self, node: syntax.Call) -> Bag:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise self.wrong(
                node, f"There is no function {node.name}{alike(node.name, FUNCTIONS)}"
            )
        given = len(node.arguments)
        if given == 0 or given > 1 and not function.many:
            wanted = "at least one argument" if function.many else "one argument"
            raise self.wrong(node, f"{function.call} takes {wanted}, not {given}.")
        bags = list(map(self.typed, node.arguments))
        typed = next((bag for bag in bags if bag is not None), None)
        if typed is None:
            raise self.no_field(node)
        pairs = zip(bags, node.arguments)
        arguments = [bag or self.single(own(typed), part) for bag, part in pairs]
        try:
            return function.make(arguments)
        except ValueError as wrong:
            raise self.wrong(node, f"{function.call} {wrong}.") from None

    def negative(self, node: syntax.Negative) -> Optional[Bag]:
        bag = self.typed(node.value)
        if bag is None:
            return None
        if "+" not in bag.type.able:
            raise self.unable(node, bag.type, "-")
        return Apply(bag.type, bag.field, values.each(neg), (bag,))

    def arithmetic(self, node: syntax.Arithmetic) -> Optional[Bag]:
        left, right = self.typed(node.left), self.typed(node.right)
        if left is None and right is None:
            return None
        if left is None and right is not None:
            left = self.operand(right, node.left)
        elif right is None and left is not None:
            right = self.operand(left, node.right, node.operator)
        assert left is not None and right is not None
        return self.combined(node, left, right)

    def operand(self, bag: Bag, node: Value, operator: str = "") -> Bag:
        """A literal of arithmetic: value names mean nothing there."""
        kind = bag.type
        if kind is types.SPAN and operator in ("*", "/"):
            kind = types.FLOAT
        elif kind is types.DATE:
            kind = types.SPAN
        field = bag.field and bag.field._replace(names=None)
        return self.single(Bag(kind, field), node)

    def combined(self, node: syntax.Arithmetic, left: Bag, right: Bag) -> Bag:
        for bag, part in ((left, node.left), (right, node.right)):
            if node.operator not in bag.type.able:
                raise self.unable(part, bag.type, node.operator)
        result = _result(node.operator, left.type, right.type)
        if result is None:
            raise self.differ(node, left, right)
        function = values.both(values.ARITHMETIC[node.operator])
        if result is types.SPAN and node.operator in ("*", "/"):
            function = values.both(values.SCALING[node.operator])
        return Apply(result, left.field or right.field, function, (left, right))

    # Messages

    def unable(self, part: Part, kind: Type, operator: str) -> FilterError:
        hint = ""
        if operator in ("contains", "matches") and kind is types.NUMBER:
            hint = f": string({part}) is its text"
        return self.wrong(
            part, f"{part} is {kind.name} and takes no part in {operator}{hint}."
        )

    def differ(self, test: Part, left: Bag, right: Bag) -> FilterError:
        return self.wrong(
            test,
            f"{left.type.name} and {right.type.name} do not go together.".capitalize(),
        )

    def unknown(self, node: Name) -> FilterError:
        if node.text.replace(".", "").isdigit():
            return self.wrong(
                node, "A constant alone is no condition: compare a field with it."
            )
        return self.wrong(
            node,
            f"There is no field {node.text}{alike(node.text, self.registry.names())}",
        )

    def no_field(self, node: syntax.Call) -> FilterError:
        for part in node.arguments:
            if isinstance(part, Name) and not part.text[0].isdigit():
                return self.unknown(part)
        return self.wrong(node, f"{node.name}() needs a field among its arguments.")

    def constants(self, *parts: Value) -> FilterError:
        for part in parts:
            if (
                isinstance(part, Name)
                and part.text[0].isalpha()
                and not _is_data(part.text)
            ):
                return self.unknown(part)
        whole = Part((parts[0].span[0], parts[-1].span[1]))
        return self.wrong(
            whole, "Only constants: one side must be a field or a function of one."
        )

    def is_field_like(self, node: Name) -> bool:
        head = node.text.partition(".")[0]
        return head != node.text and self.registry.find(head) is not None


def _compatible(left: Type, right: Type) -> bool:
    """They compare; a boolean is a number, but a number no boolean."""
    if (
        left is right
        or {left, right} <= types.BYTE_LIKE
        or {left, right} <= types.NUMERIC
    ):
        return True
    return left is types.NUMBER and right is types.BOOLEAN


def _result(operator: str, left: Type, right: Type) -> Optional[Type]:
    """The type of arithmetic on two types; None where there is none."""
    if {left, right} <= types.NUMERIC:
        return types.FLOAT if types.FLOAT in (left, right) else types.NUMBER
    if operator in ("*", "/"):
        return types.SPAN if left is types.SPAN and right in types.NUMERIC else None
    if types.DATE in (left, right):
        return {types.DATE: types.SPAN, types.SPAN: types.DATE}.get(
            right if left is types.DATE and operator == "-" else left
        )
    return left if _compatible(left, right) else None


def _sliced(bag: Bag) -> bool:
    """Its values are parts of others, so their type is not their own."""
    return isinstance(bag, Apply) and bag.sliced


def _bytes(bag: Bag) -> Bag:
    if bag.type is types.TEXT:
        return Apply(types.BYTES, None, values.encoded, (bag,))
    return Apply(types.BYTES, None, lambda values: values, (bag,))


def _ends(value: Any) -> "Tuple[Any, Any]":
    """The first and last value that a literal stands for."""
    network = isinstance(value, literals.Network)
    return (value.first, value.last) if network else (value, value)


def _is_data(word: str) -> bool:
    try:
        return bool(literals.data(word))
    except ValueError:
        return False
