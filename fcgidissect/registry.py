"""Every field, gathered from the nouns: a name in, the way to its values in a row out.

Filter, writers and documentation all read this table; a name is defined once or refused.
"""

from operator import attrgetter
from typing import (
    Any,
    Callable,
    Iterable,
    Iterator,
    NamedTuple,
    Optional,
    Protocol,
    Sequence,
)

from fcgidissect.entry import NOUNS, PROTOCOLS, Entry, Row, seen_params
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fields import PROTOCOL, STRING, Extent, Field, Value, fields_of
from fcgidissect.net.ends import ENDS, is_plain
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.notes import Note

Values = Sequence[Value]

STACKED = frozenset({Ethernet, Vlan, Ipv4, Ipv6, Tcp, TcpInStream})
"""Nouns of which each is a layer of its own; a row's others all belong to one layer."""


class Access(NamedTuple):
    """A field and the ways to its values in a row."""

    field: Field
    noun: Optional[type]
    """The noun that has it, so what must be decoded for it; None for a protocol."""
    get: Callable[[Row], Values]
    """All its values, in the order of the wire; empty where the row has none."""
    layers: Callable[[Row], "Sequence[Values]"]
    """The same, apart for each layer of its protocol (the filter's `#`)."""
    raw: Callable[[Row], "Sequence[bytes]"]
    """The same, as bytes in network order (the filter's `@`)."""
    always: bool = False
    """Every row has it."""
    times: Optional[Callable[[Row], int]] = None
    """How many values there are, where `get` leaves out repeats."""


class Family(NamedTuple):
    """Fields without number: one for each name that a capture may hold."""

    prefix: str
    noun: type
    doc: str
    give: Callable[[Sequence[Any], str], Values]
    """The values that a row's nouns have under the name behind the prefix."""


FAMILIES = (
    Family(
        "fcgi.param.",
        Pair,
        "value of the parameter NAME, in the record where the pair ends",
        lambda pairs, name: [pair[1] for pair in pairs if pair[0] == name],
    ),
    Family(
        "fcgi.response.header.",
        Known,
        "value of the response's header field NAME, whatever its case",
        lambda knowns, name: [
            value
            for known in knowns
            for value in known.response_headers.get(name.lower(), ())
        ],
    ),
)


class Fields(Protocol):
    """The fields that a kind of row has."""

    def find(self, name: str) -> Optional[Access]:
        """The field of that name, a member of a family among them, or None."""

    def names(self) -> "list[str]":
        """Every name but the families' members, in the order of the wire."""

    def __iter__(self) -> Iterator[Field]:
        """Every field, and each family once."""


OF_REQUESTS = frozenset({Known, Pair, Note, Entry})
"""Nouns that need their record's request."""


def need_requests(fields: Fields, names: "Iterable[str]") -> bool:
    """Whether any of the fields tells what only a followed request does."""
    found = [fields.find(name) for name in names]
    return any(access is None or access.noun in OF_REQUESTS for access in found)


class Registry:
    """The fields of the nouns that rows have.

    Raises:
        ValueError: two nouns define one name.
    """

    def __init__(self) -> None:
        self._fields: "dict[str, Access]" = {}
        for protocol, title in PROTOCOLS.items():
            self._define(_extent_access(protocol, title))
        for noun in NOUNS:
            for attribute, field in fields_of(noun):
                access = access_of(noun, field, attribute)
                self._define(_short(access) if field.name in ENDS else access)

    def _define(self, access: Access) -> None:
        name = access.field.name
        if name in self._fields:
            raise ValueError(f"{name} is defined twice")
        self._fields[name] = access

    def find(self, name: str) -> Optional[Access]:
        """The field of that name, a member of a family among them, or None."""
        return self._fields.get(name) or _member(name)

    def names(self) -> "list[str]":
        """Every name but the families' members, in the order of the wire."""
        return list(self._fields)

    def __iter__(self) -> Iterator[Field]:
        """Every field, and each family once, as `prefix.NAME`."""
        for access in self._fields.values():
            yield access.field
        for family in FAMILIES:
            yield Field(family.prefix + "NAME", STRING, "NAME", doc=family.doc)


def _member(name: str) -> Optional[Access]:
    for family in FAMILIES:
        rest = name[len(family.prefix) :]
        if rest and name.startswith(family.prefix):
            field = Field(name, STRING, rest, doc=family.doc)
            return _access(family.noun, field, _giver(family, rest))
    return None


def _giver(family: Family, name: str) -> "Callable[[Row], Values]":
    give, noun = family.give, family.noun
    if noun is not Pair:
        return lambda row: give(row.nouns(noun), name)

    def of_pairs(row: Row) -> Values:
        seen = seen_params(row)
        if seen is None:
            return give(row.nouns(noun), name)
        value = seen.param(name)
        return () if value is None else (value,)

    return of_pairs


def access_of(noun: type, field: Field, attribute: str) -> Access:
    """The way to a field of a noun, whatever kind of row has the noun."""
    pick = attrgetter(attribute)

    def get(row: Row) -> Values:
        return [value for each in row.nouns(noun) for value in _bag(pick(each))]

    def stacked(row: Row) -> "Sequence[Values]":
        return [_bag(pick(each)) for each in row.nouns(noun)]

    access = _access(noun, field, get)
    return access._replace(layers=stacked) if noun in STACKED else access


def _access(noun: type, field: Field, get: "Callable[[Row], Values]") -> Access:
    def layers(row: Row) -> "Sequence[Values]":
        values = get(row)
        return [values] if values else []

    def raw(row: Row) -> "Sequence[bytes]":
        return [value_bytes(field, value) for value in get(row)]

    return Access(field, noun, get, layers, raw)


def _short(access: Access) -> Access:
    """An address or port field of entries: most frames' is known without their layers."""
    ends, get, layers = ENDS[access.field.name], access.get, access.layers

    def short_get(row: Any) -> Values:
        return ends(row[1]) if is_plain(row[0], row[1]) else get(row)

    def short_layers(row: Any) -> "Sequence[Values]":
        if not is_plain(row[0], row[1]):
            return layers(row)
        values = ends(row[1])
        return [values] if values else []

    return access._replace(get=short_get, layers=short_layers)


def _extent_access(protocol: str, title: str) -> Access:
    def get(row: Row) -> "Sequence[Extent]":
        return row.extents(protocol)

    def layers(row: Row) -> "Sequence[Values]":
        return [(extent,) for extent in get(row)]

    always = protocol in ("frame", "fcgi")
    return Access(Field(protocol, PROTOCOL, title), None, get, layers, get, always)


def _bag(value: Any) -> Values:
    """An attribute's values: none for None or no bytes, several where it holds a tuple."""
    if value is None or value == b"":
        return ()
    return value if isinstance(value, tuple) else (value,)


def value_bytes(field: Field, value: Value) -> bytes:
    """A field's value in network order."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return value
    return value.to_bytes(field.kind.width or 8, "big", signed=value < 0)
