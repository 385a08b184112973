"""Entries come in, lines for Elasticsearch's bulk interface go out, in tshark's shape.

Two lines a record: the index, and the document, whose keys are the protocol's name and the
field's with underscores for dots. Values are strings, booleans are booleans.
"""

from itertools import chain
from json.encoder import encode_basestring_ascii as quoted
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from fcgidissect.entry import Entry
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings, Writer
from fcgidissect.output.frame_text import FrameText
from fcgidissect.output.parts import Parts
from fcgidissect.output.telling import AS_IT_IS, Telling
from fcgidissect.text import iso
from fcgidissect.tree import Node, Section, above, of_record

_MILLION = 10**6

_Members = Sequence[Tuple[str, str]]
"""Keys and values, a key perhaps several times."""


class Bulk(Writer):
    """The writer; see `Writer`."""

    apart = numbered = True

    def __init__(self, settings: Settings) -> None:
        self._only = settings.only
        self._opened = settings.opened
        self._frames = FrameText(None, self.protocols)
        self._parts: "Parts[_Members]" = Parts(self)
        self._frame: Optional[Frame] = None
        """The last record's, unless it took several segments, which TCP's fields tell."""
        self._flow: Optional[Flow] = None
        self._above = ""

    def lines(self, rows: "Sequence[Entry]") -> "List[bytes]":
        """Two lines a row."""
        return [self._document(row).encode() for row in rows]

    def _document(self, row: Entry) -> str:
        frame, flow = row.frame, row.flow
        if row.record.segments > 1:
            self._frame = None
            self._above = _begun(frame) + self.protocols(above(row), AS_IT_IS)
        elif frame is not self._frame or flow is not self._flow:
            self._frame, self._flow = frame, flow
            self._above = _begun(frame) + self._frames.of(frame, flow).decode()
        if self._opened is not None or not self._wants("fcgi"):
            record = self.protocols([of_record(row)], AS_IT_IS)
        else:
            parts = [
                each for part, _ in self._parts.of(row, row.record.raw) for each in part
            ]
            record = f'"fcgi":{{{_text(parts)}}}'
        return f"{self._above},{record}}}}}\n"

    def protocols(self, sections: "Sequence[Section]", telling: Telling) -> str:
        """Members of the layers; see `telling.Write`."""
        return _text([self._layer(each, telling) for each in sections])

    def _layer(self, section: Section, telling: Telling) -> "Tuple[str, str]":
        node = section.node
        name = node.field.name if node.field else ""
        if not self._wants(name):
            return f'"{name}"', _filtered(name)
        members = list(self._inside(name, node.children, telling))
        return f'"{name}"', f"{{{_text(members)}}}"

    def _wants(self, protocol: str) -> bool:
        return self._only is None or protocol in self._only

    def _inside(
        self, protocol: str, nodes: "Iterable[Node]", telling: Telling
    ) -> "Iterator[Tuple[str, str]]":
        """Nodes and those in them, in the order of the tree."""
        for each in nodes:
            key, value = _member(protocol, each, telling)
            own = each.field.name if each.field else "text"
            shown = self._opened is None or own in self._opened
            yield key, value if shown else _filtered(own)
            if shown:
                yield from self._inside(protocol, each.children, telling)

    # For `Parts`

    def nodes(self, nodes: "Sequence[Node]", data: bytes, depth: int) -> _Members:
        """See `parts.Form`."""
        if len(nodes) == 1 and not nodes[0].children:
            return (_member("fcgi", nodes[0], AS_IT_IS),)
        return tuple(self._inside("fcgi", nodes, AS_IT_IS))

    def opening(self, node: Node, data: bytes) -> _Members:
        """See `parts.Form`."""
        return (_member("fcgi", node, AS_IT_IS),)

    def closing(self) -> _Members:
        """See `parts.Form`."""
        return ()

    def joined(self, parts: "Sequence[_Members]") -> _Members:
        """See `parts.Form`."""
        return tuple(chain(*parts))


def _begun(frame: Frame) -> str:
    """The first line, and the second up to the layers."""
    time = frame.time_epoch
    return (
        f'{{"index":{{"_index":"packets-{iso(time)[:10]}","_type":"doc"}}}}\n'
        f'{{"timestamp":"{time // _MILLION}","layers":{{'
    )


def _filtered(name: str) -> str:
    return f'{{"filtered":"{name}"}}'


def _member(protocol: str, node: Node, telling: Telling) -> "Tuple[str, str]":
    field = node.field
    if field is None:
        return '"text"', quoted(telling.line(node))
    key = quoted(f"{protocol}_{field.name.replace('.', '_')}")
    if field.kind.name == "BOOLEAN":
        return key, "true" if node.value else "false"
    if field.kind.name == "ABSOLUTE_TIME" and isinstance(node.value, int):
        return key, f'"{telling.moment(node)}"'
    value = telling.show(node)
    return key, f'"{value}"' if telling.varies(node) else quoted(value)


def _text(members: _Members) -> str:
    """Keys with their value, or an array of several."""
    values: "Dict[str, List[str]]" = {}
    for key, value in members:
        if key in values:
            values[key].append(value)
        else:
            values[key] = [value]
    return ",".join(
        [
            f"{key}:{each[0]}" if len(each) == 1 else f"{key}:[{','.join(each)}]"
            for key, each in values.items()
        ]
    )
