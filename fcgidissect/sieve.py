"""Rows come in, those that pass the filter go out.

What a record's header decides is asked once a distinct header, and first.
"""

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from fcgidissect.fcgi.shape import Shape
from fcgidissect.filter import Filter
from fcgidissect.flight import Flight, entries_of
from fcgidissect.limits import Limits

Sieve = Callable[["Sequence[Any]"], "Sequence[Any]"]


def sieve(expression: Filter, of_records: bool) -> Sieve:
    """What lets only those rows of a batch pass that match.

    Args:
        of_records: rows are entries, so each has one header.
    """
    matches = expression.matches
    if not of_records:
        return lambda rows: [row for row in rows if matches(row)]
    if expression.header_verdict is None:
        return lambda rows: [row for row in entries_of(rows) if matches(row)]
    verdicts = _Verdicts(expression.header_verdict)
    choices = _Choices(verdicts)

    def passing(rows: "Sequence[Any]") -> "Sequence[Any]":
        passed: List[Any] = []
        for row in rows:
            if type(row) is not Flight:
                verdict = verdicts[row[2][0]]
                if verdict or verdict is None and matches(row):
                    passed.append(row)
                continue
            choice = choices.get((row[2], row.varying)) or choices.of(row)
            if choice is _ALL:
                passed.append(row)
            elif choice is not _NONE:
                entries = row.entries()
                for index, verdict in choice:
                    if verdict or matches(entries[index]):
                        passed.append(entries[index])
        return passed

    return passing


_Choice = Tuple[Tuple[int, Optional[bool]], ...]
_ALL: _Choice = ((0, True),) * 2
"""Every record of a flight passes."""


_NONE: _Choice = ((0, False),)
"""None of them does."""


class _Choices(Dict[Tuple[Shape, bytes], _Choice]):
    """A flight's shape, and the headers of its own -> which of its records may pass, and
    whether they do; emptied when full."""

    def __init__(self, verdicts: "_Verdicts") -> None:
        self._verdicts = verdicts

    def of(self, flight: Flight) -> _Choice:
        """The choice of a flight, made once."""
        if len(self) >= Limits().memo:
            self.clear()
        found = [self._verdicts[row.record.header] for row in flight.entries()]
        choice = tuple(each for each in enumerate(found) if each[1] is not False)
        choice = _ALL if all(found) else choice or _NONE
        self[flight.shape, flight.varying] = choice
        return choice


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
