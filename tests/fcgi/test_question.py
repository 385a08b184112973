"""The short cut for a whole question tells what the table does, record by record."""

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.fcgi.requests import Requests
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures

FIELDS = [
    access
    for name in Registry().names()
    if name.startswith(("fcgi.", "_ws."))
    and (access := Registry().find(name)) is not None
]


def told(capture: Capture) -> "list[tuple[int, list[object]]]":
    """Frame and the values of every field of every record."""
    dissector = Dissector(capture.port_numbers)
    entries = []
    with open_capture(capture.path) as batches:
        for batch in batches:
            entries += dissector.feed(batch)
    entries += dissector.finish()
    return [
        (entry.frame.number, [access.get(entry) for access in FIELDS])
        for entry in entries
    ]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_a_short_cut_tells_the_same(
    capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = told(capture)
    monkeypatch.setattr(Requests, "feed_question", lambda *_: None)
    assert short == told(capture)


def test_the_short_cut_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    whole = Requests.feed_question

    def counted(self: Requests, *arguments: object) -> object:
        taken.append(whole(self, *arguments))  # type: ignore[arg-type]
        return taken[-1]

    monkeypatch.setattr(Requests, "feed_question", counted)
    (keepalive,) = (c for c in captures() if c.name == "nginx-keepalive.pcap.gz")
    told(keepalive)
    assert sum(request is not None for request in taken) >= 6
