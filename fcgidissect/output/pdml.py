"""Entries come in, tshark's XML goes out: PDML, every field with its place, and PSML.

Element and attribute names are Wireshark's (doc/README.xml-output). A packet is a record.
Places count from the frame's first byte; where a record took several segments, from its own.
"""

from itertools import chain
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import type_title
from fcgidissect.flight import Flight
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings, Writer
from fcgidissect.output.clock import clock
from fcgidissect.output.frame_text import FrameText
from fcgidissect.output.parts import Parts
from fcgidissect.output.telling import AS_IT_IS, Telling
from fcgidissect.text import date, escape, seconds
from fcgidissect.tree import (
    Node,
    Section,
    above,
    of_record,
    offset,
    record_title,
)

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_CREATOR = 'version="0" creator="fcgidissect"'
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
"""What cannot stand in an attribute; first what all of these begin with."""
_CLOSING = "  </proto>\n"
"""That of a protocol."""
_NUMBER = (
    '    <field name="%s" pos="0" show="%%d" showname="%s" value="%%x" size="%%d"/>\n'
)
_GENERAL = (
    '  <proto name="geninfo" pos="0" showname="General information" size="%d">\n'
    + _NUMBER % ("num", "Number")
    + _NUMBER % ("len", "Frame Length")
    + _NUMBER % ("caplen", "Captured Length")
    + '    <field name="timestamp" pos="0" show="%s" showname="Captured Time" value="%s"'
    ' size="%d"/>\n' + _CLOSING
)
_PLACE = "\1"
"""Stands for a place until it is known, because nothing else has it."""
_COLUMNS = "No. Time Source Destination Protocol Length Info".split()


class _Piece(NamedTuple):
    """Some lines that may stand anywhere in a frame."""

    text: bytes
    """With a gap for each place."""
    starts: "Tuple[int, ...]"
    """What is there if the bytes begin where the frame does."""
    at_zero: bool
    """All that is 0."""

    def at(self, offset: int) -> bytes:
        """The lines where the bytes begin so far behind the frame's first one."""
        text, starts, at_zero = self
        if at_zero:
            return text % ((offset,) * len(starts))
        return text % tuple([offset + each for each in starts])


class Pdml(Writer):
    """Packet details."""

    apart = numbered = True

    def __init__(self, settings: Settings) -> None:
        self._only = settings.only
        self._opened = settings.opened
        self._frames = FrameText(None, self.protocols)
        self._parts: "Parts[_Piece]" = Parts(self)
        self._frame: Optional[Frame] = None
        """The last record's, unless it took several segments, which TCP's fields tell."""
        self._flow: Optional[Flow] = None
        self._above = b""

    def start(self) -> str:
        """The opening of the document."""
        return f"{_DECLARATION}<pdml {_CREATOR}>\n"

    def finish(self) -> str:
        """Its end."""
        return "</pdml>\n"

    def lines(self, rows: "Sequence[Entry]") -> "List[bytes]":
        """A `packet` a row."""
        return [b"".join(self._packet(row)) for row in rows]

    def _packet(self, row: Entry) -> "List[bytes]":
        """Its lines, some at a time."""
        frame, flow, record, *_ = row
        if record.segments > 1:
            self._frame = None
            told = self.protocols(above(row), AS_IT_IS).encode()
            self._above = _general(frame) + told
        elif frame is not self._frame or flow is not self._flow:
            self._frame, self._flow = frame, flow
            self._above = _general(frame) + self._frames.of(frame, flow)
        if self._opened is not None or not self._wants("fcgi"):
            section = of_record(row)
            own = [self._proto(section, AS_IT_IS).at(section.offset)]
        else:
            place, raw = offset(row), record.raw
            size = str(len(raw))
            title = _opening("fcgi", record_title(record), size, str(place)).encode()
            pieces = [piece.at(place + at) for piece, at in self._parts.of(row, raw)]
            own = [title, *pieces, _CLOSING.encode()]
        return [b"<packet>\n", self._above, *own, b"</packet>\n\n"]

    def protocols(self, sections: "Sequence[Section]", telling: Telling) -> str:
        """Their elements; see `telling.Write`."""
        return b"".join(
            [self._proto(each, telling).at(0) for each in sections]
        ).decode()

    def _proto(self, section: Section, telling: Telling) -> _Piece:
        node, data = section.node, section.data
        name = node.field.name if node.field else ""
        starts = [node.start]
        lines = [_opening(name, telling.line(node), telling.size(node), _PLACE)]
        if self._wants(name):
            for each in node.children:
                lines += self._field(each, data, 2, telling, starts)
        else:
            lines.append(_filtered(name, 2))
        return _piece([*lines, _CLOSING], starts)

    def _wants(self, protocol: str) -> bool:
        return self._only is None or protocol in self._only

    def _field(
        self,
        node: Node,
        data: bytes,
        depth: int,
        telling: Telling,
        starts: "List[int]",
    ) -> Iterator[str]:
        """A field and those inside it, each on a line of its own; where they start."""
        starts.append(node.start)
        if not node.children:
            yield _leaf(node, data, depth, telling)
            return
        indent = "  " * depth
        yield f"{indent}<field {_attributes(node, data, telling)}>\n"
        name = node.field.name if node.field else "text"
        if self._opened is None or name in self._opened:
            for each in node.children:
                yield from self._field(each, data, depth + 1, telling, starts)
        else:
            yield _filtered(name, depth + 1)
        yield f"{indent}</field>\n"

    # For `Parts`

    def nodes(self, nodes: "Sequence[Node]", data: bytes, depth: int) -> _Piece:
        """See `parts.Form`."""
        lines: "List[str]" = []
        starts: "List[int]" = []
        for each in nodes:
            if each.children:
                lines += self._field(each, data, depth + 1, AS_IT_IS, starts)
            else:
                starts.append(each.start)
                lines.append(_leaf(each, data, depth + 1, AS_IT_IS))
        return _piece(lines, starts)

    def opening(self, node: Node, data: bytes) -> _Piece:
        """See `parts.Form`."""
        attributes = _attributes(node, data, AS_IT_IS)
        return _piece([f"    <field {attributes}>\n"], [node.start])

    def closing(self) -> _Piece:
        """See `parts.Form`."""
        return _piece(["    </field>\n"], ())

    def joined(self, parts: "Sequence[_Piece]") -> _Piece:
        """See `parts.Form`."""
        texts, starts, at_zero = zip(*parts)
        return _Piece(b"".join(texts), tuple(chain(*starts)), all(at_zero))


def _piece(lines: "Sequence[str]", starts: "Sequence[int]") -> _Piece:
    text = "".join(lines).replace("%", "%%").replace(_PLACE, "%d")
    return _Piece(text.encode(), tuple(starts), not any(starts))


class Psml(Writer):
    """The summary."""

    def __init__(self, settings: Settings) -> None:
        self.flights = self.apart = settings.time != "dd"
        self._clock = clock(settings.time)

    def start(self) -> str:
        """The opening of the document, and the names of the columns."""
        names = _sections(_COLUMNS)
        return f"{_DECLARATION}<psml {_CREATOR}>\n<structure>\n{names}</structure>\n\n"

    def finish(self) -> str:
        """Its end."""
        return "</psml>\n"

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """A `packet` a record."""
        lines = []
        for row in rows:
            frame, flow = row.frame, row.flow
            kinds = (
                row.shape.kinds if isinstance(row, Flight) else (row.record.header[1],)
            )
            begun = _sections(
                [
                    str(frame.number),
                    self._clock(frame).strip(),
                    flow.source_text,
                    flow.destination_text,
                    "FCGI",
                    str(frame.len),
                ]
            )
            packets = [_PACKET % (begun, type_title(kind)) for kind in kinds]
            lines.append("".join(packets).encode())
        return lines


_PACKET = "<packet>\n%s<section>%s</section>\n</packet>\n\n"


def _sections(texts: "Sequence[str]") -> str:
    return "".join([f"<section>{text}</section>\n" for text in texts])


def _general(frame: Frame) -> bytes:
    """The protocol that Wireshark puts before all: where the packet stands."""
    number, time, size, length = frame.number, frame[1], frame.cap_len, frame.len
    # fmt: off
    values = (
        size, number, number, size, length, length, size, size, size, size,
        date(time), seconds(time), size,
    )
    # fmt: on
    return (_GENERAL % values).encode()


def _opening(name: str, line: str, size: str, place: str) -> str:
    """That of a protocol."""
    return f'  <proto name="{name}" showname={_quoted(line)} size="{size}" pos="{place}">\n'


def _filtered(name: str, depth: int) -> str:
    """What stands in an element instead of what -J and -j leave out of it."""
    return f'{"  " * depth}<field name="filtered" value="{name}" />\n'


def _leaf(node: Node, data: bytes, depth: int, telling: Telling) -> str:
    """A field with nothing inside."""
    return f'{"  " * depth}<field {_attributes(node, data, telling)}/>\n'


def _attributes(node: Node, data: bytes, telling: Telling) -> str:
    field, told, _, _, _, _, hidden = node
    place = f'size="{telling.size(node)}" pos="{_PLACE}"'
    raw = telling.raw(node, data) if node.length else ""
    value = f' value="{raw}"' if raw else ""
    line = _quoted(telling.line(node))
    if field is None:
        return f'name="" show={line} {place}{value}'
    if raw and field.kind.name == "BOOLEAN":
        value = f' value="{int(bool(told))}" unmaskedvalue="{raw}"'
    hide = ' hide="yes"' if hidden else ""
    return (
        f'name="{escape(field.name)}" showname={line}{hide}'
        f" {place} show={_quoted(telling.show(node))}{value}"
    )


def _quoted(text: str) -> str:
    """An attribute's value; what XML cannot hold is escaped already."""
    for character, entity in _ENTITIES.items():
        if character in text:
            text = text.replace(character, entity)
    return f'"{text}"'
