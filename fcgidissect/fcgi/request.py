"""One request: its records in, one by one; what was asked and answered, kept for `Known`.

Contents are kept as far as someone may ask for them (PARAMS, the response's header block,
STDERR), each within its limit; bodies are counted. Pairs and bodies of fixed length are
decoded when they are asked for.
"""

import re
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.glance import Glance, glance
from fcgidissect.fcgi.pairs import PairReader, Pairs, decode
from fcgidissect.fcgi.params import params_remarks
from fcgidissect.fcgi.record import Record, decode_body
from fcgidissect.fcgi.shape import Shape, question_shape
from fcgidissect.fcgi.spec import (
    BeginRequest,
    EndRequest,
    RecordType,
)
from fcgidissect.fcgi.states import (
    ABORT,
    ASKS,
    BEGIN,
    DATA,
    EMPTY,
    END,
    FULL,
    PARAMS,
    ROWS,
    STDERR,
    STDIN,
    STDOUT,
    STEADY,
    WORDS,
    State,
)
from fcgidissect.limits import Limits
from fcgidissect.notes import (
    LOST_CONTENT,
    LOST_HEADER,
    MALFORMED_PAIRS,
    RESYNCHRONISED,
    TOO_MUCH,
    UNEXPECTED,
    Note,
    note,
)

WHOLE = 1 << 62
"""The position behind every record of a request."""
_STEADY = tuple(STEADY.get(state, 0) for state in State)
_AFTER_STDIN, _ENDED = int(State.AFTER_STDIN), int(State.ENDED)
_IN_HEADER, _IN_BODY = int(State.IN_HEADER), int(State.IN_BODY)
_GAPS = (LOST_CONTENT, LOST_HEADER, RESYNCHRONISED)
_MOST_NOTES = 64
"""Remarks on one request; what happens more often is said often enough."""


class Kept:
    """Bytes of contents that all requests keep together, and what bounds them."""

    __slots__ = ("bytes", "limits")

    def __init__(self, limits: Limits) -> None:
        self.bytes = 0
        self.limits = limits


class Question(NamedTuple):
    """What the web server sent, where all of it came at once."""

    shape: Shape
    params: bytes
    """Content of PARAMS."""
    padding: int
    """Bytes of padding behind it."""
    seen: Glance
    """What a look at PARAMS tells."""
    stdin: int
    """Content bytes of STDIN."""

    @property
    def begin(self) -> bytes:
        """Content of BEGIN_REQUEST."""
        return self.shape.body

    @property
    def records(self) -> int:
        """How many records it had: the position of the answer's first one."""
        return len(self.shape)


class Answer(NamedTuple):
    """What the application sent, where it came at once and was good."""

    shape: Shape
    header: bytes
    """The header block with the empty line that ends it."""
    length: int
    """Content bytes of STDOUT."""
    frame: int
    time: int
    """When it came, in nanoseconds since the epoch."""
    stderr: bytes
    """Content of STDERR, if that is its first record; else STDOUT is."""

    @property
    def end(self) -> bytes:
        """Content of END_REQUEST."""
        return self.shape.body

    @property
    def records(self) -> int:
        """How many records it had."""
        return len(self.shape)


class Request:
    """One request, as far as the records so far tell it."""

    context: Context
    """Its connection."""
    limits: Limits
    all_kept: "Kept"
    last_frame: int
    last_time: int
    lengths: "List[int]"
    """Record type -> content bytes."""
    end_lengths: "List[int]"
    """The same as of END_REQUEST."""
    notes: "List[Tuple[int, Note]]"
    """(position, remark)."""
    stderr: "List[Tuple[int, bytes]]"
    """(position, content)."""
    unread: "List[Tuple[int, bytes]]"
    """(position, content) of PARAMS that nobody has asked for yet."""
    read: "List[Tuple[int, Pairs]]"
    """(position, the pairs that end there) of those that somebody has."""
    split: "List[Tuple[int, str, int]]"
    """(position, name, offset behind it) of pairs that began in an earlier record."""

    # What most requests never change costs nothing to begin with.
    version = 1
    """The version in its first record."""
    asking: int = State.UNSEEN
    """The web server's side."""
    answering: int = State.SILENT
    """The application's side."""
    steady = 0
    """Record types, as bits, of which a record with content only adds to a body."""
    position = -1
    """The position of its last record so far."""
    answer_time: Optional[int] = None
    """When the first STDOUT content came."""
    end_time: Optional[int] = None
    """When END_REQUEST, or the close that ended it, came."""
    seen: Optional[Glance] = None
    """What a look at the params tells, if they are whole and came in one record."""
    params_position = WHOLE
    """Where the empty PARAMS was."""
    header_position = WHOLE
    """Where the response's header block was whole."""
    end_position = WHOLE
    """Where END_REQUEST was."""
    header_length = 0
    """Bytes of the header block with the empty line that ends it."""
    header = b""
    """The response's header block, as far as it is there."""
    longest_params = 0
    """Content and padding bytes of the longest PARAMS record."""
    outcome = "open"
    """How it ended: see `Requests`."""
    sound: Optional[bool] = None
    """Whether the capture holds all of it; None while it is open."""
    strange: Optional[int] = None
    """An unknown record type that came with its id."""
    beside: Optional[int] = None
    """Id of another request that was open when it began."""
    kept = 0
    """Bytes of contents that it keeps."""
    whole = False
    """All of it is known at every position: the capture was read before."""
    _begin = b""
    _end = b""
    _reader: Optional[PairReader] = None

    def __init__(
        self,
        number: int,
        id: int,
        frame: int,
        time: int,
        context: Context,
        all_kept: Kept,
    ) -> None:
        self.number = number
        """Counted from 0 over the capture."""
        self.id = id
        self.first_frame = self.last_frame = frame
        self.begin_time = self.last_time = time
        """Nanoseconds since the epoch."""
        self.context = context
        self.gaps = context.gaps
        """Gaps of the connection before its first record; -1 where it has one itself."""
        self.limits = all_kept.limits
        self.all_kept = all_kept
        self.lengths = self.end_lengths = [0] * 12
        self.notes, self.stderr = [], []
        self.unread, self.read, self.split = [], [], []

    def take(self, record: Record, frame: int, time: int) -> int:
        """One more record of this request; its position."""
        header, _, start, end, _, missing, notes, _ = record
        kind = header[1]
        length = end - start
        if missing:
            length += sum([count for _, count in missing])
        if notes and any(remark.code in _GAPS for remark in notes):
            self.gaps = -1
        position = self.position = self.position + 1
        self.last_frame = frame
        self.last_time = time
        event = 2 * kind
        if length:
            event += 1
            self.lengths[kind] += length
        # 1. The state table; the web server's side and the application's go apart.
        if ASKS[kind]:
            following = ROWS[self.asking][event]
            if following >= 0:
                self.asking = following
        else:
            following = ROWS[self.answering][event]
            if following >= 0:
                self.answering = following
        if following < 0:
            self._take_unexpected(kind, position)
        # 2. What this record tells.
        take = _TAKE[event]
        if take is not None:
            take(self, record, position)
        self.steady = _STEADY[self.asking] | _STEADY[self.answering]
        return position

    def take_question(self, question: "Question") -> None:
        """What `take` would do with all records of a question in one piece."""
        shape, content, padding, self.seen, stdin = question
        self._begin = shape.body
        self.lengths[BEGIN] = len(self._begin)
        self.lengths[PARAMS], self.lengths[STDIN] = len(content), stdin
        self.longest_params = len(content) + padding
        self._reader = PairReader()
        self.unread = [(1, content), (2, b"")]
        self._keep(len(content))
        self.params_position, self.position = 2, len(shape) - 1
        self.asking = _AFTER_STDIN
        self._heed_params()

    def question_so_far(self) -> "Optional[Question]":
        """Its records so far as a question in one piece; None if these tell more or less."""
        if (
            self.asking != State.AFTER_STDIN
            or self.answering != State.SILENT
            or self.sound is not None
            or self.beside is not None
            or self.strange is not None
            or self.whole
            or self.version != 1
            or self.notes
            or self.seen is None
            or self.seen.remarks != ()
            or self.read
        ):
            return None
        params, stdin = self.unread[0][1], self.lengths[STDIN]
        shape = question_shape(self.id, self._begin, stdin > 0)
        if shape is None or len(shape) != self.position + 1:
            return None
        padding = self.longest_params - len(params)
        return Question(shape, params, padding, self.seen, stdin)

    def take_answer(self, answer: "Answer") -> None:
        """What `take` would do with all records of a good answer in one piece."""
        shape, self.header, length, self.last_frame, self.last_time, stderr = answer
        self._end = shape.body
        self.header_length, self.header_position = len(self.header), self.position + 1
        if stderr:
            self.stderr = [(self.header_position, stderr)]
            self.header_position += 1
            self.lengths[STDERR] = len(stderr)
        self.lengths[STDOUT], self.lengths[END] = length, len(self._end)
        self.end_lengths = self.lengths[:]
        self.position += len(shape)
        self.end_position = self.position
        self.answer_time = self.end_time = self.last_time
        self.answering, self.outcome, self.sound = _ENDED, "complete", True

    def expects(self, record: Record) -> bool:
        """Whether a record with its id can be one of it.

        After its END_REQUEST, what the state table does not know belongs to another
        request, whose start is not in the capture; unless it was aborted, when some
        answer all the same (Go's net/http/fcgi).
        """
        if self.end_position == WHOLE or self.asking == State.ABORTED:
            return True
        kind = record.header[1]
        state = self.asking if ASKS[kind] else self.answering
        return ROWS[state][2 * kind + (record.end > record.start)] >= 0

    def remark(self, position: int, remark: Note) -> None:
        """Something to say about the record at a position."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append((position, remark))

    @property
    def complete(self) -> bool:
        """No bytes of its connection were missing from its first record to its end.

        Only then may what came be held against what should have come.
        """
        return self.gaps == self.context.gaps if self.sound is None else self.sound

    @property
    def begin(self) -> Optional[BeginRequest]:
        """The body of its BEGIN_REQUEST, if it was there."""
        body = decode_body(BEGIN, self._begin)
        return body if isinstance(body, BeginRequest) else None

    @property
    def end(self) -> Optional[EndRequest]:
        """The body of its END_REQUEST, if it was there."""
        body = decode_body(END, self._end)
        return body if isinstance(body, EndRequest) else None

    def read_pairs(self) -> "List[Tuple[int, Pairs]]":
        """(position, the pairs that end there) of all PARAMS so far."""
        reader = self._reader
        if reader is not None:
            unread, self.unread = self.unread, []
            for position, content in unread:
                self._read(reader, position, content)
        return self.read

    def _read(self, reader: PairReader, position: int, content: bytes) -> None:
        if content:
            goes_on = reader.wanted > 0
            pairs = reader.feed(content)
            self.read.append((position, pairs))
            if goes_on and pairs:
                self.split.append((position, pairs[0].name, reader.first))
            return
        if reader.wanted:
            have, wanted = len(reader.rest), reader.wanted
            self.remark(position, note(MALFORMED_PAIRS, have=have, wanted=wanted))
        for remark in params_remarks(self._pairs()):
            self.remark(position, remark)

    def _pairs(self) -> Pairs:
        """All pairs that have been read."""
        if len(self.read) == 1:
            return self.read[0][1]
        return tuple([pair for _, pairs in self.read for pair in pairs])

    def _keep(self, count: int) -> None:
        self.kept += count
        self.all_kept.bytes += count

    def _take_unexpected(self, kind: int, position: int) -> None:
        state = State(self.asking if ASKS[kind] else self.answering)
        name = str(RecordType(kind))
        self.remark(position, note(UNEXPECTED, type=name, state=WORDS[state]))

    def _take_begin(self, record: Record, position: int) -> None:
        self._begin = record.content
        self.version = record.header[0]

    def _take_params(self, record: Record, position: int) -> None:
        content, missing = record.content, record.missing
        length = len(content) + record.header[6]
        if length > self.longest_params:
            self.longest_params = length
        if self._reader is None and self._reads_params(record, content):
            self._reader = PairReader()
        if self._reader is None:
            return
        if self.lengths[PARAMS] > self.limits.params_bytes:
            self.remark(position, note(TOO_MUCH, limit=self.limits.params_bytes))
            missing = missing or ((0, 0),)
        self.seen = None  # if these come late, it was not a look at all of them
        self.unread.append((position, content[: missing[0][0]] if missing else content))
        self._keep(len(content))
        if missing:
            self.read_pairs()
            self._reader = None

    def _reads_params(self, record: Record, content: bytes) -> bool:
        """Whether these are the first PARAMS and they start with a pair."""
        if self.lengths[PARAMS] != record.head.content_length:
            return False
        return bool(self._begin) or _whole(content)

    def _end_params(self, record: Record, position: int) -> None:
        if self.params_position == WHOLE:
            self.params_position = position
            self.unread.append((position, b""))
            self._heed_params()

    def _heed_params(self) -> None:
        """Read the params now, and not when asked for, if there is something to remark."""
        if self.seen is None and len(self.unread) == 2 and not self.read:
            self.seen = glance(self.unread[0][1])
        if self.seen is None or self.seen.remarks != ():
            self.read_pairs()

    def _take_stdout(self, record: Record, position: int) -> None:
        if self.answering != _IN_HEADER:
            return
        _, data, start, end, _, missing, _, _ = record
        if self.answer_time is None:
            self.answer_time = self.last_time
        if self.header:
            data = self.header + data[start:end]
            start, end = 0, len(data)
        limit = start + self.limits.header_bytes
        stop = block_end(data, start, min(end, limit))
        if stop or end >= limit or missing:
            self.header_length, self.header_position = max(stop - start, 0), position
            self.answering = _IN_BODY
        before = len(self.header)
        self.header = data[start : stop or min(end, limit)]
        self._keep(len(self.header) - before)

    def _take_stderr(self, record: Record, position: int) -> None:
        if self.lengths[STDERR] <= self.limits.stderr_bytes:
            self.stderr.append((position, record.content))
            self._keep(record.end - record.start)

    def _take_end(self, record: Record, position: int) -> None:
        if self.end_position == WHOLE:
            self._end = record.content
            self.end_position, self.end_time = position, self.last_time
            self.end_lengths = self.lengths[:]
        if self.outcome == "open":
            self.outcome = "complete"

    def _take_abort(self, record: Record, position: int) -> None:
        if self.outcome == "open":
            self.outcome = "aborted"


_TAKERS: "Dict[Tuple[int, bool], Callable[[Request, Record, int], None]]" = {
    (BEGIN, FULL): Request._take_begin,
    (PARAMS, FULL): Request._take_params,
    (PARAMS, EMPTY): Request._end_params,
    (STDOUT, FULL): Request._take_stdout,
    (STDERR, FULL): Request._take_stderr,
    (END, FULL): Request._take_end,
    (ABORT, EMPTY): Request._take_abort,
}
_TAKE = [
    _TAKERS.get((kind, full)) for kind in range(DATA + 1) for full in (EMPTY, FULL)
]
"""[2 * type + has content] -> what keeps what such a record tells."""


def block_end(data: bytes, start: int, end: int) -> int:
    """The offset behind the empty line that ends a header block; 0 if it is not there."""
    crlf = data.find(b"\n\r\n", start, end)
    lf = data.find(b"\n\n", start, end if crlf < 0 else crlf)
    if lf >= 0:
        return lf + 2
    return crlf + 3 if crlf >= 0 else 0


def _whole(content: bytes) -> bool:
    """PARAMS whose start is not in the capture are read if they are pairs without doubt."""
    pairs, rest = decode(content)
    return len(pairs) > 1 and not rest and all(_NAME(name) for name, _ in pairs)


_NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]+").fullmatch
