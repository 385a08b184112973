"""The types that the filter tells apart, and which operators each takes part in."""

from typing import NamedTuple

from fcgidissect.fields import Kind


class Type(NamedTuple):
    """What a value is for the filter."""

    name: str
    """Its words in a message."""
    able: "frozenset[str]"
    """The operators that it takes part in, besides equality; "[]" is the slice."""


def _type(name: str, able: str) -> Type:
    return Type(name, frozenset(able.split()))


_ORDER = "== != === !== < <= > >= "
_SEARCH = _ORDER + "contains matches [] "

NUMBER = _type("a number", _ORDER + "& + - * / %")
FLOAT = _type("a floating-point number", _ORDER + "+ - * /")
BOOLEAN = _type("a boolean", _ORDER)
TEXT = _type("text", _SEARCH)
BYTES = _type("bytes", _SEARCH + "&")
ETHER = _type("an Ethernet address", _SEARCH + "&")
PROTOCOL = _type("a protocol", _SEARCH)
IPV4 = _type("an IPv4 address", _ORDER + "[] &")
IPV6 = _type("an IPv6 address", _ORDER + "[] &")
SPAN = _type("a time offset", _ORDER + "+ - * /")
DATE = _type("a date and time", _ORDER + "+ -")
LABEL = _type("a label", "")

_OF_KIND = {
    "BOOLEAN": BOOLEAN,
    "STRING": TEXT,
    "BYTES": BYTES,
    "ETHER": ETHER,
    "IPv4": IPV4,
    "IPv6": IPV6,
    "PROTOCOL": PROTOCOL,
    "NONE": LABEL,
    "RELATIVE_TIME": SPAN,
    "ABSOLUTE_TIME": DATE,
}


def type_of(kind: Kind) -> Type:
    """A field's type; integers of all widths are one."""
    return _OF_KIND.get(kind.name, NUMBER)


def bounds(kind: Kind) -> "tuple[int, int]":
    """The least and the largest number of a field of that width.

    An unsigned field takes a negative literal, which arithmetic can give.
    """
    bits = 8 * (kind.width or 8)
    if kind.name.startswith("INT"):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    return -(1 << 63), (1 << bits) - 1


BYTE_LIKE = frozenset({BYTES, ETHER})
"""Types whose values are bytes and compare with one another."""
NUMERIC = frozenset({NUMBER, FLOAT})
