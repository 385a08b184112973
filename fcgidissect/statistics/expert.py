"""Rows of every kind in, what there was to remark on them out (`expert`)."""

from typing import Dict, List, Sequence, Tuple, Union

from fcgidissect.connection_row import ConnectionRow
from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.fcgi.remarks import remarks
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.notes import Note, Severity
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import TEXT, Column, Row, Table

_COLUMNS = (
    Column("severity", "Severity", TEXT),
    Column("count", "Count"),
    Column("frame", "First frame"),
    Column("message", "Message", TEXT),
)
_Group = Tuple[Severity, str]


class Expert(Statistic):
    """`expert[,SEVERITY]`: remarks of that severity and above, the worst first."""

    flights = True

    def __init__(self, severity: str = "", limits: Limits = Limits()) -> None:
        self._least = _severity(severity) if severity else Severity.COMMENT
        self._most = limits.groups
        self._groups: "Dict[_Group, List[int]]" = {}
        """(severity, message) -> how often, the first frame."""

    def records(self, rows: "Sequence[Union[Entry, Flight]]") -> None:
        """See `Statistic`; a request's remarks come with the request.

        There is nothing to remark on the records of a flight.
        """
        for row in rows:
            if isinstance(row, Flight):
                continue
            record = row.record
            found = record.notes + remarks(record)
            if found:
                self._take(found, row.frame.number)

    def requests(self, rows: "List[RequestRow]") -> None:
        """See `Statistic`."""
        for row in rows:
            self._take(row.own_notes, row.frame.number)

    def connections(self, rows: "List[ConnectionRow]") -> None:
        """See `Statistic`."""
        for row in rows:
            self._take(row.notes, row.frame.number)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        ordered = sorted(
            self._groups.items(),
            key=lambda pair: (-pair[0][0], -pair[1][0], pair[1][1], pair[0][1]),
        )
        rows: "List[Row]" = [
            (str(severity), count, frame, message)
            for (severity, message), (count, frame) in ordered
        ]
        return [Table("Expert information", _COLUMNS, rows)]

    def _take(self, notes: "Sequence[Note]", frame: int) -> None:
        for note in notes:
            if note.severity < self._least:
                continue
            group = (note.severity, note.message)
            if group not in self._groups and len(self._groups) >= self._most:
                group = (note.severity, f"(others) {note.code.sentence}")
            counted = self._groups.setdefault(group, [0, frame])
            counted[0] += 1
            counted[1] = min(counted[1], frame)


def _severity(text: str) -> Severity:
    try:
        return Severity[text.upper().replace("WARNING", "WARN")]
    except KeyError as error:
        names = ", ".join(str(severity) for severity in Severity)
        raise UsageError(f"-z expert,{text}: the severities are {names}") from error
