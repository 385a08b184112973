"""Records that know the end of their request."""

import gzip
import json
import os
from typing import Any, Dict, List

import pytest

from fcgidissect.capture import open_capture
from fcgidissect.cli import main
from fcgidissect.limits import Limits
from fcgidissect.two_pass import WholeRecords
from tests.corpus import CAPTURES, Capture, captures
from tests.output.talk import entries_of

STDERR = str(CAPTURES / "nginx-stderr.pcap.gz")


def once(pairs: "List[tuple[str, Any]]") -> "Dict[str, Any]":
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def objects(
    capsys: "pytest.CaptureFixture[str]", *words: str
) -> "List[Dict[str, Any]]":
    assert main([STDERR, "-p", "9000", "--json", *words]) == 0
    told: "List[Dict[str, Any]]" = json.loads(
        capsys.readouterr().out, object_pairs_hook=once
    )
    return told


def test_a_filter_knows_the_end_on_every_record(
    capsys: "pytest.CaptureFixture[str]",
) -> None:
    wanted = [
        record
        for record in objects(capsys)
        if record["fcgi"]["request"]["number"] in (0, 1)
    ]
    told = objects(capsys, "--two-pass", "fcgi.request.duration > 0.009")
    assert [each["frame"] for each in told] == [each["frame"] for each in wanted]
    assert len(objects(capsys, "fcgi.request.duration > 0.009")) == 2


def test_a_row_knows_it_too(capsys: "pytest.CaptureFixture[str]") -> None:
    told = objects(capsys, "-2")
    ends = {
        each["fcgi"]["request"]["number"]: each["fcgi"]
        for each in told
        if each["fcgi"]["type"] == 3
    }
    assert len(told) == 28 and len(ends) == 4
    for each in told:
        end = ends[each["fcgi"]["request"]["number"]]
        assert each["fcgi"]["request"] == end["request"]
        assert each["fcgi"]["response"] == end["response"]
        assert "duration" in each["fcgi"]["request"]


def test_what_a_record_alone_says_stays_its_own(
    capsys: "pytest.CaptureFixture[str]",
) -> None:
    """STDERR, the pairs that end in it, its content."""
    for one, two in zip(objects(capsys), objects(capsys, "-2")):
        for name in ("param", "nv", "stderr", "content", "type"):
            assert one["fcgi"].get(name) == two["fcgi"].get(name)


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_both_passes_number_requests_alike(each: Capture) -> None:
    stage = WholeRecords()
    with open_capture(each.path) as batches:
        stage.learn(batches, each.port_numbers)
    before = entries_of(each.path, each.port_numbers)
    for one, two in zip(before, stage.feed(before)):
        assert one[:3] == two[:3] and one.position == two.position
        if one.request is not None and two.request is not None:
            assert two.request.whole and two.request.id == one.request.id
            assert two.request.first_frame == one.request.first_frame


def test_what_the_first_pass_keeps_is_bounded() -> None:
    stage = WholeRecords(Limits()._replace(whole_requests=1))
    with open_capture(STDERR) as batches:
        stage.learn(batches, [9000])
    rows = stage.feed(entries_of(STDERR, [9000]))
    known = {row.request.number: row.request.whole for row in rows if row.request}
    assert known == {0: True, 1: False, 2: False, 3: False}


def test_a_pipe_cannot_be_read_twice(capsys: "pytest.CaptureFixture[str]") -> None:
    reads, writes = os.pipe()
    os.write(writes, gzip.decompress((CAPTURES / "fcgi.pcap.gz").read_bytes()))
    os.close(writes)
    try:
        assert main([f"/dev/fd/{reads}", "--two-pass"]) == 2
    finally:
        os.close(reads)
    assert capsys.readouterr().err == (
        "fcgidissect: --two-pass reads twice: a file, no pipe and no interface\n"
    )
