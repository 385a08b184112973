"""Records of a connection in, its requests out: who asked what, and what came of it.

Rules:
- A record belongs to the request that has its id at that time; what begins one is
  BEGIN_REQUEST, or any record of an id that no request has.
- A request ends with END_REQUEST and the web server's last word, with the reset of the
  connection, its close by the application, a new BEGIN_REQUEST of its id, or the capture.
- Management records (GET_VALUES and so on, and unknown types) belong to no request, though
  a request may have their id 0.
"""

from collections import OrderedDict
from typing import Callable, Dict, List, Optional, Tuple

from fcgidissect.fcgi.causes import likely_cause
from fcgidissect.fcgi.checks import check
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.request import WHOLE, Request
from fcgidissect.fcgi.spec import FROM_WEB_SERVER
from fcgidissect.fcgi.states import BEGIN, DATA, SAID_ALL, State
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    CLOSED_IN_ANSWER,
    CLOSED_SILENTLY,
    DUPLICATE_BEGIN,
    LEFT_IN_ANSWER,
    NO_ANSWER,
    SERVED_IN_VAIN,
    UNKNOWN_ID,
    note,
)

__all__ = ["Ledger", "Request", "Requests", "WHOLE"]

Found = Tuple[Optional[Request], int]
_LINGERING = 16
"""Requests of a connection that have their END_REQUEST, but not all of their STDIN."""


class Ledger:
    """What the requests of all connections share: their numbers and their bound.

    Args:
        limits: `requests` bounds how many are open at once; the oldest is let go.
        over: called with each request of which no more records are expected.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        over: "Optional[Callable[[Request], None]]" = None,
    ) -> None:
        self.limits = limits
        self.over = over
        self.count = 0
        """Requests so far."""
        self._open: "OrderedDict[int, Tuple[Request, Requests]]" = OrderedDict()

    def open(self, id: int, frame: int, time: int, table: "Requests") -> Request:
        """A new request in a connection's table."""
        request = Request(self.count, id, frame, time, self.limits)
        self._open[self.count] = (request, table)
        self.count += 1
        if len(self._open) > self.limits.requests:
            oldest, its_table = next(iter(self._open.values()))
            its_table.let_go(oldest, "forgotten")
        return request

    def close(self, request: Request) -> None:
        """No more records of a request are expected."""
        if self._open.pop(request.number, None) and self.over:
            self.over(request)


class Requests:
    """The requests of one connection, by id."""

    __slots__ = ("context", "ledger", "table", "left")

    def __init__(self, context: Context, ledger: Ledger) -> None:
        self.context = context
        self.ledger = ledger
        self.table: Dict[bytes, Request] = {}
        """The two bytes of an id -> the request that has it."""
        self.left: Optional[int] = None
        """When the web server closed its direction, in nanoseconds since the epoch."""

    def feed(
        self, direction: int, record: Record, frame: int = 0, time: int = 0
    ) -> Found:
        """The request that the connection's next record belongs to, and its place in it.

        Args:
            direction: 0 or 1, as the readers number them.
            frame: the frame in which the record's last byte came.
            time: when that was, in nanoseconds since the epoch.

        Returns:
            None and 0 for a record that belongs to no request, as management records.
        """
        header, _, start, end, _, missing, _, _ = record
        kind = header[1]
        request = self.table.get(header[2:4])
        # 1. One more record of a body.
        if (
            request is not None
            and request.steady >> kind & 1
            and start < end
            and not missing
        ):
            position = request.position = request.position + 1
            request.lengths[kind] += end - start
            request.last_frame, request.last_time = frame, time
            return request, position
        # 2. What leads on in the state table.
        if request is not None and BEGIN < kind <= DATA:
            position = request.take(record, frame, time)
            check(request, record, position)
            if request.answering == State.ENDED:
                self._ended(request)
            return request, position
        # 3. What begins a request, and what belongs to none.
        if BEGIN <= kind <= DATA:
            return self._begin(direction, record, frame, time), 0
        if request is not None and kind > 11:
            request.strange = kind
        return None, 0

    def closed(self, direction: int, how: str, frame: int = 0, time: int = 0) -> None:
        """A direction of the connection ended.

        Args:
            direction: 0 or 1, as the readers number them.
            how: "FIN" or "RST".
        """
        by_web_server = direction == self.context.web_server
        if by_web_server and self.left is None:
            self.left = time
        if by_web_server and how == "FIN":
            return
        for request in self._pending:
            if self.left is not None:
                self._abandon(request)
            else:
                self._cut_off(request, how, time)

    def finish(self) -> None:
        """No more records will come: let all requests go."""
        for request in self._pending:
            if self.left is not None:
                self._abandon(request)
            else:
                self.let_go(request, "cut")

    def let_go(self, request: Request, outcome: str) -> None:
        """Expect no more records of a request."""
        if request.outcome == "open":
            request.outcome = outcome
        key = request.id.to_bytes(2, "big")
        if self.table.get(key) is request:
            del self.table[key]
        self.ledger.close(request)

    def _begin(self, direction: int, record: Record, frame: int, time: int) -> Request:
        head = record.head
        key = record.header[2:4]
        context = self.context
        previous = self.table.get(key)
        if previous is not None:
            self.let_go(previous, "replaced")
        request = self.table[key] = self.ledger.open(head.id, frame, time, self)
        context.ids.add(head.id)
        if context.web_server is None:
            asks = head.type in FROM_WEB_SERVER
            context.web_server = direction if asks else 1 - direction
        position = request.take(record, frame, time)
        if previous is not None and previous.end is None and not context.gaps:
            facts = {"id": head.id, "number": previous.number}
            request.remark(position, note(DUPLICATE_BEGIN, **facts))
        if head.type != BEGIN and not context.gaps:
            request.remark(position, note(UNKNOWN_ID, id=head.id))
        check(request, record, position)
        return request

    def _ended(self, request: Request) -> None:
        """END_REQUEST has come; what the web server still sends is not waited for long."""
        if self.left is not None:
            seconds = _seconds(request.last_time - self.left)
            request.remark(request.end_position, note(SERVED_IN_VAIN, seconds=seconds))
        if request.asking in SAID_ALL:
            self.let_go(request, "complete")
        elif len(self.table) > _LINGERING:
            for other in list(self.table.values())[:-_LINGERING]:
                if other.answering == State.ENDED:
                    self.let_go(other, "complete")

    def _abandon(self, request: Request) -> None:
        """The web server closed the connection and no END_REQUEST came."""
        assert self.left is not None
        request.end_time = self.left
        silent = request.answer_time is None
        seconds = _seconds(self.left - request.begin_time)
        remark = note(NO_ANSWER if silent else LEFT_IN_ANSWER, seconds=seconds)
        request.remark(request.position, remark)
        self.let_go(request, "abandoned")

    def _cut_off(self, request: Request, how: str, time: int) -> None:
        """The application closed the connection and no END_REQUEST came."""
        request.end_time = time
        if request.answer_time is None:
            cause = likely_cause(request)
            remark = note(CLOSED_SILENTLY, how=how, cause=cause)
        else:
            remark = note(CLOSED_IN_ANSWER, how=how)
        request.remark(request.position, remark)
        self.let_go(request, "reset" if how == "RST" else "closed")

    @property
    def _pending(self) -> "List[Request]":
        """The requests without END_REQUEST; the others are let go."""
        pending = []
        for request in list(self.table.values()):
            if request.answering == State.ENDED:
                self.let_go(request, "complete")
            else:
                pending.append(request)
        return pending


def _seconds(nanoseconds: int) -> str:
    return "%.3f" % (nanoseconds / 1e9)
