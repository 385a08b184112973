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

    __slots__ = ("count", "sum", "least", "most", "_values", "_buckets")

    def __init__(self) -> None:
        self.count = self.sum = self.most = 0
        self.least = 0
        self._values: List[int] = []
        self._buckets: Dict[int, int] = {}
        """Index of a bucket -> durations in it; empty while all values are kept."""

    def add(self, duration: int) -> None:
        """One more duration, not negative."""
        self.least = min(self.least, duration) if self.count else duration
        self.most = max(self.most, duration)
        self.count += 1
        self.sum += duration
        if self._buckets:
            self._fill(duration)
        else:
            self._values.append(duration)
            if self.count > EXACT:
                for value in self._values:
                    self._fill(value)
                self._values.clear()

    @property
    def mean(self) -> int:
        """The arithmetic mean; 0 of none."""
        return self.sum // self.count if self.count else 0

    def percentile(self, share: float) -> int:
        """The least duration that `share` of all do not exceed."""
        rank = max(1, ceil(share * self.count))
        if not self._buckets:
            return sorted(self._values)[rank - 1] if self._values else 0
        for index in sorted(self._buckets):
            rank -= self._buckets[index]
            if rank <= 0:
                break
        middle = round(_WIDTH ** (index + 0.5)) if index >= 0 else 0
        return min(max(middle, self.least), self.most)

    def _fill(self, duration: int) -> None:
        index = int(log(duration) / _LOG) if duration > 0 else -1
        self._buckets[index] = self._buckets.get(index, 0) + 1
