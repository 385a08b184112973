"""Packets in, all TCP endpoints with their frames and bytes out (`endpoints,tcp`)."""

from typing import Dict, List, Tuple

from fcgidissect.limits import Limits
from fcgidissect.net.frame import Batch
from fcgidissect.statistics.segments import Segments, ends
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import TEXT, Column, Row, Table
from fcgidissect.text import address_text

_COLUMNS = (
    Column("address", "Address", TEXT),
    Column("port", "Port"),
    Column("frames", "Frames"),
    Column("bytes", "Bytes"),
    Column("frames_sent", "Tx frames"),
    Column("bytes_sent", "Tx bytes"),
    Column("frames_received", "Rx frames"),
    Column("bytes_received", "Rx bytes"),
)


class TcpEndpoints(Statistic):
    """`endpoints,tcp`: every address and port, FastCGI or not."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._segments = Segments(limits)
        self._most = limits.counted
        self._counted: "Dict[Tuple[bytes, int], List[int]]" = {}
        """(address, port) -> frames and bytes sent, frames and bytes received."""
        self._left_out = 0

    def packets(self, batch: Batch) -> None:
        """See `Statistic`."""
        for _, length, _, key in self._segments.feed(batch):
            for side, end in enumerate(ends(key)):
                counted = self._counted.get(end)
                if counted is None:
                    if len(self._counted) >= self._most:
                        self._left_out += 1
                        continue
                    counted = self._counted[end] = [0, 0, 0, 0]
                counted[2 * side] += 1
                counted[2 * side + 1] += length

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        rows: "List[Row]" = [
            (
                *(address_text(address), port),
                *(sent + received, bytes_sent + bytes_received),
                *(sent, bytes_sent, received, bytes_received),
            )
            for (address, port), (
                sent,
                bytes_sent,
                received,
                bytes_received,
            ) in sorted(
                self._counted.items(),
                key=lambda pair: (-pair[1][0] - pair[1][2], pair[0]),
            )
        ]
        remarks = []
        if self._left_out:
            remarks = [f"{self._left_out} frames of later endpoints are not counted"]
        return [Table("TCP endpoints", _COLUMNS, rows, remarks, bar=3)]
