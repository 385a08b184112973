"""Requests in, the slowest of them out (`fcgi,slow`)."""

from heapq import heappush, heapreplace
from typing import List, Optional, Tuple

from fcgidissect.errors import UsageError
from fcgidissect.net.frame import Batch
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import (
    COUNT,
    MOMENT,
    SECONDS,
    TEXT,
    Column,
    Row,
    Table,
)

DEFAULT = 10
MOST = 10_000
_COLUMNS = (
    Column("frame", "Frame", COUNT),
    Column("begin", "Begin", MOMENT),
    Column("duration", "Duration", SECONDS),
    Column("ttfb", "First byte", SECONDS),
    Column("status", "Status", COUNT),
    Column("state", "End", TEXT),
    Column("method", "Method", TEXT),
    Column("uri", "URI", TEXT),
)


class Slowest(Statistic):
    """`fcgi,slow[,N]`: the N slowest requests, the slowest first.

    A request that is open when the capture ends has lasted until then at least.
    """

    def __init__(self, count: str = "") -> None:
        self._most = _number(count) if count else DEFAULT
        self._heap: "List[Tuple[int, int, Row]]" = []
        self._now = 0

    def packets(self, batch: Batch) -> None:
        """See `Statistic`; they say how late it is."""
        if batch.packets:
            self._now = max(self._now, batch.packets[-1][0])

    def requests(self, rows: "List[RequestRow]") -> None:
        """See `Statistic`."""
        for row in rows:
            lasted = self._lasted(row)
            item = (lasted, -row.request.number, _row(row, lasted))
            if len(self._heap) < self._most:
                heappush(self._heap, item)
            elif item[:2] > self._heap[0][:2]:
                heapreplace(self._heap, item)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        rows = [row for _, _, row in sorted(self._heap, reverse=True)]
        return [Table("Slowest FastCGI requests", _COLUMNS, rows, bar=2)]

    def _lasted(self, row: RequestRow) -> int:
        duration: Optional[int] = row.known.duration
        if duration is None:
            end = row.request.end_time
            duration = (self._now if end is None else end) - row.request.begin_time
        return duration


def _row(row: RequestRow, lasted: int) -> Row:
    known, frame = row.known, row.frame
    return (
        *(frame.number, frame.time_relative, lasted, known.ttfb, known.status),
        *(known.state, known.method, known.uri),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST):
        raise UsageError(f"-z fcgi,slow,{text}: how many is a number from 1 to {MOST}")
    return int(text)
