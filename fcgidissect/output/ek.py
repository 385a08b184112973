"""Entries come in, lines for Elasticsearch's bulk interface go out, in tshark's shape.

Two lines a record: the index, and the document, whose keys are the protocol's name and the
field's with underscores for dots. Values are strings, booleans are booleans.
"""

from json.encoder import encode_basestring_ascii as quoted
from typing import Dict, Iterator, List, Sequence, Tuple

from fcgidissect.entry import Entry
from fcgidissect.output import Settings
from fcgidissect.output.pdml import shown
from fcgidissect.text import iso
from fcgidissect.tree import Node, tree

_MILLION = 10**6


class Bulk:
    """The writer; see `Writer`."""

    def __init__(self, settings: Settings) -> None:
        self._only = settings.only
        self._opened = settings.opened

    def start(self) -> str:
        """Nothing stands before the first line."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last line."""
        return ""

    def rows(self, rows: "Sequence[Entry]") -> str:
        """Two lines a row."""
        return "".join([self._lines(row) for row in rows])

    def _lines(self, row: Entry) -> str:
        time = row.frame.time_epoch
        day = iso(time)[:10]
        layers: Dict[str, List[str]] = {}
        for section in tree(row):
            node = section.node
            name = node.field.name if node.field else ""
            wanted = self._only is None or name in self._only
            text = self._layer(name, node) if wanted else _filtered(name)
            layers.setdefault(name, []).append(text)
        return (
            f'{{"index":{{"_index":"packets-{day}","_type":"doc"}}}}\n'
            f'{{"timestamp":"{time // _MILLION}","layers":{{{_members(layers)}}}}}\n'
        )

    def _layer(self, name: str, node: Node) -> str:
        members: Dict[str, List[str]] = {}
        for each in self._inside(node):
            key, value = _member(name, each)
            own = each.field.name if each.field else "text"
            shown = self._opened is None or own in self._opened
            members.setdefault(key, []).append(value if shown else _filtered(own))
        return f"{{{_members(members)}}}"

    def _inside(self, node: Node) -> Iterator[Node]:
        """The nodes in a node, and in those, in the order of the tree."""
        for each in node.children:
            yield each
            own = each.field.name if each.field else "text"
            if self._opened is None or own in self._opened:
                yield from self._inside(each)


def _filtered(name: str) -> str:
    return f'{{"filtered":"{name}"}}'


def _member(protocol: str, node: Node) -> "Tuple[str, str]":
    if node.field is None:
        return "text", quoted(node.text)
    key = f"{protocol}_{node.field.name.replace('.', '_')}"
    if node.field.kind.name == "BOOLEAN":
        return key, "true" if node.value else "false"
    if node.field.kind.name == "ABSOLUTE_TIME" and isinstance(node.value, int):
        return key, f'"{iso(node.value)}"'
    return key, quoted(shown(node))


def _members(members: "Dict[str, List[str]]") -> str:
    """Keys with their value, or an array of several."""
    return ",".join(
        [
            (
                f"{quoted(key)}:{values[0]}"
                if len(values) == 1
                else f"{quoted(key)}:[{','.join(values)}]"
            )
            for key, values in members.items()
        ]
    )
