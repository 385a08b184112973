"""Packets in, all TCP conversations with their frames and bytes out (`conv,tcp`)."""

from typing import Dict, List

from fcgidissect.limits import Limits
from fcgidissect.net.frame import Batch
from fcgidissect.statistics.segments import Segments, ends
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import MOMENT, SECONDS, TEXT, Column, Row, Table
from fcgidissect.text import address_text

_COLUMNS = (
    Column("a", "A", TEXT),
    Column("port_a", "Port A"),
    Column("b", "B", TEXT),
    Column("port_b", "Port B"),
    Column("stream", "Stream"),
    Column("frames_to_a", "Frames <-"),
    Column("bytes_to_a", "Bytes <-"),
    Column("frames_to_b", "Frames ->"),
    Column("bytes_to_b", "Bytes ->"),
    Column("frames", "Frames"),
    Column("bytes", "Bytes"),
    Column("begin", "Start", MOMENT),
    Column("duration", "Duration", SECONDS),
)


class _Counted:
    __slots__ = ("key", "frames", "bytes", "begin", "end")

    def __init__(self, key: bytes, time: int) -> None:
        self.key = key
        self.frames = [0, 0]
        """By direction: that of `key`, the other."""
        self.bytes = [0, 0]
        self.begin = self.end = time


class TcpConversations(Statistic):
    """`conv,tcp`: all of them, FastCGI or not; end A has the higher port, as in tshark."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._segments = Segments(limits)
        self._most = limits.counted
        self._counted: Dict[int, _Counted] = {}
        self._left_out = 0

    def packets(self, batch: Batch) -> None:
        """See `Statistic`."""
        for time, length, number, key in self._segments.feed(batch):
            counted = self._counted.get(number)
            if counted is None:
                if len(self._counted) >= self._most:
                    self._left_out += 1
                    continue
                counted = self._counted[number] = _Counted(key, time)
            direction = key != counted.key
            counted.frames[direction] += 1
            counted.bytes[direction] += length
            counted.end = max(counted.end, time)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        first = self._segments.first or 0
        ordered = sorted(
            self._counted.items(), key=lambda pair: (-sum(pair[1].frames), pair[0])
        )
        rows = [_row(number, counted, first) for number, counted in ordered]
        remarks = []
        if self._left_out:
            remarks = [
                f"{self._left_out} frames of later conversations are not counted"
            ]
        return [Table("TCP conversations", _COLUMNS, rows, remarks, bar=10)]


def _row(number: int, counted: _Counted, first: int) -> Row:
    source, destination = ends(counted.key)
    a, b, to_b = source, destination, 0
    if (source[1], source[0]) < (destination[1], destination[0]):
        a, b, to_b = destination, source, 1
    return (
        *(address_text(a[0]), a[1], address_text(b[0]), b[1], number),
        *(counted.frames[1 - to_b], counted.bytes[1 - to_b]),
        *(counted.frames[to_b], counted.bytes[to_b]),
        *(sum(counted.frames), sum(counted.bytes)),
        *(counted.begin - first, counted.end - counted.begin),
    )
