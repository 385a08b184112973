"""Nodes of the tree come in, their lines go out, indented, as tshark's -V prints them."""

from typing import Callable, Iterable, Iterator, Sequence

from fcgidissect.output.styles import Styles
from fcgidissect.output.telling import Telling, Write
from fcgidissect.tree import Node, Section

INDENT = "    "

Say = Callable[[Node], str]
"""What stands in the line of a node."""


def _text(node: Node) -> str:
    return node.text


def of_section(section: Section, styles: Styles, say: Say = _text) -> str:
    """A protocol and what is in it."""
    node = section.node
    derived = node.field is not None and node.field.name in ("tcp", "fcgi")
    lines = _lines(node.children, INDENT, derived, say)
    return "\n".join([styles("title", say(node)), *lines]) + "\n"


def of_sections(styles: Styles) -> Write:
    """What writes protocols, one below the other."""

    def write(sections: "Sequence[Section]", telling: Telling) -> str:
        return "".join([of_section(each, styles, telling.line) for each in sections])

    return write


def of_nodes(nodes: "Iterable[Node]", say: Say = _text) -> str:
    """Nodes of a record."""
    return "".join([line + "\n" for line in _lines(nodes, INDENT, True, say)])


def _lines(
    nodes: "Iterable[Node]", indent: str, bracket: bool, say: Say
) -> "Iterator[str]":
    """A line a node; what no byte says stands in brackets, as in Wireshark."""
    for node in nodes:
        if not node.hidden:
            derived = bracket and not node.length
            yield f"{indent}[{say(node)}]" if derived else indent + say(node)
            if node.children:
                yield from _lines(node.children, indent + INDENT, bracket, say)
