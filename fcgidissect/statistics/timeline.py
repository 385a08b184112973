"""Levels over time in, a bounded number of equal intervals out.

Intervals begin at `FINEST` and double in width when there would be more than `MOST` of them.
"""

from typing import Iterator, List, Tuple

FINEST = 1_000_000
"""Nanoseconds of the narrowest interval."""
MOST = 64


class Interval:
    """What happened in one interval."""

    __slots__ = ("area", "most", "begun", "ended")

    def __init__(self) -> None:
        self.area = 0
        """Level times nanoseconds."""
        self.most = self.begun = self.ended = 0

    def join(self, later: "Interval") -> None:
        """Take in the interval behind it."""
        self.area += later.area
        self.most = max(self.most, later.most)
        self.begun += later.begun
        self.ended += later.ended


class Timeline:
    """Levels, in the order of time, from 0 on."""

    def __init__(self) -> None:
        self.width = FINEST
        self._intervals: List[Interval] = []

    def add(self, begin: int, end: int, level: int) -> None:
        """A level that held from `begin` to `end`, in nanoseconds."""
        self._at(max(begin, end - 1))
        while begin < end:
            at = begin // self.width
            stop = min(end, (at + 1) * self.width)
            interval = self._intervals[at]
            interval.area += level * (stop - begin)
            interval.most = max(interval.most, level)
            begin = stop

    def touch(self, time: int, level: int, step: int) -> None:
        """A level that was reached, by `step`."""
        interval = self._intervals[self._at(time)]
        interval.most = max(interval.most, level)
        if step > 0:
            interval.begun += step
        else:
            interval.ended -= step

    def rows(self) -> "Iterator[Tuple[int, int, int, float, int]]":
        """(begin, begun, ended, mean level, highest level) of each interval."""
        for at, each in enumerate(self._intervals):
            mean = each.area / self.width
            yield at * self.width, each.begun, each.ended, mean, each.most

    def _at(self, time: int) -> int:
        """The index of the interval that a time is in, made if need be."""
        while time // self.width >= MOST:
            self.width *= 2
            for at in range(0, len(self._intervals), 2):
                if at + 1 < len(self._intervals):
                    self._intervals[at].join(self._intervals[at + 1])
            self._intervals = self._intervals[::2]
        at = time // self.width
        while len(self._intervals) <= at:
            self._intervals.append(Interval())
        return at
