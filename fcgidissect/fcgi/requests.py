"""Records of a connection in, its requests out: who asked what, and what came of it.

Rules:
- A record belongs to the request that has its id at that time; what begins one is
  BEGIN_REQUEST, or any record of an id that no request has. After END_REQUEST a request
  keeps its id for what may still come of it: STDIN, or an answer to its ABORT_REQUEST.
- A request ends with END_REQUEST and the web server's last word, with the reset of the
  connection, its close by the application, a new BEGIN_REQUEST of its id, or the capture.
- Management records (GET_VALUES and so on, and unknown types) belong to no request, though
  a request may have their id 0.
"""

from collections import OrderedDict
from typing import Any, Callable, Dict, Optional, Tuple, Union

from fcgidissect.fcgi.brief import LONGEST, Brief, Plain, is_answered, shorten
from fcgidissect.fcgi.causes import CLOSED, in_seconds, say_closed
from fcgidissect.fcgi.checks import CHECK, SCRIPT_UNKNOWN_TO_PHP
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import (
    WHOLE,
    Answer,
    Kept,
    Question,
    Request,
    block_end,
)
from fcgidissect.fcgi.shape import Shape, answer_in, question_in
from fcgidissect.fcgi.spec import FROM_WEB_SERVER
from fcgidissect.fcgi.states import BEGIN, DATA, SAID_ALL, State
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    DUPLICATE_BEGIN,
    SERVED_IN_VAIN,
    UNKNOWN_ID,
    note,
)

__all__ = ["Ledger", "Request", "Requests", "WHOLE"]

Found = Tuple[Optional[Request], int]
Taken = Tuple[Shape, Optional[Brief], "Union[Question, Answer, None]"]
"""All records of a question or an answer in one piece: their shape; where requests are
followed the one that they belong to, and what they say of it."""
_ENDED = int(State.ENDED)
_new = tuple.__new__
_BOTH = 0b11
_LINGERING = 1 << 10
"""Requests that have ended and are remembered for what still comes with their ids."""


class Ledger:
    """What the requests of all connections share: their numbers and their bound.

    Args:
        limits: `requests` bounds how many are open at once, `request_bytes` what all keep;
            the oldest is let go.
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
        self.kept = Kept(limits)
        """What all of them keep."""
        self.most_params = min(LONGEST, limits.params_bytes)
        """Bytes of PARAMS of a request that is brief."""
        self.most_header = min(LONGEST, limits.header_bytes)
        """Bytes of its header block."""
        self.most_stderr = min(LONGEST, limits.stderr_bytes)
        """Bytes of its STDERR."""
        self._most_bytes = limits.request_bytes
        self._open: "OrderedDict[Request, Requests]" = OrderedDict()
        self._ended: "OrderedDict[Request, Requests]" = OrderedDict()

    def open(self, id: int, frame: int, time: int, table: "Requests") -> Request:
        """A new request in a connection's table."""
        if len(self._open) >= self.limits.requests:
            self._let_go_oldest()
        request = Request(self.next(), id, frame, time, table.context, self.kept)
        self._open[request] = table
        return request

    def enter(self, request: Request, table: "Requests") -> None:
        """A request that was brief, so at most one a connection, is told apart by now."""
        if table.table.get(request.id.to_bytes(2, "big")) is request:
            where = self._open if request.sound is None else self._ended
            where[request] = table

    def leave(self, request: Request) -> None:
        """A request has become brief: it is in its connection's table alone."""
        self._open.pop(request, None)

    def next(self) -> int:
        """The number of the next request, for the contents of which room is made."""
        if self.kept.bytes > self._most_bytes:
            self._make_room()
        number = self.count
        self.count = number + 1
        return number

    def _make_room(self) -> None:
        while self.kept.bytes > self._most_bytes:
            if not self._ended:
                if not self._open:
                    break
                self._let_go_oldest()
            self._forget_oldest()

    def close(self, request: Request) -> None:
        """A request has ended; it is remembered for a while."""
        table = self._open.pop(request, None)
        if table is None:
            return
        if self.over:
            self.over(request)
        self._ended[request] = table
        if len(self._ended) > _LINGERING:
            self._forget_oldest()

    def forget(self, request: Request) -> None:
        """No more records of an ended request will come: its id has a new one."""
        if self._ended.pop(request, None):
            self.kept.bytes -= request.kept

    def _let_go_oldest(self) -> None:
        oldest, table = next(iter(self._open.items()))
        table.let_go(oldest, "forgotten")

    def _forget_oldest(self) -> None:
        oldest, table = next(iter(self._ended.items()))
        table.forget(oldest)
        self.forget(oldest)


class Requests:
    """The requests of one connection, by id."""

    __slots__ = ("context", "ledger", "table", "left", "heard")

    def __init__(self, context: Context, ledger: Ledger) -> None:
        self.context = context
        self.ledger = ledger
        self.table: Dict[bytes, Request] = {}
        """The two bytes of an id -> the request that has it."""
        self.left: Optional[int] = None
        """When the web server closed its direction, in nanoseconds since the epoch."""
        self.heard = 0
        """The directions of which the capture shows anything, as bits."""

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
        if (
            request is not None
            and BEGIN < kind <= DATA
            and (request.end_position == WHOLE or request.expects(record))
        ):
            position = request.take(record, frame, time)
            check = CHECK[2 * kind + (end > start)]
            if check is not None:
                check(request, record, position)
            if request.sound is not None:
                self._after_end(request)
            elif request.answering == _ENDED:
                self._ended(request, direction)
            return request, position
        # 3. What begins a request, and what belongs to none.
        if BEGIN <= kind <= DATA:
            return self._begin(direction, record, frame, time), 0
        if request is not None and kind > 11:
            request.strange = kind
        return None, 0

    def ask(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """Take a chunk of the web server's that is a whole question: a short cut of `feed`.

        Args:
            data: has the chunk from `start` to `end`; it begins with a header.
            frame: the frame in which it came.
            time: when that was, in nanoseconds since the epoch.

        Returns:
            None, with nothing done, where it takes more than the short cut.
        """
        fit = question_in(data, start, end)
        if fit is None:
            return None
        shape, at, stop, padding, stdin, habits = fit
        key, table, size = shape.key, self.table, stop - at
        previous: Any = table.get(key)
        ledger = self.ledger
        # 1. No other is open beside it?
        if size > ledger.most_params or len(table) > (previous is not None):
            return None
        # 2. Whole pairs with no more to remark on than is known, that promise what came?
        params = data[at:stop]
        seen = glance(params)
        if seen is None or seen[4] is None:
            return None
        promised = seen[2]
        if promised != b"%d" % stdin if stdin else promised and promised != b"0":
            return None
        # 3. Room for it, where there was another of its id, or none.
        kept = ledger.kept
        if isinstance(previous, Brief) and previous.answer is not None:
            kept.bytes += size - previous.kept
        elif self._may_follow(previous, shape):
            kept.bytes += size
        else:
            return None
        # 4. What it is.
        request: Any = Plain() if seen[3] else Brief()
        table[key] = request
        request.number = ledger.next()
        request.first_frame, request.begin_time = frame, time
        context = self.context
        request.requests, request.gaps = self, context.gaps
        question = _new(Question, (shape, params, padding, seen, stdin))
        request.question, request.kept = question, size
        context.asking_habit |= habits
        return shape, request, question

    def answer(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """The same for a chunk of the application's that is a whole answer."""
        fit = answer_in(data, start, end)
        if fit is None:
            return None
        shape, at, stop, _, stderr, habits = fit
        request: Any = self.table.get(shape.key)
        context = self.context
        if type(request) is Request and len(self.table) == 1:
            shorten(request, self)
        if (
            not isinstance(request, Brief)
            or request.answer is not None
            or self.left is not None
            or request.gaps != context.gaps
        ):
            return None
        length = stop - at
        ledger = self.ledger
        most = ledger.most_header
        behind = block_end(data, at, stop if length < most else at + most)
        if not behind:
            return None
        kept = behind - at
        if stderr:
            if len(stderr) > ledger.most_stderr or SCRIPT_UNKNOWN_TO_PHP in stderr:
                return None
            kept += len(stderr)
            request.__class__ = Brief
        header = data[at:behind]
        said = _new(Answer, (shape, header, length, frame, time, stderr))
        request.answer = said
        request.kept += kept
        ledger.kept.bytes += kept
        self.heard = _BOTH
        context.answering_habit |= habits
        if ledger.over:
            ledger.over(request)  # type: ignore[arg-type]
        return shape, request, said

    def closed(self, direction: int, how: str, time: int = 0) -> None:
        """A direction of the connection ended.

        Args:
            direction: 0 or 1, as the readers number them.
            how: "FIN" or "RST".
            time: when, in nanoseconds since the epoch.
        """
        self.heard |= 1 << direction
        by_web_server = direction == self.context.web_server
        if by_web_server and self.left is None:
            self.left = time
        if by_web_server and how == "FIN":
            return
        outcome = "reset" if how == "RST" else "closed"
        for request in list(self.table.values()):
            if not is_answered(request) and request.end_time is None:
                self._close(request, outcome, time)

    def finish(self) -> None:
        """No more records will come: all requests have ended."""
        left, rest = self.left, []
        for request in self.table.values():
            if is_answered(request):
                self.ledger.kept.bytes -= request.kept
            else:
                rest.append(request)
        for request in rest:
            if left is not None and request.end_time is None:
                self._close(request, "abandoned", left)
        for request in rest:
            self.let_go(request, "cut")
            self.ledger.forget(request)
        self.table.clear()

    def let_go(self, request: Request, outcome: str) -> None:
        """A request has ended."""
        if request.outcome == "open":
            request.outcome = outcome
        if request.sound is None:
            request.sound = request.gaps == self.context.gaps
        self.ledger.close(request)

    def forget(self, request: Request) -> None:
        """Take a request from the table."""
        key = request.id.to_bytes(2, "big")
        if self.table.get(key) is request:
            del self.table[key]

    def _may_follow(self, previous: Optional[Request], shape: Shape) -> bool:
        """Whether a question is the first of its id, or what had it before is forgotten now."""
        if previous is None:
            self.context.ids.add(shape.id)
        elif previous.sound:
            self.ledger.forget(previous)
        else:
            return False
        self.heard |= 1 << (self.context.web_server or 0)
        return True

    def _begin(self, direction: int, record: Record, frame: int, time: int) -> Request:
        head = record.head
        key = record.header[2:4]
        context = self.context
        previous = self.table.get(key)
        if previous is not None:
            if previous.sound is None:
                self.let_go(previous, "replaced")
            self.ledger.forget(previous)
            del self.table[key]
        others = self.table.values()
        beside = next((each for each in others if each.end_time is None), None)
        request = self.table[key] = self.ledger.open(head.id, frame, time, self)
        context.ids.add(head.id)
        if context.web_server is None:
            asks = head.type in FROM_WEB_SERVER
            context.web_server = direction if asks else 1 - direction
        request.beside = beside.id if beside else None
        position = request.take(record, frame, time)
        if previous is not None and previous.outcome == "replaced" and previous.sound:
            remark = note(DUPLICATE_BEGIN, id=head.id, frame=previous.first_frame)
            request.remark(position, remark)
        self.heard |= 1 << direction
        if head.type != BEGIN and not context.gaps and self.heard == _BOTH:
            request.remark(position, note(UNKNOWN_ID, id=head.id))
        check = CHECK[2 * head.type + (record.end > record.start)]
        if check is not None:
            check(request, record, position)
        return request

    def _ended(self, request: Request, direction: int) -> None:
        """END_REQUEST has come; the request is over if the web server owes nothing."""
        self.heard |= 1 << direction
        if self.left is not None and request.outcome == "complete":
            seconds = in_seconds(request.last_time - self.left)
            request.remark(request.end_position, note(SERVED_IN_VAIN, seconds=seconds))
        if request.asking in SAID_ALL:
            self.let_go(request, "complete")

    def _close(self, request: Request, outcome: str, time: int) -> None:
        """The connection was closed and no END_REQUEST came."""
        if self.left is not None:
            outcome, time = "abandoned", self.left
        request.outcome, request.end_time = outcome, time
        if self.heard == _BOTH or request.answer_time is not None:
            say_closed(request)
        self.let_go(request, outcome)

    def _after_end(self, request: Request) -> None:
        """A record after the request's end; say of a close what is true by now."""
        if request.outcome in CLOSED:
            if request.answering == _ENDED:
                request.outcome, request.end_time = "complete", request.last_time
            say_closed(request)
