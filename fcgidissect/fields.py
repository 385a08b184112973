"""What a field is: its name, its kind, its words; and how a noun's annotations give them.

A noun is a NamedTuple whose attributes and properties are annotated with a `Field`:

    class Header(NamedTuple):
        version: Annotated[int, Field("fcgi.version", UINT8, "Version")]

The one line says the width, the order, the name and the title; `layout`, `spans` and
`fields_of` derive the rest. Annotations are read as objects, so a module of nouns does
not postpone their evaluation.
"""

from enum import IntEnum
from struct import Struct
from typing import Any, Iterator, Mapping, NamedTuple, Optional, Type, Union


class Kind(NamedTuple):
    """A type of value, under Wireshark's name for it (its FT_ constants)."""

    name: str
    title: str
    width: int = 0
    """Bytes on the wire; 0 where it varies."""
    code: str = ""
    """Its code in a struct format."""


UINT8 = Kind("UINT8", "unsigned integer, 8 bits", 1, "B")
UINT16 = Kind("UINT16", "unsigned integer, 16 bits", 2, "H")
UINT32 = Kind("UINT32", "unsigned integer, 32 bits", 4, "I")
UINT64 = Kind("UINT64", "unsigned integer, 64 bits", 8, "Q")
BOOLEAN = Kind("BOOLEAN", "boolean", 1, "?")
STRING = Kind("STRING", "character string")
BYTES = Kind("BYTES", "byte sequence")
ETHER = Kind("ETHER", "Ethernet address", 6, "6s")
IPV4 = Kind("IPv4", "IPv4 address", 4, "4s")
IPV6 = Kind("IPv6", "IPv6 address", 16, "16s")
PROTOCOL = Kind("PROTOCOL", "protocol")
NONE = Kind("NONE", "label")
FRAMENUM = Kind("FRAMENUM", "frame number", 4, "I")
ABSOLUTE_TIME = Kind("ABSOLUTE_TIME", "date and time")
RELATIVE_TIME = Kind("RELATIVE_TIME", "time offset")

Value = Union[int, str, bytes, bool]
"""One value of a field.

Integers, booleans and frame numbers are `int` and `bool`; both times are nanoseconds in an
`int` (since the epoch or as a span); addresses, byte sequences and protocols are `bytes`;
strings are `str`, whose bytes that are no UTF-8 stand as lone surrogates (PEP 383), so that
nothing is lost. A label's value is its text.
"""


class Extent(bytes):
    """A protocol's value: its bytes and all behind them, to the end of the data.

    `contains` and `matches` search all of it; everything else sees the first `own` bytes.
    """

    own: int


Names = Union[Type[IntEnum], Mapping[int, str]]


class Field(NamedTuple):
    """One field: what the filter tests, `-e` prints, JSON nests and `--fields` lists."""

    name: str
    kind: Kind
    title: str
    names: Optional[Names] = None
    """Names of its values."""
    doc: str = ""
    base: int = 10
    """The base in which people read its numbers, 10 or 16."""
    within: str = ""
    """The attribute on the wire whose bytes hold it, for one that is derived."""


def value_name(field: Field, value: int) -> Optional[str]:
    """The name of a field's value, as the specification spells it, or None."""
    if field.names is None:
        return None
    if isinstance(field.names, Mapping):
        return field.names.get(value)
    try:
        return str(field.names(value))
    except ValueError:
        return None


def fields_of(noun: type) -> Iterator["tuple[str, Field]"]:
    """Each (attribute, field) of a noun in the order of its lines.

    A field without words of its own takes its property's first line for its documentation.
    """
    for name, hint, doc in _hints(noun):
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, Field):
                yield name, mark if mark.doc else mark._replace(doc=doc)


def layout(noun: type) -> Struct:
    """The fixed-width wire format of a noun: its attributes, in network byte order.

    An attribute annotated with a bare `Kind` is read and is no field: bits that several
    fields share, and what nobody asks for.
    """
    return Struct(">" + "".join(kind.code for _, kind in _wire(noun)))


def spans(noun: type) -> "dict[str, tuple[int, int]]":
    """attribute or property -> (offset, length) in the bytes that `layout` reads."""
    places, offset = {}, 0
    for name, kind in _wire(noun):
        places[name] = (offset, kind.width)
        offset += kind.width
    for name, field in fields_of(noun):
        if field.within:
            places[name] = places[field.within]
    return places


def _wire(noun: type) -> "Iterator[tuple[str, Kind]]":
    own = getattr(noun, "_fields", ())
    for name, hint, _ in _hints(noun):
        for mark in getattr(hint, "__metadata__", ()) if name in own else ():
            if isinstance(mark, (Field, Kind)):
                yield name, mark.kind if isinstance(mark, Field) else mark


def _hints(noun: type) -> "Iterator[tuple[str, Any, str]]":
    for name, hint in noun.__annotations__.items():
        yield name, hint, ""
    for name, member in vars(noun).items():
        if isinstance(member, property) and member.fget is not None:
            hint = member.fget.__annotations__.get("return")
            yield name, hint, (member.__doc__ or "").partition("\n")[0]
