"""Records without their requests: the same records, whatever the capture lacks."""

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry
from fcgidissect.fcgi.record import Record
from tests.corpus import Capture, captures


def entries(capture: Capture, tracked: bool) -> "list[Entry]":
    dissector = Dissector(capture.port_numbers, tracked=tracked)
    found: "list[Entry]" = []
    with open_capture(capture.path) as batches:
        for batch in batches:
            found += dissector.feed(batch)
    return found + dissector.finish()


def placed(record: Record) -> Record:
    """The same where all lie in the same place."""
    length = len(record.content)
    return record._replace(data=record.content + record.padding, start=0, end=length)


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_records_are_the_same_without_their_requests(capture: Capture) -> None:
    both = zip(entries(capture, True), entries(capture, False), strict=True)
    for tracked, untracked in both:
        assert placed(untracked.record) == placed(tracked.record)
        assert untracked.frame == tracked.frame
        assert untracked.request is None
