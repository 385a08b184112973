"""The tree: every byte of a record is one leaf's, and what the lines say."""

from typing import Iterator

import pytest

from fcgidissect.tree import Node, Section, tree
from tests.corpus import Capture, captures
from tests.output.talk import entries_of


def leaves(node: Node) -> Iterator[Node]:
    """What takes bytes and has nothing inside that does."""
    inner = [each for each in node.children if each.length and not each.hidden]
    shared = {(each.start, each.length) for each in inner}
    for start, length in sorted(shared):
        here = [each for each in inner if (each.start, each.length) == (start, length)]
        yield from leaves(here[0])
    if not inner and node.length:
        yield node


def assert_tiles(section: Section) -> None:
    end = 0
    for leaf in leaves(section.node):
        assert leaf.start == end, leaf
        end += leaf.length
    assert end == len(section.data)


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_leaves_tile_the_record(each: Capture) -> None:
    for row in entries_of(each.path, each.port_numbers):
        *_, section = tree(row)
        assert section.data == row.record.raw
        assert_tiles(section)


@pytest.mark.parametrize("each", captures()[:3], ids=lambda each: each.name)
def test_nodes_lie_in_their_sections(each: Capture) -> None:
    for row in entries_of(each.path, each.port_numbers):
        for section in tree(row):
            for node in _all(section.node):
                assert 0 <= node.start <= node.start + node.length
                assert node.start + node.length <= len(section.data)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for each in node.children:
        yield from _all(each)


def test_what_the_lines_say() -> None:
    row = entries_of(captures()[0].path, captures()[0].port_numbers)[0]
    texts = [node.text for node in _all(tree(row)[-1].node) if not node.hidden]
    assert texts[:11] == [
        "FastCGI (FCGI_BEGIN_REQUEST)",
        "Version: 1",
        "Type: FCGI_BEGIN_REQUEST (1)",
        "Request ID: 1",
        "Content Length: 8",
        "Padding Length: 0",
        "Reserved: 00",
        "Begin Request:",
        "Role: FCGI_RESPONDER (1)",
        "Flags: 0x00",
        "FCGI_KEEP_CONN: False",
    ]
    assert texts[11] == "Reserved: 0000000000"
