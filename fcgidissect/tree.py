"""An entry comes in, its tree goes out: protocols, fields, values, texts and byte places.

The one source of the detail tree, PDML and Elasticsearch output. Fields and their places
are derived from the nouns. In a record every byte is exactly one leaf's: a field's, or that
of a line for reserved bytes; what is derived, such as a duration, takes no bytes.
"""

from functools import lru_cache
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.entry import Entry
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair, pair_ends
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.spec import HEADER_LENGTH, PAIRS, type_title
from fcgidissect.fields import PROTOCOL, Field, Value, fields_of, spans
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import Layer
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.notes import Note
from fcgidissect.text import ELLIPSIS, escape, ipv4, ipv6, told

LINE = 240
"""Characters of a value that a line of the tree shows, as Wireshark's."""
HEX = 36
"""Bytes of a byte sequence that a line of the tree shows, as Wireshark's."""
FRAME = (
    "Frame %(number)d: %(len)d bytes on wire (%(bits)d bits),"
    " %(cap_len)d bytes captured (%(cap_bits)d bits)"
)
IP = "Internet Protocol Version 4, Src: %(src)s, Dst: %(dst)s"
TCP = "Transmission Control Protocol, Src Port: %(srcport)d, Dst Port: %(dstport)d"
IN_STREAM = ", Seq: %(seq)d, Ack: %(ack)d, Len: %(length)d"
"""The lines of protocols whose values vary from frame to frame."""


class Node(NamedTuple):
    """A line of the tree."""

    field: Optional[Field]
    """None for a line that stands for no field."""
    value: Optional[Value]
    text: str
    start: int
    """The offset of its bytes in its section's data."""
    length: int
    """0 for what is derived and stands in no byte."""
    children: "Tuple[Node, ...]" = ()
    hidden: bool = False
    """Another line says it already: filters know it, eyes need not."""


class Section(NamedTuple):
    """A protocol of the tree, and the bytes in which its nodes lie."""

    node: Node
    data: bytes
    """The frame's bytes; for FastCGI the record's own, from header to padding."""
    offset: int = 0
    """Where the record begins in its frame; 0 for the frame, and where it took several."""


Nodes = List[Node]
_new = tuple.__new__


Only = Optional[FrozenSet[str]]
"""Protocols that are wanted with what is in them; None for all."""


def tree(entry: Entry, only: Only = None) -> "List[Section]":
    """The protocols of an entry, outermost first; those not in `only` have no children."""
    record = of_record(entry)
    if only is not None and "fcgi" not in only:
        record = record._replace(node=record.node._replace(children=()))
    return [*above(entry, only), record]


def of_record(entry: Entry) -> Section:
    """FastCGI alone, the innermost protocol."""
    return Section(_record(entry), entry.record.raw, offset(entry))


def above(entry: Entry, only: Only = None) -> "List[Section]":
    """The protocols above FastCGI: the same for all records of a frame and direction."""
    frame = entry.frame
    data = frame.bytes
    sections = [Section(_frame(entry, only), data)]
    for layer in entry.layers:
        if layer.data is frame.data:
            sections.append(Section(_layer(entry, layer, frame.start, only), data))
        else:
            sections.append(Section(_layer(entry, layer, 0, only), layer.data))
    return sections


def offset(entry: Entry) -> int:
    """See `Section.offset`."""
    frame, record = entry.frame, entry.record
    inside = record.segments == 1 and record.data is frame.data
    return record.start - HEADER_LENGTH - frame.start if inside else 0


# A protocol each


def _frame(entry: Entry, only: Only) -> Node:
    frame = entry.frame
    text = FRAME % {
        "number": frame.number,
        "len": frame.len,
        "bits": 8 * frame.len,
        "cap_len": frame.cap_len,
        "cap_bits": 8 * frame.cap_len,
    }
    wanted = only is None or "frame" in only
    children = _derived(frame) + _derived(entry, "frame.") if wanted else []
    return _protocol("frame", text, 0, frame.cap_len, children)


def _layer(entry: Entry, layer: Layer, base: int, only: Only) -> Node:
    noun: Any = layer.noun
    start, length = layer.start - base, layer.end - layer.start
    if type(noun) not in _LAYERS:
        return _protocol(noun.protocol, noun.title, start, length, [])
    name, title = _LAYERS[type(noun)]
    wanted = only is None or name in only
    text, children = title(noun), _on_wire(noun, start) if wanted else []
    if isinstance(noun, Tcp):
        seen = TcpInStream(noun, entry.flow, entry.frame.analysis)
        text += IN_STREAM % {"seq": seen.seq, "ack": seen.ack, "length": noun.len}
        if wanted:
            children += _derived(seen, start=start) + segments(entry, start)
    return _protocol(name, text, start, length, children)


def segments(entry: Entry, start: int = 0) -> Nodes:
    """What TCP tells of a record that took several segments: the last of its nodes."""
    return _derived(entry, "tcp.", start)


def _record(entry: Entry) -> Node:
    children = header(entry.record) + content(entry)
    children += [request(known) for known in entry.nouns(Known)]
    children += [remark(note) for note in entry.notes]
    length = len(entry.record.raw)
    return _protocol("fcgi", record_title(entry.record), 0, length, children)


def record_title(record: Record) -> str:
    """The line of a record."""
    return f"FastCGI ({type_title(record.header[1])})"


def header(record: Record) -> Nodes:
    """The nodes of a record's header."""
    reserved = _reserved(record.header, HEADER_LENGTH - 1, HEADER_LENGTH)
    return [*_on_wire(record.head, 0), reserved]


def content(entry: Entry) -> Nodes:
    """The nodes of a record's content and padding."""
    return _content(entry) + padding(entry.record)


def request(known: Known) -> Node:
    """What is known of a record's request."""
    return request_line(known)._replace(children=tuple(_derived(known, kind=Known)))


def request_line(known: Known) -> Node:
    """The line above that."""
    return _line(f"Request {known.number}:", 0, 0)


def request_field(known: Known, attribute: str) -> Nodes:
    """One thing of it."""
    return _nodes(known, [_of_request()[attribute]], 0)


def _protocol(name: str, text: str, start: int, length: int, children: Nodes) -> Node:
    field = Field(name, PROTOCOL, text)
    return Node(field, None, text, start, length, tuple(children))


_LAYERS: "Dict[type, Tuple[str, Callable[[Any], str]]]" = {
    Ethernet: (
        "eth",
        lambda eth: f"Ethernet II, Src: {eth.src.hex(':')}, Dst: {eth.dst.hex(':')}",
    ),
    Vlan: ("vlan", lambda vlan: f"802.1Q Virtual LAN, ID: {vlan.id}"),
    Ipv4: ("ip", lambda ip: IP % {"src": ipv4(ip.src), "dst": ipv4(ip.dst)}),
    Ipv6: (
        "ipv6",
        lambda ip: "Internet Protocol Version 6,"
        f" Src: {ipv6(ip.src)}, Dst: {ipv6(ip.dst)}",
    ),
    Tcp: (
        "tcp",
        lambda tcp: TCP % {"srcport": tcp.srcport, "dstport": tcp.dstport},
    ),
}
"""Noun of a layer -> its protocol's name, and its line."""

# The record's content


def _content(entry: Entry) -> Nodes:
    """Nodes that tile the content."""
    record = entry.record
    size = len(record.content)
    if record.body is not None:
        return [_body(record, size)]
    if not size:
        return []
    if record.header[1] in PAIRS:
        return [params(record, _pairs(entry))] + _hidden(_derived(entry, "fcgi."))
    data, *text = _derived(entry, "fcgi.")
    data = data._replace(start=HEADER_LENGTH, length=size)
    return [data] + (text if _is_text(record.content) else _hidden(text))


def params(record: Record, pairs: "Sequence[Node]" = ()) -> Node:
    """The line of a record's name-value pairs."""
    return _line("Params:", HEADER_LENGTH, record.end - record.start, pairs)


def _body(record: Record, size: int) -> Node:
    children = _on_wire(record.body, HEADER_LENGTH)
    said = max(node.start + node.length for node in children)
    children.append(_reserved(record.raw, said, HEADER_LENGTH + size))
    words = (record.head.type_name or "").split("_")[1:]
    return _line(" ".join(words).title() + ":", HEADER_LENGTH, size, children)


def padding(record: Record) -> Nodes:
    """The padding, which is all that a record has of its own besides `fcgi.raw`."""
    start = HEADER_LENGTH + record.end - record.start
    nodes = _derived(record, "fcgi.padding.", start)
    return [node._replace(length=len(record.padding)) for node in nodes if node.value]


def _is_text(content: bytes) -> bool:
    """UTF-8 without a NUL."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def _pairs(entry: Entry) -> Nodes:
    """Name-value pairs: those that end in this record, and the parts of others."""
    content = entry.record.content
    pairs = entry.nouns(Pair)
    split = entry.request.split if entry.request else []
    start = next((first for at, _, first in split if at == entry.position), 0)
    nodes: Nodes = []
    if start:
        nodes += pair_lines(pairs[0], HEADER_LENGTH, start)
        pairs = pairs[1:]
    for pair, end in zip(pairs, pair_ends(content, start, len(pairs))):
        nodes += pair_lines(pair, HEADER_LENGTH + start, end - start)
        start = end
    if start < len(content):
        rest = len(content) - start
        nodes.append(_line("A pair that ends later", HEADER_LENGTH + start, rest))
    return nodes


def pair_lines(pair: Pair, start: int, length: int) -> Nodes:
    """The line of a pair stands for its name, as Wireshark's does; its value is hidden."""
    name, value = _derived(pair, start=start)
    text = escape(f"{pair.name} = {pair.value}" if pair.value else pair.name)
    return [name._replace(text=text, length=length), value._replace(hidden=True)]


# Nodes of a noun


class _Item(NamedTuple):
    """One field of a noun, ready to become nodes."""

    attribute: str
    field: Field
    say: Callable[[Any], str]
    offset: int
    length: int
    hidden: bool


def _on_wire(noun: Any, start: int) -> Nodes:
    """The fields that stand in the noun's bytes, in their order."""
    key = type(noun), None
    items = _plans.get(key)
    if items is None:
        places = spans(key[0])
        items = [_item(each, places.get(each[0], (0, 0))) for each in fields_of(key[0])]
        items.sort(key=lambda item: (not item.length, item.offset))
        _plans[key] = items
    return _nodes(noun, items, start)


def _derived(
    noun: Any, prefix: str = "", start: int = 0, kind: Optional[type] = None
) -> Nodes:
    """The fields of a noun that stand in no bytes, those whose names begin so."""
    key = kind or type(noun), prefix
    items = _plans.get(key)
    if items is None:
        fields = [each for each in fields_of(key[0]) if each[1].name.startswith(prefix)]
        items = _plans[key] = [_item(each, (0, 0)) for each in fields]
    return _nodes(noun, items, start)


_plans: "Dict[Tuple[type, Optional[str]], List[_Item]]" = {}


def _item(named: "Tuple[str, Field]", place: "Tuple[int, int]") -> _Item:
    attribute, field = named
    return _Item(attribute, field, sayer(field), *place, attribute.endswith("_name"))


def _nodes(noun: Any, items: "List[_Item]", start: int) -> Nodes:
    nodes: Nodes = []
    for attribute, field, say, offset, length, hidden in items:
        value = getattr(noun, attribute)
        at = start + offset
        if isinstance(value, tuple):
            apart = bool(field.within)  # both ends of something have their own lines
            nodes += [
                _new(Node, (field, each, say(each), at, length, (), apart))
                for each in value
            ]
        elif value is not None:
            node = field, value, say(value), at, length, (), hidden
            nodes.append(_new(Node, node))
    return nodes


@lru_cache(None)
def _of_request() -> "Dict[str, _Item]":
    return {each[0]: _item(each, (0, 0)) for each in fields_of(Known)}


def sayer(field: Field) -> Callable[[Any], str]:
    """What turns a value of a field into its line."""
    kind, title = field.kind.name, field.title + ": "
    if field.names is None and kind.startswith("UINT"):
        form = f"0x%0{2 * field.kind.width}x" if field.base == 16 else "%d"
        return (title.replace("%", "%%") + form).__mod__
    if kind == "BYTES":
        return lambda value: title + _cut(value[: HEX + 1].hex(), 2 * HEX)
    if kind == "STRING":
        return lambda value: title + _cut(escape(value[: LINE + 1]), LINE)
    return lambda value: title + told(field, value)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + ELLIPSIS


def _hidden(nodes: Nodes) -> Nodes:
    return [node._replace(hidden=True) for node in nodes]


def _line(text: str, start: int, length: int, children: Sequence[Node] = ()) -> Node:
    return Node(None, None, text, start, length, tuple(children))


def _reserved(data: bytes, start: int, end: int) -> Node:
    return _line(f"Reserved: {data[start:end].hex()}", start, end - start)


def remark(note: Note) -> Node:
    """What there is to say of a record."""
    nodes = _derived(note)
    text = f"Expert Info ({note.severity}): {escape(note.message)}"
    return _line(text, 0, 0, nodes)
