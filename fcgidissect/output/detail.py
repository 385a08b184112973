"""An entry comes in, its tree goes out as indented lines, as tshark's -V and -O print it."""

from typing import Iterator, Optional

from fcgidissect.entry import Entry
from fcgidissect.output.styles import Styles
from fcgidissect.tree import Node, tree

INDENT = "    "


def detail(entry: Entry, only: "Optional[frozenset[str]]", styles: Styles) -> str:
    """The lines of every protocol, and the fields of those in `only`; None means all."""
    lines = []
    for section in tree(entry):
        node = section.node
        lines.append(styles("title", node.text))
        name = node.field.name if node.field else ""
        if only is None or name in only:
            derived = name in ("tcp", "fcgi")
            lines += _lines(node, INDENT, derived)
    return "\n".join(lines) + "\n"


def _lines(parent: Node, indent: str, bracket: bool) -> Iterator[str]:
    """A line a node; what no byte says stands in brackets, as in Wireshark."""
    for node in parent.children:
        if not node.hidden:
            derived = bracket and not node.length
            yield f"{indent}[{node.text}]" if derived else indent + node.text
            yield from _lines(node, indent + INDENT, bracket)
