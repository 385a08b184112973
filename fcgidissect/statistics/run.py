"""Packets and entries in, statistics fed, their text out.

The display filter and a statistic's own both apply, each to rows of the kind that the
statistic counts. Packets are not filtered.
"""

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
)

from fcgidissect.entry import Entry
from fcgidissect.flight import entries_of
from fcgidissect.net.frame import Batch
from fcgidissect.registry import Fields
from fcgidissect.rows import Rows, fields_by, rows_by
from fcgidissect.statistics import Asked
from fcgidissect.statistics.render import Renderer
from fcgidissect.statistics.statistic import OfRequests, Statistic, Stream

if TYPE_CHECKING:
    from fcgidissect.filter import Filter

_KINDS = {"record": "records", "request": "requests", "connection": "connections"}
"""Kind of row -> the method that takes them."""
Verdict = Callable[[Any], bool]


class _Feed(NamedTuple):
    """One method of one statistic, and the verdicts on its rows."""

    take: "Callable[[List[Any]], None]"
    verdicts: "List[Verdict]"
    whole: bool
    """It takes rows as they come: flights whole, if they are records."""


class Statistics:
    """All statistics of one call.

    Args:
        asked: what each -z asks for.
        expression: the display filter.
        renderer: makes text of tables.

    Raises:
        FilterError: a filter is wrong for the rows that a statistic counts.
    """

    def __init__(
        self, asked: "Sequence[Asked]", expression: Optional[str], renderer: Renderer
    ) -> None:
        self._asked = asked
        self._renderer = renderer
        self._packets = [
            each.statistic.packets for each in asked if _wants(each, "packets")
        ]
        statistics = [each.statistic for each in asked]
        light = [each for each in statistics if isinstance(each, OfRequests)]
        self.of_requests = light if len(light) == len(statistics) else []
        """All of them, where each wants but a few values of each request."""
        self.names: "Set[str]" = set()
        """The fields that filters ask for."""
        self._feeds: "Dict[str, List[_Feed]]" = {}
        self.stages: "Dict[str, Rows]" = {}
        """Kind of row -> the stage that makes them."""
        for by, method in _KINDS.items():
            wanting = [each for each in asked if _wants(each, method)]
            if wanting:
                self._prepare(by, method, wanting, expression)

    def _prepare(
        self,
        by: str,
        method: str,
        wanting: "List[Asked]",
        expression: Optional[str],
    ) -> None:
        fields, feeds = fields_by(by), []
        names: "Set[str]" = set()
        for asked in wanting:
            texts = [text for text in (expression, asked.filter) if text]
            filters = [_compiled(text, fields) for text in texts]
            names |= {name for each in filters for name in each.fields}
            take = getattr(asked.statistic, method)
            verdicts = [each.matches for each in filters]
            whole = by != "record" or asked.statistic.flights and not verdicts
            feeds.append(_Feed(take, verdicts, whole))
        self.names |= names
        self._feeds[by] = feeds
        self.stages[by] = rows_by(by, names)

    def start(self) -> str:
        """What stands before the first table."""
        return self._renderer.start()

    def packets(self, batch: Batch) -> None:
        """The next packets."""
        for take in self._packets:
            take(batch)

    def feed(self, entries: "Sequence[Entry]") -> str:
        """The next records; the text of what is told at once."""
        for by, stage in self.stages.items():
            self._give(by, stage.feed(entries))
        return self._streams()

    def tell(self, rows: "Sequence[Any]") -> "List[Any]":
        """What those `of_requests` want of each: one thing or, where a filter says so, none."""
        feeds = self._feeds["request"]
        return [
            [
                [each.tell(row)] if all([verdict(row) for verdict in verdicts]) else []
                for each, (_, verdicts, _) in zip(self.of_requests, feeds)
            ]
            for row in rows
        ]

    def count(self, told: "Sequence[Any]") -> None:
        """What `tell` has given, here or elsewhere, in the order of the requests' begin."""
        for statistic, of_rows in zip(self.of_requests, zip(*told)):
            statistic.count([each for of_row in of_rows for each in of_row])

    def finish(self) -> str:
        """The text of all tables."""
        for by, stage in self.stages.items():
            self._give(by, stage.finish())
        text = self._streams()
        for each in self._asked:
            text += self._told(each)
        return text + self._renderer.finish()

    def _give(self, by: str, rows: "Sequence[Any]") -> None:
        for take, verdicts, whole in self._feeds[by] if rows else ():
            passed = list(rows if whole else entries_of(rows))
            for verdict in verdicts:
                passed = list(filter(verdict, passed))
            take(passed)

    def _streams(self) -> str:
        text = ""
        for each in self._asked:
            if isinstance(each.statistic, Stream):
                text += self._renderer.stream(each.statistic, each.statistic.ready())
        return text

    def _told(self, asked: Asked) -> str:
        if isinstance(asked.statistic, Stream):
            return self._renderer.end(asked.statistic)
        return "".join(
            self._renderer.table(asked.text, table)
            for table in asked.statistic.tables()
        )


def _compiled(text: str, fields: Fields) -> "Filter":
    from fcgidissect.filter import compile_filter  # takes 25 ms

    return compile_filter(text, fields)


def _wants(asked: Asked, method: str) -> bool:
    return getattr(type(asked.statistic), method) is not getattr(Statistic, method)
