"""Numbered rows in as they are over; in the order of their numbers out, within a bound."""

from bisect import bisect_left
from operator import itemgetter
from typing import Generic, Iterable, List, Tuple, TypeVar

Row = TypeVar("Row")
_number = itemgetter(0)


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
        self._rows: "List[Tuple[int, int, Row]]" = []

    def put(self, rows: "Iterable[Tuple[int, int, Row]]") -> None:
        """Some are over: of each its number, which is its own, the bytes that it holds, it."""
        self._rows.extend(rows)

    def due(self, oldest: int) -> "List[Row]":
        """The rows before `oldest`, the first one that is not over, and those too many."""
        rows, behind = self._rows, len(self._rows)
        if self._most:
            rows.sort(key=_number)  # nearly so already, of which Python makes use
            due = bisect_left(rows, oldest, key=_number)
            behind = max(due, behind - self._most)
            held = sum([size for _, size, _ in rows[behind:]])
            while held > self._most_bytes:
                held -= rows[behind][1]
                behind += 1
        self._rows = rows[behind:]
        return [row for _, _, row in rows[:behind]]
