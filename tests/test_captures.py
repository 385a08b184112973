"""Every record of every committed capture, beside what tshark finds."""

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.fcgi.records import decode_header
from tests.corpus import CAPTURES, Capture, captures
from tests.tshark import fields, needs_tshark

Row = "tuple[int, int, int, int]"
"""Frame number, type, id, content length."""


def ours(capture: Capture) -> "list[Row]":
    dissector = Dissector(capture.port_numbers)
    entries = []
    with open_capture(capture.path) as batches:
        for batch in batches:
            entries += dissector.feed(batch)
    entries += dissector.finish()
    rows = []
    for entry in entries:
        header = decode_header(entry.record.header)
        rows.append(
            (entry.frame.number, header.type, header.id, header.content_length)
        )
    return rows


def theirs(capture: Capture) -> "list[Row]":
    names = ("frame.number", "fcgi.type", "fcgi.id", "fcgi.content.length")
    rows = []
    for frame, *columns in fields(capture.path, capture.port_numbers, *names):
        for values in zip(*(column.split(",") for column in columns)):
            rows.append((int(frame), *map(int, values)))
    return rows


WRONG: "dict[str, str]" = {}
"""Where tshark is wrong: capture -> why; the test of that name beside this proves us right."""


@needs_tshark
@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_records_equal_tsharks(capture: Capture) -> None:
    if capture.name in WRONG:
        assert ours(capture) != theirs(capture), "tshark is right now: drop the line"
    else:
        assert ours(capture) == theirs(capture)


def test_every_capture_has_its_row_and_every_row_its_capture() -> None:
    there = {path.name for path in CAPTURES.iterdir() if ".pcap" in path.name}
    assert there == {capture.name for capture in captures()}
