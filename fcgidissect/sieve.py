"""Rows come in, those that pass the filter go out.

What a record's header decides is asked once a distinct header, and first.
"""

from typing import Any, Callable, Dict, Sequence

from fcgidissect.fcgi.headers import decode_header
from fcgidissect.filter import Filter
from fcgidissect.limits import Limits

Sieve = Callable[["Sequence[Any]"], "Sequence[Any]"]


def sieve(expression: Filter, of_records: bool) -> Sieve:
    """What lets only those rows of a batch pass that match.

    Args:
        of_records: rows are entries, so each has one header.
    """
    matches, of_header = expression.matches, expression.of_header
    if not of_records or of_header is None:
        return lambda rows: [row for row in rows if matches(row)]
    verdicts = _Verdicts(of_header)
    if expression.header_only:
        return lambda rows: [row for row in rows if verdicts[row[2][0]]]
    return lambda rows: [row for row in rows if verdicts[row[2][0]] and matches(row)]


class _Verdicts(Dict[bytes, bool]):
    """The eight bytes of a header -> whether a row with it may pass."""

    def __init__(self, of_header: "Callable[[Any], bool]") -> None:
        self._of_header = of_header

    def __missing__(self, header: bytes) -> bool:
        if len(self) >= Limits().memo:
            self.clear()
        verdict = self[header] = self._of_header(decode_header(header))
        return verdict
