"""Records without their requests: the same records, whatever the capture lacks."""

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry
from tests.corpus import Capture, captures


def entries(capture: Capture, tracked: bool) -> "list[Entry]":
    dissector = Dissector(capture.port_numbers, tracked=tracked)
    found: "list[Entry]" = []
    with open_capture(capture.path) as batches:
        for batch in batches:
            found += dissector.feed(batch)
    return found + dissector.finish()


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_records_are_the_same_without_their_requests(capture: Capture) -> None:
    both = zip(entries(capture, True), entries(capture, False), strict=True)
    for tracked, untracked in both:
        assert untracked.record == tracked.record
        assert untracked.frame == tracked.frame
        assert untracked.request is None
