"""Whole captures through the censor: the same records, and nothing that is not certain."""

from typing import Any, Iterable, List, Tuple

import pytest

from captures.make.packets import internet_checksum
from fcgidissect.dissect import Dissector
from fcgidissect.net.frame import Batch
from fcgidissect.net.ip import Ipv4
from fcgidissect.net.layers import layers
from fcgidissect.net.tcp import Tcp
from fcgidissect.reading import Reading
from fcgidissect.redact.censor import Censor
from fcgidissect.redact.copy import Copy
from fcgidissect.redact.names import Names
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values
from tests.corpus import Capture, captures


def copied(capture: Capture, *ports: int) -> Copy:
    copy = Copy()
    rules = Rules(Values(Names(), Secrets()), False)
    follow = frozenset(ports or capture.port_numbers)
    Censor(follow, rules, copy).pass_over(Reading([capture.path]))
    return copy


def rows(batches: "Iterable[Batch]", ports: "List[int]") -> "List[Tuple[Any, ...]]":
    """What a list tells of each record but its content."""
    dissector = Dissector(frozenset(ports))
    entries = [entry for batch in batches for entry in dissector.feed(batch)]
    return [
        (
            (entry.frame.number, entry.frame.time_epoch, entry.flow.number),
            (record.header, record.missing, len(record.content), record.segments),
            entry.request and entry.request.number,
            entry.position,
        )
        for entry in [*entries, *dissector.finish()]
        for record in [entry.record]
    ]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: str(capture.name))
def test_the_same_records_are_where_they_were(capture: Capture) -> None:
    copy, ports = copied(capture), capture.port_numbers
    assert rows(copy, ports) == rows(Reading([capture.path]), ports)
    assert_checksums(copy, ports)


def assert_checksums(copy: Copy, ports: "List[int]") -> None:
    """Of all frames on the ports that are whole and no fragments."""
    dissector = Dissector(frozenset(ports))
    for batch in copy:
        for entry in dissector.feed(batch):
            frame = entry.frame
            addresses = b""
            for noun, data, start, end, stop in layers(frame):
                if frame.cap_len < frame.len:
                    continue
                if isinstance(noun, Ipv4):
                    assert internet_checksum(data[start:end]) == 0
                if hasattr(noun, "src") and not hasattr(noun, "type"):
                    addresses = noun.src + noun.dst
                if isinstance(noun, Tcp) and data is frame.data:
                    stop = start + noun.length
                    pseudo = addresses + (6).to_bytes(4, "big")
                    pseudo += noun.length.to_bytes(4, "big")
                    assert internet_checksum(pseudo + data[start:stop]) == 0


def test_what_is_in_no_record_is_not_in_the_copy() -> None:
    (capture,) = [each for each in captures() if each.name == "mixed-port.pcap.gz"]
    original = b"".join(batch.data for batch in Reading([capture.path]))
    kept = b"".join(batch.data for batch in copied(capture))
    assert b"GET /" in original and b"GET /" not in kept
    assert b"REQUEST_URI" in kept


def test_fragments_are_ours_where_their_datagram_is() -> None:
    (capture,) = [
        each for each in captures() if each.name == "made-ipv4-fragments.pcap.gz"
    ]
    frames = sum(len(batch.packets) for batch in Reading([capture.path]))
    ours = [kept.ours for kept in copied(capture).batches()]
    assert sum(map(len, ours)) == frames
    others = copied(capture, 9)
    assert [kept.ours for kept in others.batches() if kept.ours] == []
    original = [
        batch.data[start : start + size]
        for batch in Reading([capture.path])
        for _, start, size, _ in batch.packets
    ]
    kept = [
        batch.data[start : start + size]
        for batch in others
        for _, start, size, _ in batch.packets
    ]
    assert kept == original
