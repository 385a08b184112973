"""Records and requests in, how many of which kind out (`fcgi,tree`)."""

from collections import Counter
from typing import List, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import Role, type_title
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import Statistic
from fcgidissect.statistics.table import SHARE, TEXT, Column, Row, Table


class Tree(Statistic):
    """`fcgi,tree[,FILTER]`."""

    flights = True

    def __init__(self, limits: Limits = Limits()) -> None:
        self._most = limits.groups
        self._types: "Counter[int]" = Counter()
        self._roles: "Counter[str]" = Counter()
        self._methods: "Counter[str]" = Counter()
        self._statuses: "Counter[str]" = Counter()
        self._states: "Counter[str]" = Counter()

    def records(self, rows: "Sequence[Union[Entry, Flight]]") -> None:
        """See `Statistic`."""
        flights = Counter([row.shape for row in rows if isinstance(row, Flight)])
        for shape, count in flights.items():
            for kind in shape.kinds:
                self._types[kind] += count
        self._types.update(
            [row.record.header[1] for row in rows if not isinstance(row, Flight)]
        )

    def requests(self, rows: "List[RequestRow]") -> None:
        """See `Statistic`."""
        for row in rows:
            known = row.known
            self._count(self._roles, _role(known.role))
            self._count(self._methods, known.method or "-")
            status = known.status
            self._count(self._statuses, "-" if status is None else str(status))
            self._count(self._states, known.state or "-")

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        types = Counter(
            {type_title(kind): count for kind, count in self._types.items()}
        )
        topics = (
            ("Records by type", types),
            ("Requests by role", self._roles),
            ("Requests by method", self._methods),
            ("Requests by status", self._statuses),
            ("Requests by end", self._states),
        )
        columns = (
            Column("topic", "Topic", TEXT),
            Column("item", "Item", TEXT),
            Column("count", "Count"),
            Column("share", "Share", SHARE),
        )
        rows = [row for topic, counts in topics for row in _rows(topic, counts)]
        return [Table("FastCGI records and requests", columns, rows, bar=3)]

    def _count(self, counts: "Counter[str]", name: str) -> None:
        counts[name if name in counts or len(counts) < self._most else "(others)"] += 1


def _rows(topic: str, counts: "Counter[str]") -> "List[Row]":
    total = sum(counts.values())
    ordered: "List[Tuple[str, int]]" = sorted(
        counts.items(), key=lambda pair: (-pair[1], pair[0])
    )
    items: "List[Row]" = [
        (topic, name, count, count / total) for name, count in ordered
    ]
    return [(topic, "", total, None), *items] if total else []


def _role(role: "int | None") -> str:
    if role is None:
        return "-"
    known = role in Role.__members__.values()
    return str(Role(role)) if known else f"Unknown ({role})"
