"""Requests in, what statistics want to know of each out; what that was in, it is counted.

Two processes share the work so: each tells of half of the requests, and one counts what is
told of all of them, in the order in which they began.
"""

from typing import Any, List, Sequence

from fcgidissect.output import Writer
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.run import Statistics


class Telling(Writer):
    """Like a writer, but that values are told instead of text, and nothing goes out.

    Args:
        statistics: such as are all `of_requests`.
    """

    apart = True

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics

    def lines(self, rows: "Sequence[RequestRow]") -> "List[Any]":
        """What is told of each."""
        return self._statistics.tell(rows)

    def together(self, lines: "List[Any]") -> "List[bytes]":
        """Count what was told."""
        self._statistics.count(lines)
        return []
