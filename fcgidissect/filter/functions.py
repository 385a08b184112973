"""The functions of the filter language: one table for check and help."""

from dataclasses import replace
from operator import methodcaller
from typing import Any, Callable, NamedTuple, Optional, Sequence

from fcgidissect.fields import Extent, value_name
from fcgidissect.filter import addresses, values
from fcgidissect.filter.escapes import bytes_of
from fcgidissect.filter.plan import Apply, Bag, Constant, Fetch
from fcgidissect.filter.types import (
    BOOLEAN,
    BYTES,
    ETHER,
    FLOAT,
    IPV4,
    IPV6,
    NUMBER,
    NUMERIC,
    ORDERED,
    PROTOCOL,
    SPAN,
    TEXT,
    Type,
)
from fcgidissect.text import ipv4, ipv6

One = Callable[[Any], Any]


class Function(NamedTuple):
    """A function: how it is called, what it is for, and what makes a bag of it.

    `make` raises ValueError with a sentence for the user where an argument is of a wrong
    type.
    """

    call: str
    title: str
    make: "Callable[[Sequence[Bag]], Bag]"
    many: bool = False
    """It takes any number of arguments, but at least one."""

    @property
    def name(self) -> str:
        """The word before the parenthesis."""
        return self.call.partition("(")[0]


def _each(
    takes: "Sequence[Type]", gives: Optional[Type], make: "Callable[[Bag], One]"
) -> "Callable[[Sequence[Bag]], Bag]":
    """A function of one value after the other; `gives` None is the argument's own type."""

    def bag(arguments: "Sequence[Bag]") -> Bag:
        (argument,) = arguments
        if argument.type not in takes:
            allowed = " or ".join(kind.name for kind in takes)
            raise ValueError(f"takes {allowed}, and this is {argument.type.name}")
        function = values.each(make(argument))
        return Apply(gives or argument.type, None, function, (argument,))

    return bag


def own(bag: Bag) -> Bag:
    """A protocol as the bytes that are its own; anything else as it is."""
    if bag.type is not PROTOCOL or isinstance(bag, Constant):
        return bag
    return Apply(BYTES, None, values.own, (bag,))


def _plain(function: One) -> "Callable[[Bag], One]":
    return lambda _: function


def _length(value: Any) -> int:
    if isinstance(value, Extent):
        return value.own
    return len(bytes_of(value)) if isinstance(value, str) else len(value)


def _texts(bag: Bag) -> One:
    return _TEXTS.get(bag.type, str)


def _names(bag: Bag) -> One:
    field = bag.field
    if field is None or field.names is None or not isinstance(bag, Fetch):
        raise ValueError("takes a field whose values have names")
    return lambda value: value_name(field, value)


def _floating(bag: Bag) -> One:
    return values.seconds if bag.type is SPAN else float


def _hexadecimal(bag: Bag) -> One:
    digits = 2 * bag.field.kind.width if bag.field else 0
    return lambda value: f"0x{value:0{digits}x}"


def _count(arguments: "Sequence[Bag]") -> Bag:
    (argument,) = arguments
    if not isinstance(argument, Fetch):
        raise ValueError("takes a field")
    counted = replace(argument, counted=True)
    return Apply(NUMBER, None, lambda bag: [len(bag)] if bag else [], (counted,))


def _extreme(choose: "Callable[[Any], Any]") -> "Callable[[Sequence[Bag]], Bag]":
    def chosen(*bags: Any) -> "list[Any]":
        every = [value for bag in bags for value in bag]
        return [choose(every)] if every else []

    def bag(arguments: "Sequence[Bag]") -> Bag:
        inner = [own(argument) for argument in arguments]
        kinds = {argument.type for argument in inner}
        if len(kinds) > 1 and not kinds <= NUMERIC:
            raise ValueError("takes values of one type")
        if inner[0].type not in ORDERED:
            raise ValueError(
                f"takes values with an order, and this is {inner[0].type.name}"
            )
        kind = FLOAT if FLOAT in kinds else inner[0].type
        field = next((a.field for a in inner if a.field), None)
        return Apply(kind, field, chosen, tuple(inner), skips=True)

    return bag


_ADDRESSES = (IPV4, IPV6)
_TEXTS: "dict[Type, One]" = {IPV4: ipv4, IPV6: ipv6, ETHER: methodcaller("hex", ":")}

FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "len(x)",
            "length in bytes of text, bytes or a protocol",
            _each((TEXT, BYTES, ETHER, PROTOCOL), NUMBER, _plain(_length)),
        ),
        Function("count(field)", "how many values a field has", _count),
        Function(
            "upper(text)",
            "ASCII letters in upper case",
            _each((TEXT,), TEXT, _plain(values.upper)),
        ),
        Function(
            "lower(text)",
            "ASCII letters in lower case",
            _each((TEXT,), TEXT, _plain(values.lower)),
        ),
        Function(
            "string(x)",
            "a number or an address as text",
            _each((NUMBER, FLOAT, IPV4, IPV6, ETHER), TEXT, _texts),
        ),
        Function(
            "vals(field)",
            "the name of each value of a field that has names",
            _each((NUMBER, BOOLEAN), TEXT, _names),
        ),
        Function(
            "dec(field)",
            "a number in decimal, as text",
            _each((NUMBER,), TEXT, _plain(str)),
        ),
        Function(
            "hex(field)",
            "a number in hexadecimal, as text",
            _each((NUMBER,), TEXT, _hexadecimal),
        ),
        Function("max(x, ...)", "the largest of all values", _extreme(max), many=True),
        Function("min(x, ...)", "the smallest of all values", _extreme(min), many=True),
        Function(
            "abs(x)",
            "a number or time without its sign",
            _each((NUMBER, FLOAT, SPAN), None, _plain(abs)),
        ),
        Function(
            "float(x)",
            "a number, or a time in seconds, as floating point",
            _each((NUMBER, FLOAT, SPAN), FLOAT, _floating),
        ),
        Function(
            "double(x)",
            "the same as float",
            _each((NUMBER, FLOAT, SPAN), FLOAT, _floating),
        ),
        Function(
            "ip_special_name(address)",
            "the name of the special block that an address is in",
            _each(_ADDRESSES, TEXT, _plain(addresses.special_name)),
        ),
        Function(
            "ip_special_mask(address)",
            "a number whose bits say what that block is for",
            _each(_ADDRESSES, NUMBER, _plain(addresses.special_mask)),
        ),
        Function(
            "ip_linklocal(address)",
            "the address is link-local",
            _each(_ADDRESSES, BOOLEAN, _plain(addresses.is_link_local)),
        ),
        Function(
            "ip_multicast(address)",
            "the address is multicast",
            _each(_ADDRESSES, BOOLEAN, _plain(addresses.is_multicast)),
        ),
        Function(
            "ip_rfc1918(address)",
            "the address is private to a site by RFC 1918",
            _each((IPV4,), BOOLEAN, _plain(addresses.is_rfc1918)),
        ),
        Function(
            "ip_ula(address)",
            "the address is unique local by RFC 4193",
            _each((IPV6,), BOOLEAN, _plain(addresses.is_ula)),
        ),
    )
}
