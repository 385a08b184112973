"""What a row stands for: its name in, the stage that makes such rows of entries out."""

from typing import Any, Callable, Iterable, Optional, Protocol, Sequence

from fcgidissect.dissect import Watcher
from fcgidissect.entry import Entry
from fcgidissect.fcgi.requests import Request
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.segment import Segment
from fcgidissect.registry import Fields, Registry


class Rows(Protocol):
    """Makes rows of entries; one whose `flights` is true takes flights whole."""

    @property
    def over(self) -> "Optional[Callable[[Request], None]]":
        """What the corridor's ledger is to call."""

    @property
    def watcher(self) -> Optional[Watcher]:
        """Whom the corridor is to tell of connections."""

    def feed(self, entries: "Sequence[Entry]") -> "Sequence[Any]":
        """The rows that the next entries complete."""

    def finish(self) -> "Sequence[Any]":
        """The rows that are left at the end."""


class Records:
    """Entries are rows as they are."""

    flights = True
    over: "Optional[Callable[[Request], None]]" = None
    watcher: Optional[Watcher] = None

    def feed(self, entries: "Sequence[Entry]") -> "Sequence[Entry]":
        """The same entries."""
        return entries

    def finish(self) -> "Sequence[Entry]":
        """Nothing is held back."""
        return ()


def fields_by(by: str) -> Fields:
    """The fields as rows of a kind have them."""
    registry = Registry()
    if by == "request":
        from fcgidissect.request_row import RequestFields

        return RequestFields(registry)
    if by == "connection":
        from fcgidissect.connection_row import ConnectionFields

        return ConnectionFields(registry)
    return registry


def rows_by(
    by: str,
    names: "Iterable[str]" = (),
    as_they_end: bool = False,
    limits: Limits = Limits(),
) -> Rows:
    """The stage for rows of a kind.

    Args:
        names: the fields that will be asked for.
        as_they_end: give each row as soon as it is over, out of order.
        limits: what the rows may keep of their records.
    """
    if by == "request":
        from fcgidissect.request_row import RequestRows

        return RequestRows(Registry(), names, as_they_end, limits)
    if by == "connection":
        from fcgidissect.connection_row import ConnectionRows

        return ConnectionRows(Registry(), names, as_they_end, limits)
    return Records()


def over_of(stages: "Sequence[Rows]") -> "Optional[Callable[[Request], None]]":
    """What the corridor's ledger is to call for all stages."""
    calls = [stage.over for stage in stages if stage.over is not None]

    def over(request: Request) -> None:
        for call in calls:
            call(request)

    return over if len(calls) > 1 else next(iter(calls), None)


class Watchers:
    """Several watchers as one."""

    def __init__(self, watchers: "Sequence[Watcher]") -> None:
        self._watchers = watchers

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `dissect.Watcher`."""
        for watcher in self._watchers:
            watcher.segment(flow, frame, segment)

    def ended(self, flow: Flow) -> None:
        """See `dissect.Watcher`."""
        for watcher in self._watchers:
            watcher.ended(flow)


def watcher_of(stages: "Sequence[Rows]") -> Optional[Watcher]:
    """Whom the corridor is to tell of connections, for all stages."""
    watchers = [stage.watcher for stage in stages if stage.watcher is not None]
    return Watchers(watchers) if watchers else None
