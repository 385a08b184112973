"""What a node tells of itself."""

from pathlib import Path
from typing import Dict, Tuple

import pytest

from captures.make import records as make
from fcgidissect.output.telling import AS_IT_IS
from fcgidissect.tree import Node, tree
from tests.output.talk import ASKS, capture, entries


@pytest.fixture(name="nodes")
def _nodes(tmp_path: Path) -> "Dict[str, Tuple[Node, bytes]]":
    """Field -> its first node in the tree of a STDIN record, and the bytes where it stands."""
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([(ASKS, make.begin(1) + make.stdin(1, b"a\xff"))]))
    found: "Dict[str, Tuple[Node, bytes]]" = {}
    for section in tree(entries(str(path))[1]):
        for node in (section.node, *section.node.children):
            if node.field is not None:
                found.setdefault(node.field.name, (node, section.data))
    return found


@pytest.mark.parametrize(
    "field, line, show, raw",
    [
        ("ip.src", "Source Address: 10.0.0.1", "10.0.0.1", "0a000001"),
        ("tcp.dstport", "Destination Port: 8000", "8000", "1f40"),
        ("fcgi.content.data", "Content Data: 61ff", "61:ff", "61ff"),
        ("fcgi.type", "Type: FCGI_STDIN (5)", "5", "05"),
        ("tcp.stream", "Stream index: 0", "0", ""),
    ],
)
def test_a_field(
    field: str,
    line: str,
    show: str,
    raw: str,
    nodes: "Dict[str, Tuple[Node, bytes]]",
) -> None:
    node, data = nodes[field]
    assert (AS_IT_IS.line(node), AS_IT_IS.show(node)) == (line, show)
    assert AS_IT_IS.raw(node, data) == raw
    assert AS_IT_IS.size(node) == str(len(raw) // 2)


def test_a_protocol_has_a_line_alone(nodes: "Dict[str, Tuple[Node, bytes]]") -> None:
    node, _ = nodes["fcgi"]
    assert (AS_IT_IS.line(node), AS_IT_IS.show(node)) == ("FastCGI (FCGI_STDIN)", "")


def test_a_moment_is_told_in_utc(nodes: "Dict[str, Tuple[Node, bytes]]") -> None:
    node, _ = nodes["frame.time"]
    assert AS_IT_IS.moment(node) == "2023-11-14T22:13:20.003000000Z"
