"""Packets written back: all that brought a record, once, in order, as they were."""

from pathlib import Path

import pytest

from captures.make import records as make
from fcgidissect import packets as module
from fcgidissect.capture import open_capture
from fcgidissect.cli import main
from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.packets import Packets
from tests.corpus import CAPTURES, Capture, captures
from tests.output.talk import ANSWERS, ASKS, capture, entries_of
from tests.rows_of import rows_of

UPLOAD = str(CAPTURES / "nginx-upload.pcap.gz")
BODY = 5
"""STDIN, whose records take many packets there."""


def written(
    path: str, name: Path, kind: int = 0, limits: Limits = Limits(), **given: bool
) -> Packets:
    """The packets of a capture's records of a kind, or of all, written to a file."""
    made = Packets(str(name), limits=limits, **given)
    dissector = Dissector(frozenset({8000, 9000}), watcher=made)

    def chosen(entries: "list[Entry]") -> "list[Entry]":
        return [row for row in entries if not kind or row.record.header[1] == kind]

    with open_capture(path) as batches:
        for batch in batches:
            small = [batch._replace(packets=[each]) for each in batch.packets]
            for one in small if given.get("awaited") or limits != Limits() else [batch]:
                made.packets(one)
                made.rows(chosen(dissector.feed(one)))
    made.rows(chosen(dissector.finish()))
    made.close()
    return made


def raws(path: "str | Path", kind: int = 0) -> "list[bytes]":
    rows = entries_of(str(path), [8000, 9000])
    return sorted(
        row.record.raw for row in rows if not kind or row.record.header[1] == kind
    )


FRAGMENTED = (
    *("ipip-fragments", "made-ipv4-fragments", "made-ipv4-fragments-shuffled"),
    *("made-ipv4-fragments-overlapping", "made-ipv6-fragments"),
)
"""Captures with IP fragments, of which only the one that completes a segment is known."""


def plain() -> "list[Capture]":
    """Captures on these ports of which all that brought a record is known."""
    return [
        each
        for each in captures()
        if {*each.port_numbers} <= {8000, 9000}
        and each.name.partition(".")[0] not in FRAGMENTED
    ]


@pytest.mark.parametrize("suffix", ("pcap", "pcap.gz"))
def test_packets_are_as_they_were(tmp_path: Path, suffix: str) -> None:
    path = str(CAPTURES / "nanoseconds.pcap.gz")
    written(path, tmp_path / f"out.{suffix}")
    frames = {row.frame.number: row.frame for row in entries_of(path, [9000])}
    again = entries_of(str(tmp_path / f"out.{suffix}"), [9000])
    found = {row.frame.number: row.frame for row in again}
    for before, after in zip(frames.values(), found.values()):
        assert (after.bytes, after.time_epoch) == (before.bytes, before.time_epoch)
    assert len(found) == len(frames)
    assert any(frame.time_epoch % 1000 for frame in frames.values())


def test_an_answer_has_all_its_segments(tmp_path: Path) -> None:
    path, out = tmp_path / "talk.pcap", tmp_path / "out.pcap"
    params = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/", "QUERY_STRING": ""}
    asked = make.request(1, params)
    page = make.response(1, b"\r\n\r\n" * 9)
    said = [(ASKS, asked), (ANSWERS, page[:20]), (ANSWERS, page[20:])]
    path.write_bytes(capture(said))
    made = Packets(str(out))
    dissector = Dissector(frozenset({8000}), flights=True)
    with open_capture(str(path)) as batches:
        for batch in batches:
            made.packets(batch)
            rows = dissector.feed(batch)
            assert [type(row) for row in rows] == [Flight, Flight]
            made.rows(rows)
    made.close()
    assert raws(out) == raws(path)


@pytest.mark.parametrize("each", plain(), ids=lambda each: each.name)
def test_a_call_that_follows_no_requests_writes_the_same(
    each: Capture, tmp_path: Path
) -> None:
    main([each.path, "-p", "8000,9000", "-w", str(tmp_path / "called.pcap")])
    written(each.path, tmp_path / "wanted.pcap")
    wanted = (tmp_path / "wanted.pcap").read_bytes()
    assert (tmp_path / "called.pcap").read_bytes() == wanted


@pytest.mark.parametrize("each", plain(), ids=lambda each: each.name)
def test_what_was_written_holds_the_same_records(each: Capture, tmp_path: Path) -> None:
    out = tmp_path / "out.pcap"
    written(each.path, out)
    assert raws(out) == raws(each.path)


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize("name", ["nginx-stderr", "nginx-killed"])
def test_a_connection_is_opened_and_closed_as_it_was(
    name: str, awaited: bool, tmp_path: Path
) -> None:
    """Whether what closes it comes in the batch of its records or in another one."""
    path, out = str(CAPTURES / f"{name}.pcap.gz"), tmp_path / "out.pcap"
    written(path, out, awaited=awaited)
    before, after = (
        [row.connection.close for row in rows_of(each, [9000], "connection")]
        for each in (path, str(out))
    )
    assert None not in before and before == after


def test_a_record_of_many_packets(tmp_path: Path) -> None:
    out = tmp_path / "out.pcap"
    written(UPLOAD, out, BODY)
    assert len(raws(UPLOAD, BODY)) == 8
    assert raws(out, BODY) == raws(UPLOAD, BODY)
    with open_capture(str(out)) as batches:
        times = [packet[0] for batch in batches for packet in batch.packets]
    assert times == sorted(times)
    rows = entries_of(UPLOAD, [9000])
    of_bodies = [row for row in rows if row.record.header[1] == BODY]
    assert len(times) > len({row.frame.number for row in of_bodies})


def test_no_more_is_held_than_the_limit(tmp_path: Path) -> None:
    out = tmp_path / "out.pcap"
    made = written(UPLOAD, out, BODY, Limits(held_packets=1))
    assert made.late > 0
    assert len(raws(out)) < len(raws(UPLOAD, BODY))


def test_who_waits_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", -1)
    assert written(UPLOAD, tmp_path / "out.pcap", BODY, awaited=True).late > 0
    assert written(UPLOAD, tmp_path / "out.pcap", BODY, awaited=False).late == 0
