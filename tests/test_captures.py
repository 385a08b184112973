"""Every record of every committed capture, beside what tshark finds."""

from typing import NamedTuple

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.fcgi.headers import decode_header
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
        rows.append((entry.frame.number, header.type, header.id, header.content_length))
    return rows


def theirs(capture: Capture) -> "list[Row]":
    names = ("frame.number", "fcgi.type", "fcgi.id", "fcgi.content.length")
    rows = []
    for frame, *columns in fields(capture.path, capture.port_numbers, *names):
        for values in zip(*(column.split(",") for column in columns)):
            rows.append((int(frame), *map(int, values)))
    return rows


class Difference(NamedTuple):
    """Where tshark is wrong, and what it should have said."""

    reason: str
    ours: "list[Row]" = []
    """Rows that tshark lacks."""
    theirs: "list[Row]" = []
    """Rows that nobody sent."""


UNFINISHED = "a record that the end of its stream cuts short is a row with a note"
CUT = "of cut frames tshark takes what follows for the bytes that are not there"
LOST = "tshark waits to the end for a segment that the capture does not have"

DIFFERENCES = {
    "cut-answer.pcap.gz": Difference(UNFINISHED, ours=[(6, 6, 1, 200)]),
    "mixed-port.pcap.gz": Difference(
        "HTTP and TLS on a FastCGI port are no records",
        theirs=[(21, 84, 21584, 12081), (31, 3, 258, 1), (56, 3, 258, 1)],
    ),
    "interfaces.pcapng.gz": Difference(
        CUT,
        ours=[
            *[(29, 6, 1, 8184), (41, 6, 1, 8184), (51, 6, 1, 7074)],
            *[(54, 5, 1, 887), (59, 5, 1, 4613), (59, 5, 1, 0)],
            *[(60, 6, 1, 53), (60, 3, 1, 8)],
        ],
        theirs=[
            *[(19, 6, 1, 8184), (21, 115, 25957, 28170), (23, 117, 28002, 25970)],
            *[(25, 48, 12336, 12341), (27, 111, 8308, 26721), (29, 97, 8304, 24935)],
            *[(31, 6, 1, 8184), (33, 110, 25888, 26995), (35, 32, 24946, 25888)],
            *[(37, 10, 27753, 28261), (39, 114, 25956, 11296), (41, 57, 14368, 28518)],
            *[(43, 6, 1, 7074), (45, 115, 26990, 26400), (47, 32, 27753, 28261)],
            *[(49, 115, 8307, 25957), (51, 32, 28277, 28002), (53, 5, 1, 887)],
            *[(54, 48, 12598, 8303), (56, 32, 30064, 27759), (57, 101, 29472, 29541)],
        ],
    ),
    "made-mpls.pcap.gz": Difference(
        "tshark does not look behind the labels of this frame",
        ours=[
            *[(14, 1, 1, 8), (14, 4, 1, 75), (14, 4, 1, 0), (14, 5, 1, 0)],
            *[(16, 6, 1, 508), (16, 6, 1, 0), (16, 3, 1, 8)],
        ],
    ),
    "made-reset.pcap.gz": Difference(
        "what came before the reset counts", ours=[(5, 6, 1, 0), (5, 3, 1, 8)]
    ),
    "made-lost-segment.pcap.gz": Difference(
        LOST,
        ours=[
            *[(6, 6, 1, 508), (6, 6, 1, 0), (6, 3, 1, 8)],
            *[(11, 6, 1, 508), (11, 6, 1, 0), (11, 3, 1, 8)],
        ],
    ),
    "made-mid-stream.pcap.gz": Difference(
        "tshark does not find its way into a stream that has begun",
        ours=[
            *[(1, 6, 1, 0), (1, 3, 1, 8)],
            *[(5, 6, 1, 508), (5, 6, 1, 0), (5, 3, 1, 8)],
        ],
    ),
    "made-cut.pcap.gz": Difference(
        CUT,
        ours=[(7, 6, 1, 508)],
        theirs=[(6, 6, 1, 508), (7, 57, 24930, 25444)],
    ),
}
"""Each difference to tshark that no `.truth.json` explains; the bytes on the wire say so."""


WHOLE = [capture for capture in captures() if not capture.has_truth]
"""Where a `.truth.json` says what was sent, tests/test_truth.py asks that instead."""


@needs_tshark
@pytest.mark.parametrize("capture", WHOLE, ids=lambda capture: capture.name)
def test_records_equal_tsharks(capture: Capture) -> None:
    difference = DIFFERENCES.get(capture.name, Difference("none"))
    mine, others = ours(capture), theirs(capture)
    assert [row for row in mine if row not in others] == difference.ours
    assert [row for row in others if row not in mine] == difference.theirs
    common = [row for row in mine if row in others]
    assert common == [row for row in others if row in mine]


def test_every_capture_has_its_row_and_every_row_its_capture() -> None:
    there = {path.name for path in CAPTURES.iterdir() if ".pcap" in path.name}
    assert there == {capture.name for capture in captures()}
