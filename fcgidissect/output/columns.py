"""Entries come in, one line of columns each goes out: tshark's `-T fields`, and CSV.

A column's text is written once a frame where its noun belongs to the frame, and once a
distinct header where it is the header's; everything is escaped, so a row is a line.
"""

from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import Header
from fcgidissect.fields import PROTOCOL
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.net.frame import Frame
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.output import Settings
from fcgidissect.registry import Access, Fields
from fcgidissect.text import shower
from fcgidissect.tree import tree

Cell = Callable[[Entry], str]

_OF_FRAME = frozenset({Frame, Ethernet, Vlan, Ipv4, Ipv6, Tcp, TcpInStream})
"""Nouns that are the same for all records that end in one frame."""
_NAMED = {"/t": "\t", "/s": " "}
"""tshark's ways to write a separator."""
_QUOTES = {"d": '"', "s": "'", "n": ""}
_CSV_COLUMNS = (
    "frame.number",
    "frame.time_epoch",
    "tcp.stream",
    "fcgi.type_name",
    "fcgi.id",
    "fcgi.content.length",
    "fcgi.request.number",
    "fcgi.request.method",
    "fcgi.request.uri",
    "fcgi.response.status",
    "fcgi.request.duration",
)
"""What CSV shows unless -e says otherwise."""


class Keys(NamedTuple):
    """The keys of -E, as tshark names them."""

    header: bool = False
    separator: str = "\t"
    quote: str = ""
    occurrence: str = "a"
    aggregator: str = ","
    bom: bool = False


class Columns:
    """tshark's `-T fields`."""

    keys = Keys()

    def __init__(self, settings: Settings) -> None:
        self.names = self._columns(settings.fields)
        """The fields that are its columns."""
        self._keys = read_keys(settings.keys, self.keys)
        fields = [found("-e", name, settings.registry) for name in self.names]
        self._cells = [_remembered(field, self._cell(field)) for field in fields]
        self._of_frame = [self._cell(each) for each in fields if each.noun in _OF_FRAME]
        self.flights = all(each.noun in _OF_FRAME | {Header} for each in fields)
        """It takes them whole: no column asks for more than frames and headers."""
        self._in_frame = [each.noun in _OF_FRAME for each in fields]
        self._templates: Dict[Tuple[Shape, bytes], str] = {}

    def _columns(self, names: "Sequence[str]") -> "Sequence[str]":
        if not names:
            raise UsageError("-T fields prints the fields that -e names: add -e FIELD")
        return names

    def _cell(self, field: Access) -> Cell:
        show = texts(field)
        pick = _OCCURRENCES[self._keys.occurrence]
        aggregator, quoted = self._keys.aggregator, self.quoted

        def cell(row: Entry) -> str:
            values = pick(show(row))
            return quoted(aggregator.join(values)) if values else ""

        return cell

    def quoted(self, text: str) -> str:
        """A cell's text in its quotes; a cell without a value has none."""
        quote = self._keys.quote
        return f"{quote}{text}{quote}"

    def start(self) -> str:
        """The byte order mark and the names, where they are asked for."""
        mark = "\ufeff" if self._keys.bom else ""
        if not self._keys.header:
            return mark
        return mark + self._keys.separator.join(self.names) + "\n"

    def rows(self, rows: "Sequence[Union[Entry, Flight]]") -> str:
        """A line a record."""
        cells, join, flight = self._cells, self._keys.separator.join, self._flight
        lines = [
            (
                flight(row)
                if isinstance(row, Flight)
                else join([cell(row) for cell in cells])
            )
            for row in rows
        ]
        return "\n".join(lines) + "\n"

    def _flight(self, flight: Flight) -> str:
        """The lines of a flight: what its frame tells goes into its shape's template."""
        shape = flight.shape
        key = shape, flight.varying
        template = self._templates.get(key) or self._template(flight)
        row = flight.entry(0)
        texts = [cell(row) for cell in self._of_frame]
        return template % tuple(texts * len(shape))

    def _template(self, flight: Flight) -> str:
        """The lines of a shape, with `%s` for what the frame tells."""
        if len(self._templates) >= Limits().memo:
            self._templates.clear()
        lines = []
        for row in flight.entries():
            texts = [
                "%s" if in_frame else cell(row).replace("%", "%%")
                for in_frame, cell in zip(self._in_frame, self._cells)
            ]
            lines.append(self._keys.separator.replace("%", "%%").join(texts))
        key = flight.shape, flight.varying
        template = self._templates[key] = "\n".join(lines)
        return template

    def finish(self) -> str:
        """Nothing stands behind the last line."""
        return ""


class Csv(Columns):
    """Comma-separated values (RFC 4180) with a header."""

    keys = Keys(header=True, separator=",", aggregator=";")

    def _columns(self, names: "Sequence[str]") -> "Sequence[str]":
        return names or _CSV_COLUMNS

    def quoted(self, text: str) -> str:
        """A cell in double quotes where it needs them; those in it are doubled."""
        separator, quote = self._keys.separator, self._keys.quote
        if not quote and '"' not in text and separator not in text:
            return text
        return '"' + text.replace('"', '""') + '"'


def read_keys(given: "Mapping[str, str]", default: Keys) -> Keys:
    """The keys of -E.

    Raises:
        UsageError: a key is unknown, or has a value that it cannot have.
    """
    values: Dict[str, Any] = {}
    for key, text in given.items():
        reader = _READERS.get(key)
        if reader is None:
            known = ", ".join(_READERS)
            raise UsageError(f"-E {key}={text}: the keys are {known}")
        value = reader(text)
        if value is None:
            raise UsageError(f"-E {key}={text}: not a value that {key} can have")
        values[key] = value
    return default._replace(**values)


def _flag(text: str) -> Optional[bool]:
    return {"y": True, "n": False}.get(text)


def _character(text: str) -> Optional[str]:
    return _NAMED.get(text, text if len(text) == 1 else None)


_READERS: "Dict[str, Callable[[str], Any]]" = {
    "header": _flag,
    "separator": _character,
    "quote": _QUOTES.get,
    "occurrence": lambda text: text if text in _OCCURRENCES else None,
    "aggregator": _character,
    "bom": _flag,
}
_OCCURRENCES: "Dict[str, Callable[[List[str]], List[str]]]" = {
    "f": lambda texts: texts[:1],
    "l": lambda texts: texts[-1:],
    "a": lambda texts: texts,
}


def found(
    option: str, name: str, registry: Fields, others: "Iterable[str]" = ()
) -> Access:
    """A field by its name.

    Args:
        others: what the option takes besides fields.

    Raises:
        UsageError: there is no such field; the option is in its words.
    """
    access = registry.find(name)
    if access is not None:
        return access
    like = _like(name, [*registry.names(), *others])
    raise UsageError(f"{option} {name}: there is no such field{like}")


def _like(name: str, names: "Sequence[str]") -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, names, 3)
    return f"; near it are {', '.join(close)}" if close else " (--fields lists them)"


def texts(found: Access) -> "Callable[[Any], List[str]]":
    """What gives the texts of a field's values in a row."""
    if found.field.kind == PROTOCOL and found.noun is None:
        return _protocol_line(found)
    get, show = found.get, shower(found.field)
    return lambda row: [show(value) for value in get(row)]


def _protocol_line(found: Access) -> "Callable[[Entry], List[str]]":
    """A protocol stands for its line in the tree, as in tshark."""
    name = found.field.name

    def show(row: Entry) -> "List[str]":
        nodes = [section.node for section in tree(row)]
        return [node.text for node in nodes if node.field and node.field.name == name]

    return show


def _remembered(found: Access, cell: Cell) -> Cell:
    """The same cell, written once for what it depends on."""
    if found.noun is Header:
        return _by_header(cell)
    return _by_frame(cell) if found.noun in _OF_FRAME else cell


def _by_header(cell: Cell) -> Cell:
    memo: Dict[bytes, str] = {}

    def remembered(row: Entry) -> str:
        header = row[2][0]
        text = memo.get(header)
        if text is None:
            if len(memo) >= Limits().memo:
                memo.clear()
            text = memo[header] = cell(row)
        return text

    return remembered


def _by_frame(cell: Cell) -> Cell:
    last: Optional[Frame] = None
    text = ""

    def remembered(row: Entry) -> str:
        nonlocal last, text
        if row[0] is not last:
            last, text = row[0], cell(row)
        return text

    return remembered
