"""The lines of a record's own bytes are those of the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fcgidissect import tree
from fcgidissect.entry import Entry
from fcgidissect.fcgi.record import Record
from fcgidissect.net.frame import Frame, Source
from fcgidissect.output.node_lines import of_nodes
from fcgidissect.output.record_lines import RecordLines, content, padding
from fcgidissect.output.styles import Styles

FRAME = Frame(1, 0, 0, 0, 0, 0, b"", 0, Source(1))
STDOUT = b"\1\6\0\1"


def entry(data: bytes, behind: bytes = b"") -> Entry:
    header = STDOUT + len(data).to_bytes(2, "big") + bytes((len(behind), 0))
    record = Record(header, data + behind, 0, len(data))
    return Entry(FRAME, None, record, None, 0)  # type: ignore[arg-type]


TEXTS = some.text(
    some.sampled_from("ab\r\n\t\0\x1b%\u00e9\u202e\U0001f600"), max_size=300
)


@given(some.binary(max_size=300) | TEXTS.map(str.encode))
def test_content(data: bytes) -> None:
    row = entry(data)
    assert content(data).decode() == of_nodes(tree.content(row))


@pytest.mark.parametrize(
    "data",
    [b"a" * 36, b"a" * 37, b"a" * 240, b"a" * 241, b"\n" * 120, b"\n" * 121],
)
def test_what_is_cut(data: bytes) -> None:
    assert content(data).decode() == of_nodes(tree.content(entry(data)))


@given(some.binary(max_size=255))
def test_padding(data: bytes) -> None:
    assert padding(data).decode() == of_nodes(tree.padding(entry(b"", data).record))


@given(some.binary(min_size=8, max_size=8))
def test_header(header: bytes) -> None:
    styles = Styles({"title": "%"}, {"title": "%d"})
    record = Record(header, b"", 0, 0)
    title = f"%{tree.record_title(record)}%d\n"
    closed, opened = RecordLines(styles, False), RecordLines(styles, True)
    for _ in range(2):
        assert closed.head(header).decode() == title
        assert opened.head(header).decode() == title + of_nodes(tree.header(record))
