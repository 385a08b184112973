"""Records written part by part: what comes is what their trees give, node by node."""

import random
from pathlib import Path

import pytest

from captures.make import records as make
from fcgidissect.capture import open_capture
from fcgidissect.output import Settings, writer
from fcgidissect.registry import Registry
from fcgidissect.two_pass import WholeRecords
from tests.corpus import CAPTURES, Capture, captures
from tests.output.talk import ANSWERS, ASKS, capture, entries, entries_of

EVERYTHING = frozenset([*Registry().names(), "text"])
"""Who names what is to be opened gets the tree of each record, made for it alone."""


@pytest.mark.parametrize("format", ("pdml", "ek"))
@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_captures(each: Capture, format: str) -> None:
    rows = entries_of(each.path, each.port_numbers)[:150]
    parts = writer(format, Settings(Registry()))
    trees = writer(format, Settings(Registry(), opened=EVERYTHING))
    for row in rows:
        assert parts.rows([row]) == trees.rows([row])
    random.Random(7).shuffle(rows)
    assert parts.rows(rows) == trees.rows(rows)


@pytest.mark.parametrize("format", ("pdml", "ek"))
@pytest.mark.parametrize("name", ("fcgi", "nginx-stderr", "nginx-keepalive"))
def test_requests_that_are_known_whole_from_the_first_record_on(
    name: str, format: str
) -> None:
    path, ports = str(CAPTURES / f"{name}.pcap.gz"), [8000, 9000]
    stage = WholeRecords()
    with open_capture(path) as batches:
        stage.learn(batches, ports)
    rows = stage.feed(entries_of(path, ports))
    parts = writer(format, Settings(Registry()))
    trees = writer(format, Settings(Registry(), opened=EVERYTHING))
    assert any(row.request and row.request.whole for row in rows)
    assert parts.rows(rows) == trees.rows(rows)


PAIRS = {
    "empty": {},
    "long": {"A" * 200: "b" * 3000, "C": "d" * 127, "E": "f" * 128},
    "odd": {"\x01%d\0": "%s<&>\"'", "": "", "REQUEST_URI": "/%(number)d?\u20ac\x01"},
}


@pytest.mark.parametrize("format", ("pdml", "ek"))
@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("padding", (0, 7))
def test_pairs(
    pairs: "dict[str, str]", padding: int, format: str, tmp_path: Path
) -> None:
    content = b"".join([make.pair(*each) for each in pairs.items()])
    asked = make.begin(1) + make.params(1, pairs, padding)
    values = make.record(make.GET_VALUES, 0, content, padding)
    broken = make.record(make.PARAMS, 2, content[:-1] + b"\xff", padding)
    path = tmp_path / "talk.pcap"
    said = [asked + make.params(1, {}), values, make.begin(2) + broken]
    told = make.stdout(1, b"Status: 201 %d\r\n\r\n%s\xff\0") + make.end(1)
    path.write_bytes(capture([*[(ASKS, each) for each in said], (ANSWERS, told)]))
    rows = entries(str(path))
    parts = writer(format, Settings(Registry()))
    trees = writer(format, Settings(Registry(), opened=EVERYTHING))
    assert len(rows) > 6 and parts.rows(rows) == trees.rows(rows)
