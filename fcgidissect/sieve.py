"""Rows come in, those that pass the filter go out.

What a record's header decides is asked once a distinct header, and first.
"""

from typing import Any, Callable, Dict, Optional, Sequence

from fcgidissect.filter import Filter
from fcgidissect.limits import Limits

Sieve = Callable[["Sequence[Any]"], "Sequence[Any]"]


def sieve(expression: Filter, of_records: bool) -> Sieve:
    """What lets only those rows of a batch pass that match.

    Args:
        of_records: rows are entries, so each has one header.
    """
    matches = expression.matches
    if not of_records or expression.header_verdict is None:
        return lambda rows: [row for row in rows if matches(row)]
    verdicts = _Verdicts(expression.header_verdict)

    def passing(rows: "Sequence[Any]") -> "Sequence[Any]":
        return [
            row
            for row in rows
            if (verdict := verdicts[row[2][0]]) or verdict is None and matches(row)
        ]

    return passing


class _Verdicts(Dict[bytes, Optional[bool]]):
    """The eight bytes of a header -> what they decide; emptied when it is full."""

    def __init__(self, decide: "Callable[[bytes], Optional[bool]]") -> None:
        self._decide = decide
        self._most = Limits().memo

    def __missing__(self, header: bytes) -> Optional[bool]:
        if len(self) >= self._most:
            self.clear()
        verdict = self[header] = self._decide(header)
        return verdict
