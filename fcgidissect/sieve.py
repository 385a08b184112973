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
    framed = not all(name.startswith("fcgi.") for name in expression.fields)
    choose = _Choices(verdicts, not _LENGTHS.isdisjoint(expression.fields)).of

    def passing(rows: "Sequence[Any]") -> "Sequence[Any]":
        passed: List[Any] = []
        for row in rows:
            if not isinstance(row, Flight):
                verdict = verdicts[row[2][0]]
                if verdict or verdict is None and matches(row):
                    passed.append(row)
                continue
            choice = choose(row)
            if choice is None:
                passed.append(row)
                continue
            for index, verdict in choice:
                entry = row.entry(index, framed or bool(verdict))
                if verdict or matches(entry):
                    passed.append(entry if entry.frame else row.entry(index))
        return passed

    return passing


_LENGTHS = {"fcgi.content.length", "fcgi.padding.length"}
"""What the headers of the same shape differ in."""
_Choice = Optional[Tuple[Tuple[int, Optional[bool]], ...]]
"""Which records of a flight may pass, and whether they do; None if all do."""


class _Choices:
    """Which records of flights may pass by their headers alone, asked once for those alike.

    Args:
        lengths: the lengths in headers count.
    """

    def __init__(self, verdicts: "_Verdicts", lengths: bool) -> None:
        self._verdicts = verdicts
        self._lengths = lengths
        self._known: "Dict[Tuple[Shape, bytes], _Choice]" = {}

    def of(self, flight: Flight) -> _Choice:
        """What is known of a flight."""
        key = flight.shape, flight.varying if self._lengths else b""
        known = self._known
        if key not in known:
            if len(known) >= Limits().memo:
                known.clear()
            known[key] = self._made(flight)
        return known[key]

    def _made(self, flight: Flight) -> _Choice:
        found = [self._verdicts[entry.record.header] for entry in flight.entries()]
        if all(found):
            return None
        return tuple([each for each in enumerate(found) if each[1] is not False])


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
