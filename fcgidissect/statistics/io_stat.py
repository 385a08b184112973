"""Packets or records in, frames and bytes by the interval out (`io,stat`)."""

from typing import Dict, List, Optional

from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.net.frame import Batch
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import MOMENT, Column, Row, Table
from fcgidissect.text import BILLION

_MOST = 1 << 16
"""Intervals up to which empty ones are rows, too."""


class IoStat(Statistic):
    """`io,stat,INTERVAL[,FILTER]`; a table of its own for each of several filters.

    Without a filter every frame of the capture counts, with one those in which a record
    ends that passes. An interval of 0 is the whole capture.
    """

    def __init__(self, interval: str, expression: Optional[str] = None) -> None:
        self._interval = _nanoseconds(interval)
        self._filtered = expression is not None
        self._title = "IO statistics"
        if expression is not None:
            self._title += f" of {expression}"
        self._first: Optional[int] = None
        self._last = 0
        self._counted: "Dict[int, List[int]]" = {}
        """Index of an interval -> frames, bytes."""
        self._frame = 0

    def packets(self, batch: Batch) -> None:
        """See `Statistic`."""
        for time, _, _, length in batch.packets:
            if self._first is None:
                self._first = time
            self._last = max(self._last, time)
            if not self._filtered:
                self._count(time - self._first, length)

    def records(self, rows: "List[Entry]") -> None:
        """See `Statistic`; only those that pass the filter."""
        for row in rows if self._filtered else ():
            if row.frame.number != self._frame:
                self._frame = row.frame.number
                self._count(row.frame.time_relative, row.frame.len)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        columns = (
            Column("begin", "From", MOMENT),
            Column("end", "To", MOMENT),
            Column("frames", "Frames"),
            Column("bytes", "Bytes"),
        )
        return [Table(self._title, columns, self._rows(), bar=3)]

    def _rows(self) -> "List[Row]":
        if self._first is None:
            return []
        lasted = self._last - self._first
        width = self._interval or lasted + 1
        count = lasted // width + 1
        indices = range(count) if count <= _MOST else sorted(self._counted)
        return [
            (at * width, min((at + 1) * width, lasted), *self._counted.get(at, (0, 0)))
            for at in indices
        ]

    def _count(self, since: int, length: int) -> None:
        at = since // self._interval if self._interval else 0
        counted = self._counted.get(at)
        if counted is None:
            counted = self._counted[at] = [0, 0]
        counted[0] += 1
        counted[1] += length


def _nanoseconds(text: str) -> int:
    whole, _, rest = text.partition(".")
    if not (whole or rest) or not (whole + rest).isdecimal() or not text.isascii():
        raise UsageError(f"-z io,stat,{text}: the interval is a number of seconds")
    return int(whole or 0) * BILLION + int((rest + "0" * 9)[:9])
