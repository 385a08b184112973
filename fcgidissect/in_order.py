"""Numbered rows in as they are over; in the order of their numbers out, within a bound."""

from heapq import heappop, heappush
from typing import Generic, List, Tuple, TypeVar

Row = TypeVar("Row")


class InOrder(Generic[Row]):
    """Holds rows back until those before them are over.

    Args:
        most: how many are held at most; then the first goes out of turn. With 0 none is
            held, and rows go out as they came.
        most_bytes: how many bytes they may hold together.
    """

    def __init__(self, most: int, most_bytes: int = 1 << 62) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: "List[Tuple[int, int, Row]]" = []
        self._passed: "List[Row]" = []

    def put(self, number: int, row: Row, size: int = 0) -> None:
        """A row is over; its number is its own, `size` the bytes that it holds."""
        if self._most:
            heappush(self._held, (number, size, row))
            self._bytes += size
        else:
            self._passed.append(row)

    def due(self, oldest: int) -> "List[Row]":
        """The rows before `oldest`, the first one that is not over, and those too many."""
        due, self._passed = self._passed, []
        held = self._held
        while held and (held[0][0] < oldest or self._too_much):
            _, size, row = heappop(held)
            self._bytes -= size
            due.append(row)
        return due

    @property
    def _too_much(self) -> bool:
        return len(self._held) > self._most or self._bytes > self._most_bytes
