"""Records of a connection in, its requests out: who asked what, and what came of it.

Rules:
- A request is its web server's side and its application's side, each in a `State`; TABLE
  says which record leads from which state to which.
- A record's place in its request is its position: 0, 1, 2, ... What is known of a request
  is asked as of a position (`known.Known`), and evaluated only then.
- Contents are kept as far as someone may ask for them: PARAMS, the response's header block
  and STDERR, each within its limit; bodies are counted.
"""

from collections import OrderedDict
from enum import IntEnum
from typing import Callable, Dict, List, Optional, Tuple

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.pairs import PairReader, Pairs
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.spec import (
    FROM_WEB_SERVER,
    BeginRequest,
    EndRequest,
    ProtocolStatus,
    RecordType,
    Role,
)
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    APP_STATUS,
    DUPLICATE_BEGIN,
    MALFORMED_PAIRS,
    REFUSED,
    UNEXPECTED,
    UNKNOWN_ID,
    UNKNOWN_ROLE,
    Note,
    note,
)

WHOLE = 1 << 62
"""The position behind every record of a request."""

BEGIN, ABORT, END, PARAMS, STDIN = (RecordType(kind) for kind in range(1, 6))
STDOUT, STDERR, DATA = (RecordType(kind) for kind in range(6, 9))


class State(IntEnum):
    """Where one side of a request is."""

    UNSEEN = 0, "its start is not in the capture"
    BEGUN = 1, "no PARAMS yet"
    PARAMS = 2, "its PARAMS have not ended"
    PARAMS_ENDED = 3, "its PARAMS have ended"
    STDIN = 4, "its STDIN has not ended"
    STDIN_ENDED = 5, "its STDIN has ended"
    DATA = 6, "its DATA has not ended"
    DATA_ENDED = 7, "its DATA has ended"
    ABORTED = 8, "it was aborted"
    SILENT = 9, "nothing was answered"
    HEADER = 10, "the response's header block has not ended"
    BODY = 11, "the response has not ended"
    STDOUT_ENDED = 12, "its STDOUT has ended"
    ENDED = 13, "it has ended"

    words: str

    def __new__(cls, value: int, words: str) -> "State":
        """A state and its words."""
        state = int.__new__(cls, value)
        state._value_ = value
        state.words = words
        return state


FULL, EMPTY = True, False
TABLE: "dict[tuple[State, int, bool], State]" = {
    # The web server's side (sections 6.2 to 6.4)
    (State.BEGUN, PARAMS, FULL): State.PARAMS,
    (State.BEGUN, PARAMS, EMPTY): State.PARAMS_ENDED,
    (State.PARAMS, PARAMS, FULL): State.PARAMS,
    (State.PARAMS, PARAMS, EMPTY): State.PARAMS_ENDED,
    (State.PARAMS_ENDED, STDIN, FULL): State.STDIN,
    (State.PARAMS_ENDED, STDIN, EMPTY): State.STDIN_ENDED,
    (State.STDIN, STDIN, FULL): State.STDIN,
    (State.STDIN, STDIN, EMPTY): State.STDIN_ENDED,
    (State.STDIN_ENDED, DATA, FULL): State.DATA,
    (State.STDIN_ENDED, DATA, EMPTY): State.DATA_ENDED,
    (State.DATA, DATA, FULL): State.DATA,
    (State.DATA, DATA, EMPTY): State.DATA_ENDED,
    # ... where the capture does not hold the start
    (State.UNSEEN, PARAMS, FULL): State.PARAMS,
    (State.UNSEEN, PARAMS, EMPTY): State.PARAMS_ENDED,
    (State.UNSEEN, STDIN, FULL): State.STDIN,
    (State.UNSEEN, STDIN, EMPTY): State.STDIN_ENDED,
    (State.UNSEEN, DATA, FULL): State.DATA,
    (State.UNSEEN, DATA, EMPTY): State.DATA_ENDED,
    # The application's side: HEADER turns to BODY where the header block ends
    (State.SILENT, STDOUT, FULL): State.HEADER,
    (State.SILENT, STDOUT, EMPTY): State.STDOUT_ENDED,
    (State.HEADER, STDOUT, FULL): State.HEADER,
    (State.HEADER, STDOUT, EMPTY): State.STDOUT_ENDED,
    (State.BODY, STDOUT, FULL): State.BODY,
    (State.BODY, STDOUT, EMPTY): State.STDOUT_ENDED,
}
for _state in State:
    if _state in (State.SILENT, State.HEADER, State.BODY, State.STDOUT_ENDED):
        TABLE[_state, STDERR, FULL] = TABLE[_state, STDERR, EMPTY] = _state
        TABLE[_state, END, FULL] = State.ENDED
    elif _state < State.SILENT:
        TABLE[_state, ABORT, EMPTY] = State.ABORTED

_CONTENTS = Tuple[int, bytes]


class Request:
    """One request, as far as the records so far tell it."""

    __slots__ = (
        "number",
        "id",
        "begin",
        "end",
        "asking",
        "answering",
        "position",
        "first_frame",
        "last_frame",
        "begin_time",
        "last_time",
        "answer_time",
        "end_position",
        "end_time",
        "lengths",
        "notes",
        "outcome",
        "limits",
        "header_position",
        "header_length",
        "headers",
        "stderr",
        "unread",
        "pairs",
        "_reader",
        "_kept",
    )

    def __init__(self, number: int, id: int, frame: int, time: int, limits: Limits):
        self.number = number
        """Counted from 0 over the capture."""
        self.id = id
        self.begin: Optional[BeginRequest] = None
        self.end: Optional[EndRequest] = None
        self.asking = State.UNSEEN
        """The web server's side."""
        self.answering = State.SILENT
        """The application's side."""
        self.position = -1
        """The position of its last record so far."""
        self.first_frame = self.last_frame = frame
        self.begin_time = self.last_time = time
        """Nanoseconds since the epoch."""
        self.answer_time: Optional[int] = None
        """When the first STDOUT content came."""
        self.end_time: Optional[int] = None
        self.end_position = WHOLE
        """The position of its END_REQUEST."""
        self.lengths = [0] * 12
        """Record type -> content bytes."""
        self.notes: List[Tuple[int, Note]] = []
        """(position, remark)."""
        self.outcome = "open"
        self.limits = limits
        self.header_position = WHOLE
        """The position of the STDOUT record in which the header block ends."""
        self.header_length = 0
        """Bytes of the header block with the empty line that ends it."""
        self.headers: List[_CONTENTS] = []
        self.stderr: List[_CONTENTS] = []
        self.unread: List[_CONTENTS] = []
        """PARAMS contents that nobody has asked for yet."""
        self.pairs: List[Tuple[int, Pairs]] = []
        """(position, the pairs that end there)."""
        self._reader = PairReader()
        self._kept = 0

    def take(self, record: Record, frame: int, time: int) -> int:
        """One more record of this request; its position."""
        kind = record.header[1]
        length = _length(record)
        position = self.position = self.position + 1
        self.last_frame, self.last_time = frame, time
        self.lengths[kind] += length
        self._step(kind, length > 0, position)
        if kind in _TAKE:
            _TAKE[kind](self, record, position)
        return position

    def remark(self, position: int, remark: Note) -> None:
        """Something to say about the record at a position."""
        self.notes.append((position, remark))

    def read_pairs(self) -> "list[tuple[int, Pairs]]":
        """(position, the pairs that end there) of all PARAMS so far."""
        for position, content in self.unread:
            self.pairs.append((position, self._reader.feed(content)))
        self.unread.clear()
        return self.pairs

    def _step(self, kind: int, full: bool, position: int) -> None:
        answers = kind not in FROM_WEB_SERVER
        state = self.answering if answers else self.asking
        following = TABLE.get((state, kind, full))
        if following is None:
            if kind != BEGIN:
                name = str(RecordType(kind))
                self.remark(position, note(UNEXPECTED, type=name, state=state.words))
        elif answers:
            self.answering = following
        else:
            self.asking = following

    def _take_begin(self, record: Record, position: int) -> None:
        self.asking = State.BEGUN
        body = record.body
        if isinstance(body, BeginRequest):
            self.begin = body
            if body.role not in Role.__members__.values():
                self.remark(position, note(UNKNOWN_ROLE, role=body.role))

    def _take_params(self, record: Record, position: int) -> None:
        content = record.content
        if content:
            self._kept += len(content)
            if self._kept <= self.limits.params_bytes:
                self.unread.append((position, content))
        else:
            self.read_pairs()
            wanted, have = self._reader.wanted, len(self._reader.rest)
            if wanted:
                self.remark(position, note(MALFORMED_PAIRS, have=have, wanted=wanted))

    def _take_stdout(self, record: Record, position: int) -> None:
        if self.answer_time is None and record.end > record.start:
            self.answer_time = self.last_time
        if self.answering is State.HEADER:
            self.headers.append((position, record.content))
            block = b"".join(content for _, content in self.headers)
            self.header_length = _block_length(block)
            if self.header_length or len(block) > self.limits.header_bytes:
                self.header_position = position
                self.answering = State.BODY

    def _take_stderr(self, record: Record, position: int) -> None:
        if self.lengths[STDERR] <= self.limits.stderr_bytes:
            self.stderr.append((position, record.content))

    def _take_end(self, record: Record, position: int) -> None:
        self.end_position, self.end_time = position, self.last_time
        self.outcome = "complete"
        body = record.body
        if isinstance(body, EndRequest):
            self.end = body
            if body.protocol_status != ProtocolStatus.REQUEST_COMPLETE:
                status = body.protocol_status_name or str(body.protocol_status)
                self.remark(position, note(REFUSED, status=status))
            if body.app_status:
                self.remark(position, note(APP_STATUS, status=body.app_status))

    def _take_abort(self, record: Record, position: int) -> None:
        self.outcome = "aborted"


_TAKE: "dict[int, Callable[[Request, Record, int], None]]" = {
    BEGIN: Request._take_begin,
    ABORT: Request._take_abort,
    END: Request._take_end,
    PARAMS: Request._take_params,
    STDOUT: Request._take_stdout,
    STDERR: Request._take_stderr,
}


def _length(record: Record) -> int:
    """Content bytes of a record on the wire."""
    there = record.end - record.start
    return there + sum(count for _, count in record.missing)


def _block_length(block: bytes) -> int:
    """Bytes of a header block with its empty line; 0 while that has not come."""
    ends = [block.find(blank) + len(blank) for blank in (b"\n\r\n", b"\n\n")]
    return min((end for end in ends if end > 2), default=0)


class Ledger:
    """What the requests of all connections share: their numbers and their bound.

    Args:
        limits: `requests` bounds how many are open at once.
        over: called with each request of which no more records are expected.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        over: "Optional[Callable[[Request], None]]" = None,
    ) -> None:
        self.limits = limits
        self.over = over or (lambda request: None)
        self.count = 0
        self._open: "OrderedDict[int, tuple[Request, Requests]]" = OrderedDict()

    def open(self, id: int, frame: int, time: int, table: "Requests") -> Request:
        """A new request; the oldest one is let go where there are too many."""
        request = Request(self.count, id, frame, time, self.limits)
        self._open[self.count] = (request, table)
        self.count += 1
        if len(self._open) > self.limits.requests:
            oldest, its_table = next(iter(self._open.values()))
            its_table.let_go(oldest, "forgotten")
        return request

    def close(self, request: Request) -> None:
        """No more records of a request are expected."""
        if self._open.pop(request.number, None):
            self.over(request)


Found = Tuple[Optional[Request], int]


class Requests:
    """The requests of one connection, by id."""

    __slots__ = ("context", "ledger", "table")

    def __init__(self, context: Context, ledger: Ledger) -> None:
        self.context = context
        self.ledger = ledger
        self.table: Dict[bytes, Request] = {}
        """The two bytes of an id -> its request."""

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
        header = record.header
        kind = header[1]
        request = self.table.get(header[2:4])
        if request is not None and kind != BEGIN:
            # 1. The bulk: a body goes on.
            if record.end > record.start and not record.missing:
                if kind == STDOUT and request.answering is State.BODY:
                    pass
                elif kind == STDIN and request.asking is State.STDIN:
                    pass
                else:
                    return self._take(request, record, frame, time)
                position = request.position = request.position + 1
                request.lengths[kind] += record.end - record.start
                request.last_frame, request.last_time = frame, time
                return request, position
            # 2. What leads on in the state table.
            return self._take(request, record, frame, time)
        # 3. What belongs to no open request.
        if not BEGIN <= kind <= DATA:
            return None, 0
        return self._open(direction, record, frame, time)

    def closed(self, direction: int, how: str, frame: int = 0, time: int = 0) -> None:
        """One direction of the connection was closed: `how` is "FIN" or "RST"."""

    def finish(self, outcome: str = "cut") -> None:
        """No more records will come: let all requests go."""
        for request in list(self.table.values()):
            self.let_go(request, outcome)

    def let_go(self, request: Request, outcome: str) -> None:
        """Expect no more records of a request."""
        if request.outcome == "open":
            request.outcome = outcome
        key = request.id.to_bytes(2, "big")
        if self.table.get(key) is request:
            del self.table[key]
        self.ledger.close(request)

    def _take(self, request: Request, record: Record, frame: int, time: int) -> Found:
        position = request.take(record, frame, time)
        if request.answering is State.ENDED and request.asking in _SAID_ALL:
            self.let_go(request, "complete")
        return request, position

    def _open(self, direction: int, record: Record, frame: int, time: int) -> Found:
        head = record.head
        key = record.header[2:4]
        previous = self.table.get(key)
        if previous is not None:
            self.let_go(previous, "replaced")
        request = self.table[key] = self.ledger.open(head.id, frame, time, self)
        self.context.ids.add(head.id)
        if self.context.web_server is None:
            answers = head.type not in FROM_WEB_SERVER
            self.context.web_server = 1 - direction if answers else direction
        if previous is not None and previous.end is None:
            number = previous.number
            request.remark(0, note(DUPLICATE_BEGIN, id=head.id, number=number))
        elif head.type != BEGIN and not self.context.gaps:
            request.remark(0, note(UNKNOWN_ID, id=head.id))
        return request, request.take(record, frame, time)


_SAID_ALL = (State.STDIN_ENDED, State.DATA_ENDED, State.ABORTED)
