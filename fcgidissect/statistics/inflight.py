"""Requests in, how many were in flight at a time out (`fcgi,inflight`).

A request is in flight from BEGIN_REQUEST to END_REQUEST, or to the close that ended it.
Requests come in the order of their begin, so every level is exact as soon as a later one
has begun: the ends that are still to come are kept in order.

A pool shows on the wire as a staircase: of more requests than it has workers, the others
wait. Which request waited, and for how long, follows from the number of workers: a request
is taken when fewer than that of those before it are unfinished. Where the number is not
given, the one is found that makes the times of service of each script equal, if one does.
"""

from bisect import insort
from copy import copy
from math import sqrt
from typing import Dict, List, Optional, Sequence, Tuple

from fcgidissect.errors import UsageError
from fcgidissect.net.frame import Batch
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import OfRequests
from fcgidissect.statistics.table import (
    MEAN,
    MOMENT,
    SECONDS,
    SHARE,
    Column,
    Row,
    Table,
)
from fcgidissect.statistics.timeline import Timeline
from fcgidissect.text import seconds

MOST_WORKERS = 64
"""Pools up to this size are found without being told."""
_SCRIPTS = 64
"""Scripts whose times of service are compared."""
_CLEARER = 0.25
"""The spread of the times of service is that share at most of the spread of durations."""


class Spread:
    """Values in, their mean and variance out (Welford's method)."""

    __slots__ = ("count", "mean", "_squares")

    def __init__(self) -> None:
        self.count = 0
        self.mean = self._squares = 0.0

    def add(self, value: float) -> None:
        """One more value."""
        self.count += 1
        delta = value - self.mean
        self.mean += delta / self.count
        self._squares += delta * (value - self.mean)

    @property
    def squares(self) -> float:
        """The sum of squared distances from the mean, in units of the mean."""
        return self._squares / (self.mean * self.mean) if self.mean else 0.0


class Pool:
    """Requests as a pool of some size would serve them, first come, first served."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.waited = 0
        self.longest_wait = self.all_waits = 0
        self._services: Dict[str, Spread] = {}

    def of(self, workers: int) -> "Pool":
        """A pool of another size that has served the same, and let nobody wait."""
        pool = Pool(workers)
        pool._services = {name: copy(each) for name, each in self._services.items()}
        return pool

    def serve(self, script: str, begin: int, end: int, ends: "List[int]") -> None:
        """The next request.

        Args:
            ends: when those before it that were unfinished end, the latest last.
        """
        free = ends[-self.workers] if len(ends) >= self.workers else begin
        wait = max(0, min(free, end) - begin)
        if wait:
            self.waited += 1
            self.all_waits += wait
            self.longest_wait = max(self.longest_wait, wait)
        if script in self._services or len(self._services) < _SCRIPTS:
            service = self._services.setdefault(script, Spread())
            service.add(float(end - begin - wait))

    @property
    def spread(self) -> float:
        """How unequal the times of service of one script are, on the whole."""
        count = sum(service.count for service in self._services.values())
        squares = sum(service.squares for service in self._services.values())
        return sqrt(squares / count) if count else 0.0


_Told = Tuple[str, int, int, int]
"""Of a request: its script, its begin and end, and the capture's begin."""


class InFlight(OfRequests):
    """`fcgi,inflight[,WORKERS]`."""

    def __init__(self, workers: str = "") -> None:
        self._given = _number(workers) if workers else None
        self._pools = [Pool(self._given)] if self._given else []
        """Pools that would have let a request wait by now; else of 1, 2, 3 workers."""
        self._unlimited = Pool(1 << 62)
        self._timeline = Timeline()
        self._ends: List[int] = []
        """When the requests in flight end, in order."""
        self._levels: Dict[int, int] = {}
        """Requests in flight -> for how long, in nanoseconds."""
        self._now = self._first = self._last = 0
        self._level = self._peak = self._peak_time = self._count = 0

    def packets(self, batch: Batch) -> None:
        """See `Statistic`; they say how late it is."""
        if batch.packets:
            self._last = max(self._last, batch.packets[-1][0])

    def tell(self, row: RequestRow) -> "_Told":
        """Its script, when it began, and when the capture did."""
        known, frame, begin = row.known, row.frame, row.request.begin_time
        duration: Optional[int] = known.duration
        if duration is None:
            end = row.request.end_time
            duration = (self._last if end is None else end) - begin
        first = frame.time_epoch - frame.time_relative
        return known.script or "-", begin, begin + duration, first

    def count(self, told: "Sequence[_Told]") -> None:
        """See `OfRequests`."""
        for script, begin, end, first in told:
            if not self._count:
                self._first = first
                self._now = max(begin, self._first)  # a clock may be set back
            self._count += 1
            begin = max(begin, self._now)  # one that was passed by begins late
            self._advance(begin)
            self._serve(script, begin, max(end, begin))
            insort(self._ends, max(end, begin))
            self._move(begin, 1)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        if self._count:
            self._advance(None)
        return [self._staircase(), self._by_level()]

    def _serve(self, script: str, begin: int, end: int) -> None:
        most = self._given or MOST_WORKERS
        ends = self._ends[-most:]
        while not self._given and len(self._pools) < len(ends):
            self._pools.append(self._unlimited.of(len(self._pools) + 1))
        for pool in (*self._pools, self._unlimited):
            pool.serve(script, begin, end, ends)

    def _advance(self, until: Optional[int]) -> None:
        """Let the requests end that have ended by then."""
        while self._ends and (until is None or self._ends[0] <= until):
            self._move(self._ends.pop(0), -1)

    def _move(self, time: int, step: int) -> None:
        span = time - self._now
        self._levels[self._level] = self._levels.get(self._level, 0) + span
        self._timeline.add(self._now - self._first, time - self._first, self._level)
        self._now = time
        self._level += step
        self._timeline.touch(time - self._first, self._level, step)
        if self._level > self._peak:
            self._peak, self._peak_time = self._level, time

    def _staircase(self) -> Table:
        columns = (
            Column("begin", "Time", MOMENT),
            Column("begun", "Begun"),
            Column("ended", "Ended"),
            Column("mean", "Mean in flight", MEAN),
            Column("most", "Most in flight"),
        )
        rows: "List[Row]" = list(self._timeline.rows())
        return Table(
            "FastCGI requests in flight over time", columns, rows, self._told(), bar=4
        )

    def _by_level(self) -> Table:
        columns = (
            Column("in_flight", "In flight"),
            Column("time", "Time", SECONDS),
            Column("share", "Share", SHARE),
        )
        total = sum(self._levels.values())
        rows: "List[Row]" = [
            (level, time, time / total if total else None)
            for level, time in sorted(self._levels.items())
            if time
        ]
        return Table("Time by requests in flight", columns, rows, bar=1)

    def _told(self) -> "List[str]":
        if not self._count:
            return ["no requests"]
        peak = seconds(self._peak_time - self._first, 3)
        lasted = seconds(self._levels.get(self._peak, 0), 3)
        told = [
            f"peak: {self._peak} in flight, first at {peak} s, for {lasted} s in all"
        ]
        pool = self._pool()
        if pool is not None:
            told += self._fullness(pool)
        return told

    def _fullness(self, pool: Pool) -> "List[str]":
        workers = pool.workers
        full = sum(time for level, time in self._levels.items() if level >= workers)
        said = "as told" if self._given else "as it looks"
        told = [
            f"a pool of {workers} ({said}) was full for {seconds(full, 3)} s",
        ]
        if pool.waited:
            mean = seconds(pool.all_waits // pool.waited, 3)
            told.append(
                f"{pool.waited} of {self._count} requests waited for a worker,"
                f" {mean} s on average, {seconds(pool.longest_wait, 3)} s at most"
            )
        return told

    def _pool(self) -> Optional[Pool]:
        """The pool that was given, or the one that explains the durations."""
        if self._given:
            return self._pools[0]
        least = _CLEARER * self._unlimited.spread
        fits: "List[Tuple[float, Pool]]" = [
            (pool.spread, pool)
            for pool in self._pools[: self._peak - 1]
            if pool.waited >= pool.workers and pool.spread < least
        ]
        return min(fits, key=lambda pair: pair[0])[1] if fits else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise UsageError(f"-z fcgi,inflight,{text}: {text} is no number of workers")
    return int(text)
