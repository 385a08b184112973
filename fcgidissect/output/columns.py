"""Entries come in, one line of columns each goes out: tshark's `-T fields`, and CSV.

A column's text is written once a frame where its noun belongs to the frame, and once a
distinct header where it is the header's; everything is escaped, so a row is a line. A whole
question or answer fills its shape's template: with what its frame tells, what is known of its
request in its first records and in its last, and the headers in which it differs from others
of its shape.
"""

from itertools import count
from operator import attrgetter
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from fcgidissect.entry import Entry, of_frame
from fcgidissect.errors import UsageError
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import HEADER_LENGTH, Header
from fcgidissect.fields import ABSOLUTE_TIME, PROTOCOL, RELATIVE_TIME, UINT32, fields_of
from fcgidissect.flight import Flight
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.output import Settings, Writer
from fcgidissect.output.template import Template, gap
from fcgidissect.registry import Access, Fields
from fcgidissect.text import encoded, shower
from fcgidissect.tree import tree

Cell = Callable[[Any], str]

_new = tuple.__new__
_ATTRIBUTES = {
    field.name: attribute
    for attribute, field in fields_of(Frame)
    if field.kind in (UINT32, RELATIVE_TIME, ABSOLUTE_TIME)
}
"""Field -> attribute of a frame, for those of which each frame has one value."""

_OF_FRAME = frozenset({Frame, Ethernet, Vlan, Ipv4, Ipv6, Tcp, TcpInStream})
"""Nouns that are the same for all records that end in one frame."""
_OF_FLIGHT = _OF_FRAME | {Header, Known}
"""Nouns of which a flight tells all without its entries."""
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


class Columns(Writer):
    """tshark's `-T fields`."""

    keys = Keys()
    apart = True
    names: "Sequence[str]"
    """The fields that are its columns."""

    def __init__(self, settings: Settings) -> None:
        self.names = self._columns(settings.fields)
        self._keys = read_keys(settings.keys, self.keys)
        fields = [found("-e", name, settings.registry) for name in self.names]
        self._cells = [_remembered(field, self._cell(field)) for field in fields]
        self.flights = all(each.noun in _OF_FLIGHT for each in fields)
        """No column asks for more than flights tell."""
        self._nouns = [Frame if e.noun in _OF_FRAME else e.noun for e in fields]
        of = {
            noun: [each for each, own in zip(fields, self._nouns) if own is noun]
            for noun in (Frame, Known, Header)
        }
        names = {each.field.name for each in of[Frame]}
        self._number_alone = names <= {"frame.number"}
        """No more is asked of a frame, and a flight tells its frame's, too."""
        self._of_frame = [self._frame_cell(each) for each in of[Frame]]
        self._of_request = [self._cell(each) for each in of[Known]]
        self._told = _Told([self._cell(each) for each in of[Header]])
        self._templates: "Memo[Shape, Template]" = Memo()

    def _columns(self, names: "Sequence[str]") -> "Sequence[str]":
        if not names:
            raise UsageError("-T fields prints the fields that -e names: add -e FIELD")
        return names

    def _cell(self, field: Access) -> Cell:
        pick = _OCCURRENCES[self._keys.occurrence]
        aggregator, quoted = self._keys.aggregator, self.quoted
        attribute = _ATTRIBUTES.get(field.field.name)
        if field.noun is Frame and attribute:
            value, text = attrgetter(attribute), shower(field.field)
            return lambda row: quoted(text(value(row[0])))
        show = texts(field)

        def cell(row: Entry) -> str:
            values = pick(show(row))
            return quoted(aggregator.join(values)) if values else ""

        return cell

    def _frame_cell(self, field: Access) -> "Callable[[Frame, Flow], bytes]":
        """The cell of a frame, in UTF-8."""
        attribute, digits = _ATTRIBUTES.get(field.field.name), "0123456789"
        if attribute and field.field.kind == UINT32 and self.quoted(digits) == digits:
            value: "Callable[[Frame], int]" = attrgetter(attribute)
            return lambda frame, flow: b"%d" % value(frame)
        cell = self._cell(field)
        return lambda frame, flow: encoded(cell(of_frame(frame, flow)))

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

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """The text of each row."""
        cells, join, flight = self._cells, self._keys.separator.join, self._flight
        lines: List[bytes] = []
        for row in rows:
            if isinstance(row, Flight):
                text = flight(row)
                lines.append(text or b"".join(self.lines(row.entries())))
            else:
                lines.append(encoded(join([cell(row) for cell in cells]) + "\n"))
        return lines

    def _flight(self, flight: Flight) -> bytes:
        """The lines of a flight; nothing where that takes asking each record."""
        _, _, flow, data, start, shape, *_ = flight
        template = self._templates.get(shape) or self._template(flight)
        frame: Any = flight if self._number_alone else flight.frame
        texts = [cell(frame, flow) for cell in self._of_frame]
        if self._of_request:
            known = _known(flight)
            if not known:
                return b""
            texts += [
                encoded(cell(each)) for each in known for cell in self._of_request
            ]
        told, headers = self._told, shape.varying(data, start)
        texts += told[headers[:HEADER_LENGTH]]
        if len(headers) > HEADER_LENGTH:
            texts += told[headers[HEADER_LENGTH:]]
        return template.text(texts)

    def _template(self, flight: Flight) -> Template:
        """The lines of a shape, with gaps for what differs from flight to flight."""
        asks, headers = flight.shape.asks, flight.shape.headers
        frames, requests = len(self._of_frame), len(self._of_request)
        lines, in_headers = "", count(frames + 2 * requests)
        for index, (known, row) in enumerate(zip(headers, flight.entries())):
            later = index > 0 if asks else index == len(headers) - 1
            places: "Dict[Optional[type], Iterator[int]]" = {
                Frame: count(),
                Known: count(frames + later * requests),
                Header: in_headers,
            }
            texts = [
                cell(row) if known and noun is Header else gap(next(places[noun]))
                for noun, cell in zip(self._nouns, self._cells)
            ]
            lines += self._keys.separator.join(texts) + "\n"
        template = self._templates[flight.shape] = Template(lines)
        return template


class _OfRequest:
    """A row of which nothing is asked but what is known of its request."""

    __slots__ = ("_known",)

    def __init__(self, known: Known) -> None:
        self._known = (known,)

    def nouns(self, noun: type) -> "Tuple[Known]":
        """See `entry.Row.nouns`."""
        return self._known


def _known(flight: Flight) -> "List[_OfRequest]":
    """What is known at the two positions of a flight from which on more is known.

    Nothing where that takes asking each record.
    """
    request, shape, answer = flight.request, flight.shape, flight.said
    if not isinstance(request, Brief) or isinstance(answer, Answer) and answer.stderr:
        return []
    first = 0 if shape.asks else request.question.records
    second = 1 if shape.asks else first + len(shape) - 1
    return [_OfRequest(known_of(request, position)) for position in (first, second)]


class _Told(Memo[bytes, List[bytes]]):
    """The eight bytes of a header -> its cells."""

    def __init__(self, cells: "List[Cell]") -> None:
        super().__init__()
        self._cells = cells

    def __missing__(self, header: bytes) -> "List[bytes]":
        row = _new(Entry, (None, None, Record(header, b"", 0, 0), None, 0))
        cells = self[header] = [encoded(cell(row)) for cell in self._cells]
        return cells


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
            raise UsageError(f"-E {key}={text}: {key} is {_CHOICES[key]}")
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
_CHARACTER = "one character, /t (a tab) or /s (a blank)"
_CHOICES = {
    "header": "y or n",
    "separator": _CHARACTER,
    "quote": "d (double), s (single) or n (none)",
    "occurrence": "f (first), l (last) or a (all)",
    "aggregator": _CHARACTER,
    "bom": "y or n",
}
"""What a key's value can be, in words."""
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
    memo: "Memo[bytes, str]" = Memo()

    def remembered(row: Entry) -> str:
        header = row[2][0]
        text = memo.get(header)
        if text is None:
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
