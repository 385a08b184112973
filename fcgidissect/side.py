"""One direction of a connection, as what decodes it sees it, and who makes both of them."""

from typing import Callable, Container, Optional, Union

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.requests import Ledger, Request, Requests, Taken
from fcgidissect.fcgi.search import Search
from fcgidissect.fcgi.untracked import Untracked
from fcgidissect.flight import Flight
from fcgidissect.limits import Budget, Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, OneFrame


class Side:
    """What decodes one direction of a connection; it stands in its `Flow.reader`.

    Args:
        requests: the connection's, for both directions.
        direction: 0 or 1, as reader and requests number it.
    """

    __slots__ = ("reader", "requests", "direction", "last", "short")

    def __init__(
        self, reader: RecordReader, requests: Requests, direction: int
    ) -> None:
        self.reader = reader
        self.requests = requests
        self.direction = direction
        self.last: "Union[Frame, int, None]" = None
        """The frame that brought the last bytes of a record that is not complete; until the
        next batch is fed perhaps its number, of which few are ever made a frame."""
        self.short: "Optional[Callable[..., Optional[Taken]]]" = None
        """What `take` comes to while the reader is in step with the stream."""

    def take(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """Take all records of a question or an answer, if the next bytes are just that.

        No record is wanted to its end.

        Args:
            frame: the frame that brought them.
            time: when that was, in nanoseconds since the epoch.

        Returns:
            None, with nothing done, where they go to the reader record by record.
        """
        reader = self.reader
        way = self._way()
        if way is None or reader.unusual and not reader.fresh:
            return None
        taken = way(data, start, end, frame, time)
        if reader.unusual and taken is not None:
            reader.begin()
        if not reader.unusual:
            self.short = way
        return taken

    def gather(
        self, flow: Flow, data: bytes, start: int, end: int, frame: Frame, number: int
    ) -> Optional[Flight]:
        """Take an answer of which the first record came in several segments.

        Args:
            frame: the one with which all of it was there.
            number: that of the one that brought its end.
        """
        answer = self.reader.gathered(data, start, end)
        way = self._way()
        taken = way and way(answer, 0, len(answer), frame.number, frame.time_epoch)
        if taken is None:
            return None
        behind = data, end - len(answer)
        stretch = OneFrame(frame, self.reader.pass_on(number), behind)
        return Flight(stretch, 0, flow, answer, 0, *taken)

    def _way(self) -> "Optional[Callable[..., Optional[Taken]]]":
        """What takes whole chunks of this direction, once it is known who asks."""
        web_server = self.requests.context.web_server
        if web_server is None:
            return None
        asks = self.direction == web_server
        return self.requests.ask if asks else self.requests.answer


class Sides:
    """Makes the sides of all connections, and has what these share.

    Args:
        ports: TCP ports on which connections carry FastCGI.
        limits: what they may hold.
        over: called with each request of which no more records are expected.
        tracked: follow requests.
    """

    def __init__(
        self,
        ports: Container[int],
        limits: Limits,
        over: "Optional[Callable[[Request], None]]",
        tracked: bool,
    ) -> None:
        self.searches: "Budget[Search]" = Budget(limits.searched_bytes)
        """What all searches for headers hold."""
        self._ports = ports
        self._limits = limits
        self._ledger = Ledger(limits, over)
        self._requests = Requests if tracked else Untracked

    def connect(self, flow: Flow) -> Side:
        """Make both sides of a connection when they are first needed; the flow's own."""
        source, destination = flow.ports
        answers = source in self._ports
        asks = destination in self._ports
        context = Context(None if asks == answers else int(answers))
        requests = self._requests(context, self._ledger)
        for direction, each in enumerate((flow, flow.peer)):
            reader = RecordReader(context, direction, self._limits, self.searches)
            each.reader = Side(reader, requests, direction)
            if each.closed_at is not None:
                requests.closed(direction, "FIN", each.closed_at)
        return flow.reader  # type: ignore[no-any-return]
