"""Entries come in, one JSON object each goes out: in one array, or one a line.

An object is nested by the dotted names of its fields and holds what the README's section on
JSON lists. It is put together from ready-made fragments, and everything outside ASCII is
written as an escape, so that no byte of a capture acts on a terminal.

Fragments: what stands before the record is written once a frame, the header once a distinct
header, a pair once a distinct pair, the request once as long as nothing more is known of it.
"""

from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.requests import Request
from fcgidissect.fcgi.spec import PAIRS, RecordType
from fcgidissect.fields import Field, fields_of
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings
from fcgidissect.text import ipv4, ipv6, iso, seconds

_BULK = frozenset({RecordType.STDIN, RecordType.STDOUT, RecordType.DATA})
"""Types whose records say nothing of their own beside their content."""
_LASTING = frozenset(
    {
        "fcgi.request.number",
        "fcgi.request.method",
        "fcgi.request.uri",
        "fcgi.request.script",
        "fcgi.request.host",
        "fcgi.request.remote_addr",
        "fcgi.response.status",
        "fcgi.response.content_type",
    }
)
"""Of a request, what every record tells once it is known; END_REQUEST tells all."""


class Lines:
    """JSON lines: an object a line."""

    behind = "\n"

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._raw = settings.raw
        self._headers: Dict[bytes, Tuple[str, str]] = {}
        self._requests: Dict[Tuple[int, int, bool], str] = {}

    def start(self) -> str:
        """Nothing stands before the first object."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last object."""
        return ""

    def rows(self, rows: "Sequence[Entry]") -> str:
        """The objects of a batch."""
        return self.behind.join(self._objects(rows)) + self.behind

    def _objects(self, rows: "Sequence[Entry]") -> "List[str]":
        objects: List[str] = []
        last_frame = last_flow = None
        opened = data = ""
        headers, with_data = self._headers, self._data
        for row in rows:
            frame, flow, record, request, position = row
            # 1. Once a frame and direction: frame, addresses, ports.
            if frame is not last_frame or flow is not last_flow:
                last_frame, last_flow = frame, flow
                opened = before(frame, flow)
            # 2. Once a distinct header: all of it, around the content's bytes.
            header = record.header
            opening, closing = headers.get(header) or self._header(header)
            # 3. The content.
            data = ""
            if with_data and record.end > record.start:
                if header[1] in _BULK:
                    content = record.data[record.start : record.end]
                    data = f', "data": "{content.hex()}"'
                else:
                    data = _data(row)
            # 4. What the body and the request tell.
            told = self._told(row)
            objects.append(f"{opened}{opening}{data}{closing}{told}")
        return objects

    def _header(self, header: bytes) -> "Tuple[str, str]":
        head = decode_header(header)
        if len(self._headers) >= Limits().memo:
            self._headers.clear()
        name = head.type_name
        named = f' "type_name": "{name}",' if name else ""
        both = self._headers[header] = (
            f'"version": {head.version}, "type": {head.type},{named} "id": {head.id},'
            f' "content": {{"length": {head.content_length}',
            f'}}, "padding": {{"length": {head.padding_length}}}',
        )
        return both

    def _told(self, row: Entry) -> str:
        """From the padding's end to the object's."""
        record, request = row.record, row.request
        parts: List[str] = []
        kind = record.header[1]
        if kind not in _BULK:
            parts += self._body(row)
        if request is not None:
            parts.append(self._request(row.position, request, kind))
        if self._raw:
            parts.append(f'"raw": "{record.raw.hex()}"')
        text = "".join([", " + part for part in parts if part]) + "}"
        notes = row.notes
        return text + (expert(notes) if notes else "") + "}"

    def _body(self, row: Entry) -> "Iterator[str]":
        record = row.record
        body = record.body
        if body is not None:
            yield nested(values_of(body), "fcgi.")
        elif record.header[1] in PAIRS:
            yield both_forms(row.pairs)
        elif record.header[1] == RecordType.STDERR and row.known is not None:
            yield nested(values_of(row.known, {"fcgi.stderr"}), "fcgi.")

    def _request(self, position: int, request: Request, kind: int) -> str:
        if kind == RecordType.END_REQUEST:
            return nested(values_of(Known(request, position)), "fcgi.")
        told = sum([at <= position for at, _ in request.read_pairs()])
        stage = (request.number, told, request.header_position <= position)
        text = self._requests.get(stage)
        if text is None:
            if len(self._requests) >= Limits().memo:
                self._requests.clear()
            text = nested(values_of(Known(request, position), _LASTING), "fcgi.")
            self._requests[stage] = text
        return text


class Array(Lines):
    """One array of all objects."""

    behind = ",\n"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._between = "[\n"

    def rows(self, rows: "Sequence[Entry]") -> str:
        """The objects of a batch, behind those of the batch before."""
        text = self._between + self.behind.join(self._objects(rows))
        self._between = self.behind
        return text

    def finish(self) -> str:
        """The array's end."""
        return "[]\n" if self._between == "[\n" else "\n]\n"


def string(text: str) -> str:
    """Text as JSON; what is no UTF-8 as an object with its bytes."""
    if text.isascii():
        return quoted(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
        return f'{{"hex": "{raw.hex()}"}}'
    return quoted(text)


_pairs: Dict[Pair, Tuple[str, str]] = {}


def both_forms(pairs: "Sequence[Pair]") -> str:
    """Pairs as `param`, by name, and as `nv`, in wire order with repeats."""
    if not pairs:
        return ""
    known = _pairs
    texts = [known.get(pair) or _pair(pair) for pair in pairs]
    last = {pair.name: text for pair, (text, _) in zip(pairs, texts) if text}
    by_name = ", ".join(last.values())
    in_order = ", ".join([text for _, text in texts])
    return f'"param": {{{by_name}}}, "nv": [{in_order}]'


def _pair(pair: Pair) -> "Tuple[str, str]":
    """Its member of `param` (none where the name is no UTF-8), its element of `nv`."""
    if len(_pairs) >= Limits().memo:
        _pairs.clear()
    name, value = string(pair.name), string(pair.value)
    member = f"{name}: {value}" if name.startswith('"') else ""
    both = _pairs[pair] = member, f'{{"name": {name}, "value": {value}}}'
    return both


def nested(values: "Sequence[Tuple[Field, Any]]", prefix: str) -> str:
    """Members of an object, nested by what their names hold behind `prefix`."""
    tree: Dict[str, Any] = {}
    for field, value in values:
        *path, last = field.name[len(prefix) :].split(".")
        place = tree
        for name in path:
            place = place.setdefault(name, {})
        place[last] = _JSON[field.kind.name](value)
    return _members(tree)


def _members(tree: "Dict[str, Any]") -> str:
    return ", ".join(
        (
            f'"{name}": {{{_members(value)}}}'
            if isinstance(value, dict)
            else f'"{name}": {value}'
        )
        for name, value in tree.items()
    )


def values_of(noun: Any, names: "frozenset[str] | set[str] | None" = None) -> Any:
    """(field, value) of a noun's fields that have one, of those named or of all."""
    values = []
    for attribute, field in _fields(type(noun)):
        if names is None or field.name in names:
            value = getattr(noun, attribute)
            if value is not None:
                values.append((field, value))
    return values


_known_fields: "Dict[type, List[Tuple[str, Field]]]" = {}


def _fields(noun: type) -> "List[Tuple[str, Field]]":
    if noun not in _known_fields:
        _known_fields[noun] = list(fields_of(noun))
    return _known_fields[noun]


def before(frame: Frame, flow: Flow) -> str:
    """An object up to its `fcgi`: frame, addresses, ports."""
    digits = frame.source.digits
    protocol = "ip" if len(flow.source) == 4 else "ipv6"
    return (
        f'{{"frame": {{"number": {frame.number},'
        f' "time": "{iso(frame.time_epoch, digits)}",'
        f' "time_epoch": {seconds(frame.time_epoch, digits)},'
        f' "time_relative": {seconds(frame.time_relative, digits)},'
        f' "len": {frame.len}, "cap_len": {frame.cap_len}}},'
        f' "{protocol}": {{"src": "{flow.source_text}",'
        f' "dst": "{flow.destination_text}"}},'
        f' "tcp": {{"stream": {flow.number}, "srcport": {flow.source_port},'
        f' "dstport": {flow.destination_port}}},'
        ' "fcgi": {'
    )


def _data(row: Entry) -> str:
    content = row.content_data
    return "" if content is None else f', "data": "{content.hex()}"'


def expert(notes: "Sequence[Any]") -> str:
    """`_ws.expert`, behind another member."""
    items = ", ".join(
        f'{{"severity": "{note.severity}", "message": {string(note.message)}}}'
        for note in notes
    )
    return f', "_ws": {{"expert": [{items}]}}'


_JSON: "Dict[str, Callable[[Any], str]]" = {
    "UINT8": str,
    "UINT16": str,
    "UINT32": str,
    "UINT64": str,
    "FRAMENUM": str,
    "BOOLEAN": lambda value: "true" if value else "false",
    "STRING": string,
    "NONE": string,
    "BYTES": lambda value: f'"{value.hex()}"',
    "PROTOCOL": lambda value: f'"{value.hex()}"',
    "ETHER": lambda value: f'"{value.hex(":")}"',
    "IPv4": lambda value: f'"{ipv4(value)}"',
    "IPv6": lambda value: f'"{ipv6(value)}"',
    "ABSOLUTE_TIME": lambda value: f'"{iso(value)}"',
    "RELATIVE_TIME": seconds,
}
