"""Rows come in, those that pass the filter go out.

What a record's header decides is asked once a distinct header, and first.
"""

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.fcgi.shape import Shape
from fcgidissect.filter import Filter
from fcgidissect.flight import Flight, Part, entries_of
from fcgidissect.memo import Memo

_new = tuple.__new__
Sieve = Callable[["Sequence[Any]"], "Sequence[Any]"]


def sieve(expression: Filter, of_records: bool, parts: bool = False) -> Sieve:
    """What lets only those rows of a batch pass that match.

    Args:
        of_records: rows are entries, so each has one header.
        parts: the records of a flight that pass come as a `Part` of it, not one by one.
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
            if type(row) is not Flight:
                verdict = verdicts[row[2][0]]
                if verdict or verdict is None and matches(row):
                    passed.append(row)
                continue
            whole, certain, verdict_of = choose(row)
            if whole:
                passed.append(row)
            elif parts:
                indices = certain
                if not certain:
                    for index, verdict in verdict_of:
                        if verdict or matches(row.entry(index, framed)):
                            indices += (index,)
                if indices:
                    passed.append(_new(Part, (row, indices)))
            else:
                for index, verdict in verdict_of:
                    entry = row.entry(index, framed or bool(verdict))
                    if verdict or matches(entry):
                        passed.append(entry if entry.frame else row.entry(index))
        return passed

    return passing


_LENGTHS = {"fcgi.content.length", "fcgi.padding.length"}
"""What the headers of the same shape differ in."""


class _Choice(NamedTuple):
    """Which records of a flight may pass."""

    whole: bool
    """All of them do."""
    certain: "Tuple[int, ...]"
    """Those that may, if it is certain of each that it does; else none."""
    verdict_of: "Tuple[Tuple[int, Optional[bool]], ...]"
    """Those that may, and whether they do."""


class _Choices:
    """Which records of flights may pass by their headers alone, asked once for those alike.

    Args:
        lengths: the lengths in headers count.
    """

    def __init__(self, verdicts: "_Verdicts", lengths: bool) -> None:
        self._verdicts = verdicts
        self._lengths = lengths
        self._known: "Memo[Tuple[Shape, bytes], _Choice]" = Memo()

    def of(self, flight: Flight) -> _Choice:
        """What is known of a flight."""
        key = flight.shape, flight.varying if self._lengths else b""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._made(flight)
        return known

    def _made(self, flight: Flight) -> _Choice:
        found = [self._verdicts[entry.record.header] for entry in flight.entries()]
        open = tuple([each for each in enumerate(found) if each[1] is not False])
        certain = all([verdict for _, verdict in open])
        indices = tuple([index for index, _ in open])
        return _Choice(all(found), indices if certain else (), open)


class _Verdicts(Memo[bytes, Optional[bool]]):
    """The eight bytes of a header -> what they decide."""

    def __init__(self, decide: "Callable[[bytes], Optional[bool]]") -> None:
        super().__init__()
        self._decide = decide

    def __missing__(self, header: bytes) -> Optional[bool]:
        verdict = self[header] = self._decide(header)
        return verdict
