"""Requests in, the slowest of them out (`fcgi,slow`)."""

from heapq import heappush, heapreplace
from typing import Any, List, Optional, Sequence, Tuple

from fcgidissect.errors import UsageError
from fcgidissect.net.frame import Batch
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import OfRequests
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

_DURATION = [column.key for column in _COLUMNS].index("duration")


class Slowest(OfRequests):
    """`fcgi,slow[,N]`: the N slowest requests, the slowest first.

    A request that is open when the capture ends has lasted until then at least.
    """

    def __init__(self, count: str = "") -> None:
        self._most = _number(count) if count else DEFAULT
        self._heap: "List[Tuple[int, int, Row]]" = []
        self._told: "List[int]" = []
        """How long the slowest took of which it has told."""
        self._now = 0
        self._count = 0
        """Requests so far: of those that took as long the earlier ones stay."""

    def packets(self, batch: Batch) -> None:
        """See `Statistic`; they say how late it is."""
        if batch.packets:
            self._now = max(self._now, batch.packets[-1][0])

    def tell(self, row: RequestRow) -> Optional[Row]:
        """Its row of the table; None where as many that were told before took longer."""
        lasted = self._lasted(row)
        if len(self._told) < self._most:
            heappush(self._told, lasted)
        elif lasted < self._told[0]:
            return None
        else:
            heapreplace(self._told, lasted)
        return _row(row, lasted)

    def count(self, told: "Sequence[Optional[Row]]") -> None:
        """See `OfRequests`."""
        for row in filter(None, told):
            self._count += 1
            lasted: Any = row[_DURATION]
            item = (lasted, -self._count, row)
            if len(self._heap) < self._most:
                heappush(self._heap, item)
            elif item > self._heap[0]:
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
