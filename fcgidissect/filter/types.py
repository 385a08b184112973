"""The types that the filter tells apart, and the sets of them that operators take."""

from typing import NamedTuple

from fcgidissect.fields import Kind


class Type(NamedTuple):
    """What a value is for the filter."""

    name: str
    """Its words in a message."""


NUMBER = Type("a number")
FLOAT = Type("a floating-point number")
BOOLEAN = Type("a boolean")
TEXT = Type("text")
BYTES = Type("bytes")
ETHER = Type("an Ethernet address")
PROTOCOL = Type("a protocol")
IPV4 = Type("an IPv4 address")
IPV6 = Type("an IPv6 address")
SPAN = Type("a time offset")
DATE = Type("a date and time")
LABEL = Type("a label")

NUMERIC = frozenset((NUMBER, FLOAT))
"""Types whose values are numbers and compare with one another."""
BYTE_LIKE = frozenset((BYTES, ETHER))
"""Types whose values are bytes and compare with one another."""
SEARCHED = frozenset((TEXT, BYTES, ETHER, PROTOCOL))
"""Types in whose values something can be searched."""
SLICED = SEARCHED | {IPV4, IPV6}
"""Types whose values have parts."""
ORDERED = SLICED | {NUMBER, FLOAT, BOOLEAN, SPAN, DATE}
"""Types whose values can be compared."""

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

    No field of ours is signed, but the language has room for one. An unsigned field takes a negative literal, which arithmetic can give.
    """
    bits = 8 * (kind.width or 8)
    if kind.name.startswith("INT"):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    return -(1 << 63), (1 << bits) - 1
