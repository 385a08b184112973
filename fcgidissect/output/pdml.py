"""Entries come in, tshark's XML goes out: PDML, every field with its place, and PSML.

Element and attribute names are Wireshark's (doc/README.xml-output). A packet is a record.
Places count from the frame's first byte; where a record took several segments, from its own.
"""

from typing import Iterator, Optional, Sequence

from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import type_title
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings
from fcgidissect.output.clock import clock
from fcgidissect.text import date, escape, seconds, shower
from fcgidissect.tree import Node, Section, above, of_record

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_CREATOR = 'version="0" creator="fcgidissect"'
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
"""What cannot stand in an attribute; first what all of these begin with."""
_COLUMNS = "No. Time Source Destination Protocol Length Info".split()


class Pdml:
    """Packet details."""

    def __init__(self, settings: Settings) -> None:
        self._only = settings.only
        self._opened = settings.opened
        self._frame: Optional[Frame] = None
        """The last record's, unless it took several segments, which TCP's fields tell."""
        self._flow: Optional[Flow] = None
        self._above = ""

    def start(self) -> str:
        """The opening of the document."""
        return f"{_DECLARATION}<pdml {_CREATOR}>\n"

    def finish(self) -> str:
        """Its end."""
        return "</pdml>\n"

    def rows(self, rows: "Sequence[Entry]") -> str:
        """A `packet` a row."""
        return "".join([self._packet(row) for row in rows])

    def _packet(self, row: Entry) -> str:
        frame = row.frame if row.record.segments == 1 else None
        if frame is None or frame is not self._frame or row.flow is not self._flow:
            self._frame, self._flow = frame, row.flow
            lines = ["<packet>", *_general(row)]
            for section in above(row):
                lines += self._proto(section)
            self._above = "\n".join(lines)
        return "\n".join([self._above, *self._proto(of_record(row)), "</packet>\n\n"])

    def _proto(self, section: Section) -> "Iterator[str]":
        node, offset = section.node, section.offset
        name = node.field.name if node.field else ""
        yield (
            f'  <proto name="{name}" showname={_quoted(node.text)}'
            f' size="{node.length}" pos="{node.start + offset}">'
        )
        if self._only is None or name in self._only:
            for each in node.children:
                yield from self._field(each, section, 2)
        else:
            yield _filtered(name, 2)
        yield "  </proto>"

    def _field(self, node: Node, section: Section, depth: int) -> Iterator[str]:
        """A field and those inside it, each on a line of its own."""
        indent = "  " * depth
        attributes = _attributes(node, section)
        if not node.children:
            yield f"{indent}<field {attributes}/>"
            return
        yield f"{indent}<field {attributes}>"
        name = node.field.name if node.field else "text"
        if self._opened is None or name in self._opened:
            for each in node.children:
                yield from self._field(each, section, depth + 1)
        else:
            yield _filtered(name, depth + 1)
        yield f"{indent}</field>"


class Psml:
    """The summary."""

    def __init__(self, settings: Settings) -> None:
        self._clock = clock(settings.time)

    def start(self) -> str:
        """The opening of the document, and the names of the columns."""
        names = _sections(_COLUMNS)
        return f"{_DECLARATION}<psml {_CREATOR}>\n<structure>\n{names}</structure>\n\n"

    def finish(self) -> str:
        """Its end."""
        return "</psml>\n"

    def rows(self, rows: "Sequence[Entry]") -> str:
        """A `packet` a row."""
        return "".join([self._packet(row) for row in rows])

    def _packet(self, row: Entry) -> str:
        texts = [
            str(row.frame.number),
            self._clock(row.frame).strip(),
            row.flow.source_text,
            row.flow.destination_text,
            "FCGI",
            str(row.frame.len),
            type_title(row.record.header[1]),
        ]
        return f"<packet>\n{_sections(texts)}</packet>\n\n"


def _sections(texts: "Sequence[str]") -> str:
    return "".join([f"<section>{text}</section>\n" for text in texts])


def _general(row: Entry) -> Iterator[str]:
    """The protocol that Wireshark puts before all: where the packet stands."""
    frame = row.frame
    size = frame.cap_len
    yield (
        '  <proto name="geninfo" pos="0" showname="General information"'
        f' size="{size}">'
    )
    for name, showname, show, value in (
        ("num", "Number", str(frame.number), f"{frame.number:x}"),
        ("len", "Frame Length", str(frame.len), f"{frame.len:x}"),
        ("caplen", "Captured Length", str(size), f"{size:x}"),
        ("timestamp", "Captured Time", date(frame[1]), seconds(frame[1])),
    ):
        yield (
            f'    <field name="{name}" pos="0" show="{show}" showname="{showname}"'
            f' value="{value}" size="{size}"/>'
        )
    yield "  </proto>"


def _filtered(name: str, depth: int) -> str:
    """What stands in an element instead of what -J and -j leave out of it."""
    return f'{"  " * depth}<field name="filtered" value="{name}" />'


def _attributes(node: Node, section: Section) -> str:
    field, told, text, start, length, _, hidden = node
    place = f'size="{length}" pos="{start + section.offset}"'
    raw = section.data[start : start + length].hex()
    value = f' value="{raw}"' if raw else ""
    if field is None:
        return f'name="" show={_quoted(text)} {place}{value}'
    if raw and field.kind.name == "BOOLEAN":
        value = f' value="{int(bool(told))}" unmaskedvalue="{raw}"'
    hide = ' hide="yes"' if hidden else ""
    return (
        f'name="{escape(field.name)}" showname={_quoted(text)}{hide}'
        f" {place} show={_quoted(shown(node))}{value}"
    )


def _quoted(text: str) -> str:
    """An attribute's value; what XML cannot hold is escaped already."""
    for character, entity in _ENTITIES.items():
        if character in text:
            text = text.replace(character, entity)
    return f'"{text}"'


def shown(node: Node) -> str:
    """A node's bare value; bytes with colons, as tshark has them here."""
    if node.field is None or node.value is None:
        return ""
    if isinstance(node.value, bytes) and node.field.kind.name == "BYTES":
        return node.value.hex(":")
    return shower(node.field)(node.value)
