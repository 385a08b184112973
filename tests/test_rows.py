"""What a row stands for: its fields, its stage, several stages on one corridor."""

from typing import Any, List

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.rows import Records, fields_by, over_of, rows_by, watcher_of
from tests.corpus import CAPTURES
from tests.rows_of import rows_of

POOL = str(CAPTURES / "nginx-pool.pcap.gz")


def test_records_are_entries_as_they_are() -> None:
    stage = Records()
    rows = rows_of(POOL, [9000], "record")
    assert len(rows) == 42 and list(stage.feed(rows)) == rows and not stage.finish()


@pytest.mark.parametrize("by", ["record", "request", "connection"])
def test_a_kind_has_the_fields_of_records_and_its_own(by: str) -> None:
    fields = fields_by(by)
    assert fields.find("fcgi.type") and fields.find("fcgi.request.uri")
    assert (fields.find("fcgi.connection.kept") is not None) == (by == "connection")
    assert fields.find("fcgi.typo") is None
    names = fields.names()
    assert len(names) == len(set(names)) and "frame.number" in names
    listed = [field.name for field in fields if not field.name.endswith(".NAME")]
    assert listed == names


def test_stages_share_one_corridor() -> None:
    stages = [rows_by(by) for by in ("record", "request", "connection")]
    dissector = Dissector([9000], over=over_of(stages), watcher=watcher_of(stages))
    rows: "List[List[Any]]" = [[], [], []]
    with open_capture(POOL) as batches:
        for batch in batches:
            entries = dissector.feed(batch)
            for stage, found in zip(stages, rows):
                found += stage.feed(entries)
    entries = dissector.finish()
    for stage, found in zip(stages, rows):
        found += [*stage.feed(entries), *stage.finish()]
    assert [len(found) for found in rows] == [42, 7, 7]


def test_nobody_is_told_what_nobody_wants_to_know() -> None:
    assert over_of([Records()]) is None and watcher_of([Records()]) is None
    assert over_of([rows_by("connection")]) is None
    assert watcher_of([rows_by("request")]) is None
