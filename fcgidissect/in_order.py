"""Numbered rows in as they are over; in the order of their numbers out, within a bound."""

from heapq import heappop, heappush
from typing import Generic, List, Tuple, TypeVar

Row = TypeVar("Row")


class InOrder(Generic[Row]):
    """Holds rows back until those before them are over.

    Args:
        most: how many are held at most; then the first goes out of turn. With 0 none is
            held, and rows go out as they came.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: "List[Tuple[int, Row]]" = []
        self._passed: "List[Row]" = []

    def put(self, number: int, row: Row) -> None:
        """A row is over; its number is its own."""
        if self._most:
            heappush(self._held, (number, row))
        else:
            self._passed.append(row)

    def due(self, oldest: int) -> "List[Row]":
        """The rows before `oldest`, the first one that is not over, and those too many."""
        due, self._passed = self._passed, []
        held = self._held
        while held and (held[0][0] < oldest or len(held) > self._most):
            due.append(heappop(held)[1])
        return due
