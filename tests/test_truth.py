"""Captures that lack something, beside what was really sent: all that is whole, nothing else.

A `.truth.json` beside a capture lists every record that its hosts exchanged. Which of their
bytes the capture holds is read here by scapy alone.
"""

import json
from typing import Iterator, NamedTuple

import pytest
from scapy.layers.inet import IP, TCP
from scapy.utils import PcapReader

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from tests.corpus import CAPTURES

Sent = "tuple[int, int, int, int]"
"""Type, id, content length, padding length."""


class Direction(NamedTuple):
    """One direction of a connection, as it really was."""

    source: str
    destination: str
    isn: int
    records: "list[Sent]"


class Run(NamedTuple):
    captures: "tuple[str, ...]"
    directions: "list[Direction]"

    def __str__(self) -> str:
        return "+".join(self.captures)


def runs() -> "Iterator[Run]":
    for path in sorted(CAPTURES.glob("*.truth.json")):
        truth = json.loads(path.read_text())
        directions = list(_directions(truth["connections"]))
        names = truth["captures"]
        together = [tuple(names)] if names[0].startswith("ring") else []
        for captures in [(name,) for name in names] + together:
            yield Run(captures, directions)


def _directions(connections: "list[dict]") -> "Iterator[Direction]":
    for one in connections:
        ends = one["client"], one["server"]
        for key, (source, destination) in (
            ("to_server", ends),
            ("to_client", ends[::-1]),
        ):
            records = [tuple(record) for record in one[key]["records"]]
            yield Direction(source, destination, one[key]["isn"], records)


def found(run: Run) -> "dict[tuple[str, str], list[Sent]]":
    """Direction -> the records that we find there."""
    records: "dict[tuple[str, str], list[Sent]]" = {}
    dissector = Dissector({9000})
    entries = []
    for name in run.captures:
        with open_capture(str(CAPTURES / name)) as batches:
            for batch in batches:
                entries += dissector.feed(batch)
    for entry in entries + dissector.finish():
        flow, head = entry.flow, entry.record.head
        source = f"{flow.source_text}:{flow.source_port}"
        destination = f"{flow.destination_text}:{flow.destination_port}"
        sent = (head.type, head.id, head.content_length, head.padding_length)
        records.setdefault((source, destination), []).append(sent)
    return records


def held(run: Run) -> "dict[tuple[str, str], set[range]]":
    """Direction -> the ranges of sequence numbers whose bytes the captures hold."""
    ranges: "dict[tuple[str, str], set[range]]" = {}
    for name in run.captures:
        for packet in PcapReader(str(CAPTURES / name)):
            ip, tcp = packet[IP], packet[TCP]
            start = 14 + 4 * ip.ihl + 4 * tcp.dataofs
            there = min(ip.len - 4 * ip.ihl - 4 * tcp.dataofs, len(packet) - start)
            ends = f"{ip.src}:{tcp.sport}", f"{ip.dst}:{tcp.dport}"
            if there > 0:
                ranges.setdefault(ends, set()).add(range(tcp.seq, tcp.seq + there))
    return ranges


def whole(direction: Direction, ranges: "set[range]") -> "list[bool]":
    """Of each record of a direction, whether every byte of it is held."""
    there = bytearray(sum(8 + r[2] + r[3] for r in direction.records))
    for piece in ranges:
        start = (piece.start - direction.isn - 1) & 0xFFFFFFFF
        there[start : start + len(piece)] = b"\1" * len(piece)
    answers, offset = [], 0
    for _, _, content, padding in direction.records:
        size = 8 + content + padding
        answers.append(all(there[offset : offset + size]))
        offset += size
    return answers


def missed(direction: Direction, ours: "list[Sent]", sure: "list[bool]") -> int:
    """How many whole records we do not find; fails where we found what was never sent.

    Ours are some of the true ones, in their order; of the ways to lay them over each other
    the one counts that covers the most whole ones.
    """
    never = -1 << 30
    covered = [0] * (len(direction.records) + 1)
    for sent in reversed(ours):
        best, row = never, [never]
        for place in reversed(range(len(direction.records))):
            if direction.records[place] == sent:
                best = max(best, sure[place] + covered[place + 1])
            row.append(best)
        covered = row[::-1]
    assert covered[0] >= 0, "a record was found that was never sent there"
    return sum(sure) - covered[0]


UNDECIDABLE = {"lossy-nested.pcap.gz": 1}
"""Bodies that are FastCGI records themselves: behind a lost header nobody can tell theirs
from the stream's own, so a whole one may be passed over, never one be invented."""


@pytest.mark.parametrize("run", list(runs()), ids=str)
def test_every_whole_record_is_found_and_none_is_invented(run: Run) -> None:
    records, ranges = found(run), held(run)
    passed_over = 0
    for direction in run.directions:
        ends = direction.source, direction.destination
        sure = whole(direction, ranges.get(ends, set()))
        passed_over += missed(direction, records.pop(ends, []), sure)
    assert not records
    assert passed_over <= UNDECIDABLE.get(str(run), 0)
