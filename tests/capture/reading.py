"""A capture file in, everything that `open_capture` gives of it out."""

from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

from captures.make.files import NANO, Packet
from fcgidissect.capture import open_capture
from fcgidissect.net.frame import Source
from tests.tshark import tshark

SECOND = 1_700_000_000 * NANO

PACKETS = [
    Packet(SECOND + 123_456_789, bytes(range(60))),
    Packet(SECOND + 999_999_999, b"odd length of 21 byte"),
    Packet(SECOND + NANO, b"cut to 16 bytes.", 1000),
    Packet(SECOND + 2 * NANO + 1, b"x" * 61, 61),
]
"""Each length modulo 4, one that is cut, times that every resolution has to round."""


class Reading(NamedTuple):
    """What a capture holds."""

    packets: List[Packet]
    sources: List[Source]
    """One a packet."""
    comments: Dict[int, Tuple[str, ...]]
    """Index in `packets` -> its comments."""
    damage: Optional[str]


def read(path: "Path | str") -> Reading:
    """Read a whole capture, packet by packet."""
    found = Reading([], [], {}, None)
    with open_capture(str(path)) as capture:
        for batch in capture:
            assert batch.packets, "a batch is never empty"
            for index, (time, start, cap_len, length) in enumerate(batch.packets):
                data = batch.data[start : start + cap_len]
                assert len(data) == cap_len
                if index in batch.comments:
                    found.comments[len(found.packets)] = batch.comments[index]
                found.packets.append(Packet(time, data, length))
                found.sources.append(batch.source)
        return found._replace(damage=capture.damage)


def rounded(packets: "List[Packet]", units: int = 1_000_000) -> "List[Packet]":
    """The packets as a file keeps them whose time stamps count `units` a second."""
    return [
        Packet(
            packet.time * units // NANO * NANO // units, packet.data, packet.wire_length
        )
        for packet in packets
    ]


def tshark_packets(path: "Path | str") -> "List[Tuple[int, int, int]]":
    """(time, captured length, length) of each packet as tshark reads it."""
    names = ("frame.time_epoch", "frame.cap_len", "frame.len")
    options = [part for name in names for part in ("-e", name)]
    text = tshark("-r", str(path), "-T", "fields", *options, ports=[])
    return [
        (int(time.replace(".", "") or -1), int(cap_len), int(length))
        for time, cap_len, length in (line.split("\t") for line in text.splitlines())
    ]


def outline(packets: "List[Packet]") -> "List[Tuple[int, int, int]]":
    """The packets as `tshark_packets` shows them."""
    return [(time, len(data), length or 0) for time, data, length in packets]
