"""Values of an expression -> bags: names become fields, literals values of a type."""

from dataclasses import replace
from operator import neg
from typing import Any, Optional

from fcgidissect.errors import FilterError
from fcgidissect.filter import literals, syntax, types, values
from fcgidissect.filter.complaints import Complaints
from fcgidissect.filter.constants import constant
from fcgidissect.filter.functions import FUNCTIONS, own
from fcgidissect.filter.operators import OPERATORS, takes
from fcgidissect.filter.plan import Apply, Bag, Constant, Fetch
from fcgidissect.filter.syntax import Name, Value
from fcgidissect.filter.types import Type


class Bags:
    """Makes the bags of one expression.

    A literal has no type of its own: `typed` gives None for it, and `against` makes its
    value once the other side is known.
    """

    def __init__(self, complaints: Complaints, registry: Any) -> None:
        self.complain = complaints
        self.registry = registry

    def typed(self, node: Value) -> Optional[Bag]:
        """A value that has a type by itself; None for literals."""
        if isinstance(node, Name):
            return self._field(node)
        if isinstance(node, syntax.Slice):
            return self._slice(node)
        if isinstance(node, syntax.Call):
            return self._call(node)
        if isinstance(node, syntax.Reference):
            return self._reference(node)
        if isinstance(node, syntax.Negative):
            return self._negative(node)
        return self._arithmetic(node) if isinstance(node, syntax.Arithmetic) else None

    def against(self, bag: Bag, node: Value) -> Bag:
        """A literal as a value of the type that it meets; it may be a network."""
        if isinstance(node, syntax.Arithmetic):
            left, right = self._operand(bag, node.left), self._operand(bag, node.right)
            return self._combined(node, left, right)
        try:
            value = constant(node, bag.type, bag.field)
        except ValueError as wrong:
            raise self.complain.literal(node, str(wrong)) from None
        whole = isinstance(value, literals.Network) and value.first == value.last
        return Constant(bag.type, bag.field, value.first if whole else value)

    def first(self, bag: Bag, node: Value) -> Bag:
        """The same on the left side, where a word without quotes is no text."""
        if bag.type is types.TEXT and isinstance(node, Name):
            raise self.complain.unknown(node)
        return self.against(bag, node)

    def single(self, bag: Bag, node: Value) -> Bag:
        """The same, but one value: no network."""
        made = self.against(bag, node)
        if isinstance(made, Constant) and isinstance(made.value, literals.Network):
            raise self.complain.wrong(node, "A prefix is for comparisons only.")
        return made

    def _field(self, node: Name) -> Optional[Fetch]:
        access = self.registry.find(node.text)
        if access is None:
            if node.forced or node.raw or node.layers:
                raise self.complain.unknown(node)
            return None
        if node.raw:
            return Fetch(types.BYTES, None, access, True, node.layers)
        kind = types.type_of(access.field.kind)
        return Fetch(kind, access.field, access, False, node.layers)

    def _reference(self, node: syntax.Reference) -> Bag:
        bag = self._field(node.name)
        if bag is None:
            raise self.complain.unknown(node.name)
        return replace(bag, of_reference=True)

    def _slice(self, node: syntax.Slice) -> Bag:
        bag = self.typed(node.value)
        if bag is None:
            if isinstance(node.value, Name):
                raise self.complain.unknown(node.value)
            raise self.complain.wrong(node.value, "A constant cannot be sliced.")
        if bag.type not in types.SLICED:
            message = f"{node.value} is {bag.type.name} and cannot be sliced"
            hint = f": @{node.value} is its bytes" if isinstance(bag, Fetch) else ""
            raise self.complain.wrong(node.value, message + hint + ".")
        kind = types.TEXT if bag.type is types.TEXT else types.BYTES
        cut = values.extent_slicer if bag.type is types.PROTOCOL else values.slicer
        return Apply(kind, None, cut(node.parts), (bag,), sliced=True)

    def _call(self, node: syntax.Call) -> Bag:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise self.complain.no_function(node)
        given = len(node.arguments)
        if given == 0 or given > 1 and not function.many:
            wanted = "at least one argument" if function.many else "one argument"
            message = f"{function.call} takes {wanted}, not {given}."
            raise self.complain.wrong(node, message)
        bags = list(map(self.typed, node.arguments))
        typed = next((bag for bag in bags if bag is not None), None)
        if typed is None:
            raise self.complain.constants(*node.arguments)
        pairs = zip(bags, node.arguments)
        arguments = [bag or self.single(own(typed), part) for bag, part in pairs]
        try:
            return function.make(arguments)
        except ValueError as wrong:
            raise self.complain.wrong(node, f"{function.call} {wrong}.") from None

    def _negative(self, node: syntax.Negative) -> Optional[Bag]:
        bag = self.typed(node.value)
        if bag is None:
            return None
        if not takes("-", bag.type) or bag.type is types.DATE:
            raise self.complain.unable(node.value, bag.type, "-")
        return Apply(bag.type, bag.field, values.each(neg), (bag,))

    def _arithmetic(self, node: syntax.Arithmetic) -> Optional[Bag]:
        left, right = self.typed(node.left), self.typed(node.right)
        if left is None:
            if right is None:
                return None
            left = self._first_operand(right, node)
        elif right is None:
            right = self._operand(left, node.right, node.operator)
        return self._combined(node, left, right)

    def _first_operand(self, bag: Bag, node: syntax.Arithmetic) -> Bag:
        try:
            return self._operand(bag, node.left)
        except FilterError:
            if node.operator == "&":
                raise self.complain.single_ampersand(node) from None
            raise

    def _operand(self, bag: Bag, node: Value, operator: str = "") -> Bag:
        """A literal of arithmetic: value names mean nothing there."""
        kind = bag.type
        if kind is types.SPAN and operator in ("*", "/"):
            kind = types.FLOAT
        elif kind is types.DATE and not isinstance(node, syntax.Quoted):
            kind = types.SPAN
        field = bag.field and bag.field._replace(names=None)
        return self.single(Bag(kind, field), node)

    def _combined(self, node: syntax.Arithmetic, left: Bag, right: Bag) -> Bag:
        operator = node.operator
        for bag, part in ((left, node.left), (right, node.right)):
            if not takes(operator, bag.type):
                raise self.complain.unable(part, bag.type, operator)
        result = _result(operator, left.type, right.type)
        if result is None:
            raise self.complain.differ(node, left.type, right.type)
        scaled = result is types.SPAN and operator in ("*", "/")
        function = OPERATORS[operator].function
        if scaled:
            function = values.SCALING[operator]
        if isinstance(left, Constant) and isinstance(right, Constant):
            if operator in ("/", "%") and not right.value:
                raise self.complain.wrong(node, "This divides by zero.")
        field = left.field or right.field
        sliced = is_sliced(left) or is_sliced(right)
        made = values.both(function)
        return Apply(result, field, made, (left, right), sliced=sliced)


def is_sliced(bag: Bag) -> bool:
    """Its values are parts of others, so their type is not their own."""
    return isinstance(bag, Apply) and bag.sliced


def _result(operator: str, left: Type, right: Type) -> Optional[Type]:
    """The type of arithmetic on two types; None where there is none."""
    if {left, right} <= types.NUMERIC:
        return types.FLOAT if types.FLOAT in (left, right) else types.NUMBER
    if operator in ("*", "/"):
        return types.SPAN if left is types.SPAN and right in types.NUMERIC else None
    if left is types.DATE and operator == "-":
        return {types.DATE: types.SPAN, types.SPAN: types.DATE}.get(right)
    if {left, right} == {types.DATE, types.SPAN}:
        return types.DATE if operator == "+" else None
    return left if left is right or {left, right} <= types.BYTE_LIKE else None
