"""Nodes as lines: indented, in brackets what no byte says, left out what is hidden."""

from fcgidissect.fields import PROTOCOL, Field
from fcgidissect.output.node_lines import of_nodes, of_section
from fcgidissect.output.styles import Styles
from fcgidissect.tree import Node, Section

INNER = Node(None, None, "inner", 0, 1)
HIDDEN = Node(None, None, "hidden", 0, 1, (), True)
NODES = (
    Node(None, None, "outer", 0, 2, (INNER, HIDDEN)),
    Node(None, None, "derived", 0, 0),
)
STYLES = Styles({"title": "<"}, {"title": ">"})


def section(name: str) -> Section:
    node = Node(Field(name, PROTOCOL, name), None, "title", 0, 2, NODES)
    return Section(node, b"xx")


def test_nodes() -> None:
    assert of_nodes(NODES) == "    outer\n        inner\n    [derived]\n"


def test_a_protocol() -> None:
    lines = "    outer\n        inner\n"
    assert of_section(section("tcp"), STYLES) == f"<title>\n{lines}    [derived]\n"
    assert of_section(section("eth"), STYLES) == f"<title>\n{lines}    derived\n"


def test_other_words() -> None:
    text = of_section(section("ip"), STYLES, lambda node: node.text.upper())
    assert text == "<TITLE>\n    OUTER\n        INNER\n    DERIVED\n"
