"""Durations in, their count, mean, extremes and percentiles out, in bounded memory.

Percentiles (nearest rank) are exact up to `EXACT` durations; beyond that they come from a
histogram whose buckets are 1 % wide, so that they are at most 0.5 % off.
"""

from math import ceil, log
from typing import Dict, List

EXACT = 1024
_WIDTH = 1.01
_LOG = log(_WIDTH)


class Times:
    """Durations of one kind, in nanoseconds."""

    __slots__ = ("_values", "_buckets", "_count", "_sum", "_least", "_most")

    def __init__(self) -> None:
        self._values: List[int] = []
        """Those that are in none of the following."""
        self._buckets: Dict[int, int] = {}
        """Index of a bucket -> durations in it; empty while all values are kept."""
        self._count = self._sum = self._least = self._most = 0

    def add(self, duration: int) -> None:
        """One more duration, not negative."""
        values = self._values
        values.append(duration)
        if len(values) > EXACT:
            self._fold()

    def _fold(self) -> None:
        """Put all values into the histogram."""
        values, buckets = self._values, self._buckets
        self._least, self._most = self.least, self.most
        self._count, self._sum = self.count, self.sum
        self._values = []
        for duration in values:
            index = int(log(duration) / _LOG) if duration > 0 else -1
            buckets[index] = buckets.get(index, 0) + 1

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count + len(self._values)

    @property
    def sum(self) -> int:
        """All together."""
        return self._sum + sum(self._values)

    @property
    def least(self) -> int:
        """The shortest; 0 of none."""
        known = [self._least] if self._count else []
        return min([*known, *self._values], default=0)

    @property
    def most(self) -> int:
        """The longest; 0 of none."""
        return max([self._most, *self._values])

    @property
    def mean(self) -> int:
        """The arithmetic mean; 0 of none."""
        return self.sum // self.count if self.count else 0

    def percentile(self, share: float) -> int:
        """The least duration that `share` of all do not exceed."""
        rank = max(1, ceil(share * self.count))
        if not self._buckets:
            return sorted(self._values)[rank - 1] if self._values else 0
        self._fold()
        for index in sorted(self._buckets):
            rank -= self._buckets[index]
            if rank <= 0:
                break
        middle = round(_WIDTH ** (index + 0.5)) if index >= 0 else 0
        return min(max(middle, self.least), self.most)
