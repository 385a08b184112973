"""Requests in, service response times by script, by path and by status out (`fcgi,srt`).

A time is a request's duration: from BEGIN_REQUEST to END_REQUEST. What did not end so has
none, and is not counted.
"""

from typing import Callable, Dict, List, Optional, Sequence, Tuple

from fcgidissect.fcgi.known import Known
from fcgidissect.limits import Limits
from fcgidissect.request_row import RequestRow
from fcgidissect.statistics.statistic import OfRequests
from fcgidissect.statistics.table import SECONDS, TEXT, Column, Row, Table
from fcgidissect.statistics.times import Times

_PERCENTILES = (0.5, 0.9, 0.99)
_TIMES = (
    Column("min", "Min", SECONDS),
    Column("mean", "Mean", SECONDS),
    Column("p50", "p50", SECONDS),
    Column("p90", "p90", SECONDS),
    Column("p99", "p99", SECONDS),
    Column("max", "Max", SECONDS),
    Column("sum", "Sum", SECONDS),
)
_Told = Tuple[int, List[Optional[str]]]
OTHERS = "(others)"
"""Stands for groups beyond the limit."""


class ServiceTimes(OfRequests):
    """`fcgi,srt[,FILTER]`."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._groups: "List[Dict[str, Times]]" = [{} for _ in _KEYS]
        self._untimed = 0

    def tell(self, row: RequestRow) -> "Optional[_Told]":
        """Its duration and its name in each group; None where it has no time."""
        known = row.known
        duration = known.duration
        if duration is None or not known.answered:
            return None
        return duration, [key(known) for _, _, key in _KEYS]

    def count(self, told: "Sequence[Optional[_Told]]") -> None:
        """See `OfRequests`."""
        for each in told:
            if each is None:
                self._untimed += 1
                continue
            duration, names = each
            for groups, name in zip(self._groups, names):
                name = "-" if name is None else name
                (groups.get(name) or self._group(groups, name)).add(duration)

    def tables(self) -> "List[Table]":
        """See `Statistic`."""
        remarks = []
        if self._untimed:
            remarks = [f"{self._untimed} without END_REQUEST are not counted"]
        return [
            Table(
                f"FastCGI service response times by {title.lower()}",
                (Column(key, title, TEXT), Column("count", "Count"), *_TIMES),
                [_row(name, times) for name, times in _by_sum(groups)],
                remarks,
                bar=8,
            )
            for groups, (key, title, _) in zip(self._groups, _KEYS)
        ]

    def _group(self, groups: "Dict[str, Times]", name: str) -> Times:
        if len(groups) >= self._limits.groups:
            name = OTHERS
        times = groups.get(name)
        if times is None:
            times = groups[name] = Times()
        return times


def _path(known: Known) -> Optional[str]:
    uri = known.uri
    return None if uri is None else uri.partition("?")[0]


def _status(known: Known) -> Optional[str]:
    status = known.status
    return None if status is None else str(status)


_Key = Callable[[Known], Optional[str]]
_KEYS: "Tuple[Tuple[str, str, _Key], ...]" = (
    ("script", "Script", lambda known: known.script),
    ("path", "Path", _path),
    ("status", "Status", _status),
)


def _by_sum(groups: "Dict[str, Times]") -> "List[Tuple[str, Times]]":
    return sorted(groups.items(), key=lambda pair: (-pair[1].sum, pair[0]))


def _row(name: str, times: Times) -> Row:
    percentiles = [times.percentile(share) for share in _PERCENTILES]
    return (
        *(name, times.count, times.least, times.mean),
        *percentiles,
        *(times.most, times.sum),
    )
