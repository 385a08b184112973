"""An entry comes in, its tree goes out: protocols, fields, values, texts and byte places.

The one source of the detail tree, PDML and Elasticsearch output. Fields and their places
are derived from the nouns. In a record every byte is exactly one leaf's: a field's, or that
of a line for reserved bytes; what is derived, such as a duration, takes no bytes.
"""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair, decode
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.spec import HEADER_LENGTH, PAIRS
from fcgidissect.fields import PROTOCOL, Field, Value, fields_of, spans
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import Layer
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.notes import Note
from fcgidissect.text import escape, ipv4, ipv6, shower, told

LINE = 240
"""Characters of a value that a line of the tree shows, as Wireshark's."""
HEX = 36
"""Bytes of a byte sequence that a line of the tree shows, as Wireshark's."""
ELLIPSIS = "…"


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


def tree(entry: Entry) -> "List[Section]":
    """The protocols of an entry, outermost first."""
    frame = entry.frame
    data = frame.bytes
    sections = [Section(_frame(entry), data)]
    for layer in entry.layers:
        if layer.data is frame.data:
            sections.append(Section(_layer(entry, layer, frame.start), data))
        else:
            sections.append(Section(_layer(entry, layer, 0), layer.data))
    return sections + [Section(_record(entry), entry.record.raw, _offset(entry))]


def _offset(entry: Entry) -> int:
    frame, record = entry.frame, entry.record
    inside = record.segments == 1 and record.data is frame.data
    return record.start - HEADER_LENGTH - frame.start if inside else 0


# A protocol each


def _frame(entry: Entry) -> Node:
    frame = entry.frame
    text = (
        f"Frame {frame.number}: {frame.len} bytes on wire ({8 * frame.len} bits),"
        f" {frame.cap_len} bytes captured ({8 * frame.cap_len} bits)"
    )
    children = _derived(frame) + _derived(entry, "frame.")
    return _protocol("frame", text, 0, frame.cap_len, children)


def _layer(entry: Entry, layer: Layer, base: int) -> Node:
    noun: Any = layer.noun
    start, length = layer.start - base, layer.end - layer.start
    if type(noun) not in _LAYERS:
        return _protocol(noun.protocol, noun.title, start, length, [])
    name, title = _LAYERS[type(noun)]
    text, children = title(noun), _on_wire(noun, start)
    for seen in entry.nouns(TcpInStream) if isinstance(noun, Tcp) else ():
        text += f", Seq: {seen.seq}, Ack: {seen.ack}, Len: {noun.len}"
        children += _derived(seen, start=start) + _derived(entry, "tcp.", start)
    return _protocol(name, text, start, length, children)


def _record(entry: Entry) -> Node:
    record = entry.record
    name = record.head.type_name or f"Unknown ({record.head.type})"
    children = _on_wire(record.head, 0)
    children.append(_reserved(record.header, HEADER_LENGTH - 1, HEADER_LENGTH))
    children += _content(entry)
    children += _padding(record)
    for known in entry.nouns(Known):
        children.append(_line(f"Request {known.number}:", 0, 0, _derived(known)))
    children += [_remark(note) for note in entry.notes]
    return _protocol("fcgi", f"FastCGI ({name})", 0, len(record.raw), children)


def _protocol(name: str, text: str, start: int, length: int, children: Nodes) -> Node:
    field = Field(name, PROTOCOL, text)
    return Node(field, None, text, start, length, tuple(children))


_LAYERS: "Dict[type, Tuple[str, Callable[[Any], str]]]" = {
    Ethernet: (
        "eth",
        lambda eth: f"Ethernet II, Src: {eth.src.hex(':')}, Dst: {eth.dst.hex(':')}",
    ),
    Vlan: ("vlan", lambda vlan: f"802.1Q Virtual LAN, ID: {vlan.id}"),
    Ipv4: (
        "ip",
        lambda ip: "Internet Protocol Version 4,"
        f" Src: {ipv4(ip.src)}, Dst: {ipv4(ip.dst)}",
    ),
    Ipv6: (
        "ipv6",
        lambda ip: "Internet Protocol Version 6,"
        f" Src: {ipv6(ip.src)}, Dst: {ipv6(ip.dst)}",
    ),
    Tcp: (
        "tcp",
        lambda tcp: "Transmission Control Protocol,"
        f" Src Port: {tcp.srcport}, Dst Port: {tcp.dstport}",
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
        pairs = _line("Params:", HEADER_LENGTH, size, _pairs(entry))
        return [pairs] + _hidden(_derived(entry, "fcgi."))
    data, *text = _derived(entry, "fcgi.")
    data = data._replace(start=HEADER_LENGTH, length=size)
    return [data] + (text if _is_text(record.content) else _hidden(text))


def _body(record: Record, size: int) -> Node:
    children = _on_wire(record.body, HEADER_LENGTH)
    said = max(node.start + node.length for node in children)
    children.append(_reserved(record.raw, said, HEADER_LENGTH + size))
    words = (record.head.type_name or "").split("_")[1:]
    return _line(" ".join(words).title() + ":", HEADER_LENGTH, size, children)


def _padding(record: Record) -> Nodes:
    padding = record.padding
    if not padding:
        return []
    ((_, field),) = [each for each in _fields(Record) if each[0] == "padding"]
    start = HEADER_LENGTH + record.end - record.start
    return [Node(field, padding, _said(field, padding), start, len(padding))]


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
    start, ends = pair_ends(content, pairs)
    nodes: Nodes = []
    if start and len(ends) < len(pairs):
        nodes += _pair(pairs[0], HEADER_LENGTH, start)
    elif start:
        nodes.append(_line("A pair that began earlier goes on", HEADER_LENGTH, start))
    for pair, end in zip(pairs[len(pairs) - len(ends) :], ends):
        nodes += _pair(pair, HEADER_LENGTH + start, end - start)
        start = end
    if start < len(content):
        rest = len(content) - start
        nodes.append(_line("A pair that ends later", HEADER_LENGTH + start, rest))
    return nodes


def _pair(pair: Pair, start: int, length: int) -> Nodes:
    """The line of a pair stands for its name, as Wireshark's does; its value is hidden."""
    text = escape(f"{pair.name} = {pair.value}" if pair.value else pair.name)
    (_, name), (_, value) = _fields(Pair)
    return [
        Node(name, pair.name, text, start, length),
        Node(value, pair.value, _said(value, pair.value), start, 0, hidden=True),
    ]


def pair_ends(content: bytes, pairs: "Sequence[Pair]") -> "Tuple[int, List[int]]":
    """Where the pairs that end in a content lie.

    Returns:
        The offset of the first pair that begins here, and the offset behind each of those
        that begin and end here: one less than `pairs` where the first began earlier.
    """
    if list(decode(content)[0]) == list(pairs):
        return 0, _ends(content, 0, len(pairs))
    if pairs:
        tail = "".join(pairs[0]).encode("utf-8", "surrogateescape")
        for start in range(1, min(len(content), len(tail) + HEADER_LENGTH) + 1):
            same = min(start, len(tail))
            if content[start - same : start] == tail[len(tail) - same :]:
                if list(decode(content[start:])[0]) == list(pairs[1:]):
                    return start, _ends(content, start, len(pairs) - 1)
    return len(content), []


def _ends(content: bytes, start: int, count: int) -> "List[int]":
    ends: "List[int]" = []
    for _ in range(count):
        lengths = 0
        for _ in ("name", "value"):  # one byte, or four with the high bit set
            width = 4 if content[start] & 0x80 else 1
            length = int.from_bytes(content[start : start + width], "big")
            lengths += length & 0x7FFFFFFF
            start += width
        start += lengths
        ends.append(start)
    return ends


# Nodes of a noun


def _on_wire(noun: Any, start: int) -> Nodes:
    """The fields that stand in the noun's bytes, in their order."""
    places = _places(type(noun))
    nodes = [
        node
        for attribute, field in _fields(type(noun))
        for node in _nodes(
            noun, attribute, field, start, *places.get(attribute, (0, 0))
        )
    ]
    return sorted(nodes, key=lambda node: (not node.length, node.start))


def _derived(noun: Any, prefix: str = "", start: int = 0) -> Nodes:
    """The fields of a noun that stand in no bytes, those whose names begin so."""
    return [
        node
        for attribute, field in _fields(type(noun))
        if field.name.startswith(prefix)
        for node in _nodes(noun, attribute, field, start, 0, 0)
    ]


def _nodes(
    noun: Any, attribute: str, field: Field, start: int, offset: int, length: int
) -> Nodes:
    value = getattr(noun, attribute)
    both_ends = isinstance(value, tuple)
    values = value if both_ends else () if value is None else (value,)
    hidden = both_ends or attribute.endswith("_name")
    return [
        Node(field, each, _said(field, each), start + offset, length, hidden=hidden)
        for each in values
    ]


def _hidden(nodes: Nodes) -> Nodes:
    return [node._replace(hidden=True) for node in nodes]


def _said(field: Field, value: Value) -> str:
    if isinstance(value, bytes) and field.kind.name == "BYTES" and len(value) > HEX:
        return f"{field.title}: {shower(field)(value[:HEX])}{ELLIPSIS}"
    text = told(field, value)
    text = text if len(text) <= LINE else text[:LINE] + ELLIPSIS
    return f"{field.title}: {text}"


def _line(text: str, start: int, length: int, children: Sequence[Node] = ()) -> Node:
    return Node(None, None, text, start, length, tuple(children))


def _reserved(data: bytes, start: int, end: int) -> Node:
    return _line(f"Reserved: {data[start:end].hex()}", start, end - start)


def _remark(note: Note) -> Node:
    nodes = _derived(note) if any(_fields(Note)) else []
    text = f"Expert Info ({note.severity}): {escape(note.message)}"
    return _line(text, 0, 0, nodes)


_field_lists: "Dict[type, List[Tuple[str, Field]]]" = {}
_span_tables: "Dict[type, Dict[str, Tuple[int, int]]]" = {}


def _fields(noun: type) -> "List[Tuple[str, Field]]":
    if noun not in _field_lists:
        _field_lists[noun] = list(fields_of(noun))
    return _field_lists[noun]


def _places(noun: type) -> "Dict[str, Tuple[int, int]]":
    if noun not in _span_tables:
        _span_tables[noun] = spans(noun)
    return _span_tables[noun]
