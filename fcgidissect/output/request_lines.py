"""A request and a position in it come in, the lines of what is known of it by then go out.

`known_lines` asks field by field and is the reference. `RequestLines` puts them together from
what changes only here and there: what BEGIN_REQUEST told, the params, the header block and the
end.
"""

from typing import (
    Any,
    Dict,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from fcgidissect.fcgi.brief import LONGEST, Brief
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.glance import Glance
from fcgidissect.fcgi.known import Known, header_fields, status_in
from fcgidissect.fcgi.request import WHOLE, Answer, Question, Request
from fcgidissect.fcgi.states import END, PARAMS, STDERR, STDIN, STDOUT
from fcgidissect.fields import fields_of
from fcgidissect.limits import Limits
from fcgidissect.memo import Memo
from fcgidissect.output.looked_up import OF_PARAMS, looked_up
from fcgidissect.output.node_lines import INDENT
from fcgidissect.output.params_lines import FORMS, ParamsLines
from fcgidissect.text import date, seconds
from fcgidissect.tree import sayer

_SAY = {attribute: sayer(field) for attribute, field in fields_of(Known)}
_SPAN = "%s seconds"
_BEGUN = FORMS["begin_time"].encode()
_AT_END = "".join(
    [
        FORMS["first_frame"] % "%d",
        "%s",
        FORMS["duration"] % _SPAN,
        FORMS["ttfb"] % _SPAN,
        FORMS["state"],
        FORMS["stdin_length"] % "%d",
        "%s",
        FORMS["body_length"] % "%d",
    ]
).encode()
"""What END_REQUEST tells behind the params: first the begin; last but one what the header
block tells."""

AnyRequest = Union[Request, Brief]


class Asked(NamedTuple):
    """The lines of a question."""

    begin: bytes
    """What BEGIN_REQUEST tells of the request."""
    pairs: "Sequence[bytes]"
    """The params."""
    known: bytes
    """What these and each record behind them tell of the request."""


_Told = Tuple[bytes, bytes, bytes, bool, int]
"""What the question of a request has told so far: all up to the params, with what those told;
when it came; what BEGIN_REQUEST told, and whether it was there; how many PARAMS with a content
there were."""


class RequestLines:
    """The lines of requests, record by record, or a whole question or answer at once."""

    def __init__(self) -> None:
        self._starts: "Memo[object, Tuple[bytes, bool]]" = Memo()
        """BEGIN_REQUEST -> what it tells but for a number, and whether it was there."""
        self._told: "Dict[int, _Told]" = {}
        """Number -> what its question told, until its end comes."""
        self._responses: "Memo[bytes, bytes]" = Memo()
        self._params = ParamsLines()
        self._most = Limits().memo

    # One record

    def at(self, request: AnyRequest, position: int, kind: int) -> bytes:
        """What is known of a request with the record of a type at a position."""
        # 1. A brief one: its params are in its second record, the header block in its first
        #    STDOUT, and its answer, with STDERR before that if at all, is its last records.
        if isinstance(request, Brief):
            head, begun, *_ = self._told_by(request, position, 1 if position else 0)
            answer, behind = request.answer, request.question.records
            if answer is None or position < request.header_position:
                if kind != STDERR:
                    return head + begun
                known = known_of(request, position)
                return head + begun + _line("stderr", known.stderr)
            response = self._response(answer.header)
            if position < behind + answer.records - 1:
                return head + begun + response
            self._told.pop(request.number, None)
            return _end(request, answer, head, begun, response)
        # 2. Any other; known whole where the capture was read before.
        if request.whole:
            return known_lines(looked_up(request, position)).encode()
        at = _params_at(request)
        if at is None:
            params = sum([each <= position for each, _ in request.read_pairs()])
        else:
            params = 1 if position >= at else 0
        head, begun, _, begins, _ = self._told_by(request, position, params)
        response = b""
        if request.header_position <= position and request.header_length:
            response = self._response(request.header)
        if position >= request.end_position:
            if not response or not begins or request.answer_time is None:
                return known_lines(looked_up(request, position)).encode()
            return self._any_end(request, head, begun, response)
        text = head + begun + response
        if kind == STDERR:
            text += _line("stderr", Known(request, position).stderr)
        return text

    def pairs(self, request: AnyRequest, position: int) -> bytes:
        """The lines of all params, for the record that has them; none where they take more."""
        if not isinstance(request, Brief) and _params_at(request) != position:
            return b""
        seen = _seen(request)
        if seen is None:
            return b""
        # What they tell is the next to be asked for.
        pairs, known = self._params.told(seen)
        self._with_params(request, self._told_by(request, 0, 0), 1, known)
        return b"".join(pairs)

    # A whole question or answer

    def asked(self, request: AnyRequest, question: Question) -> Asked:
        """The lines of a question."""
        pairs, lines = self._params.told(question.seen)
        begin = self._begin(request)
        known, begun, start, *_ = self._with_params(request, begin, 1, lines)
        return _new(Asked, (start + begun, pairs, known + begun))

    def answered(self, request: AnyRequest, answer: Answer) -> "Tuple[bytes, bytes]":
        """What the records of an answer tell up to END_REQUEST, and what that tells."""
        if not isinstance(request, Brief):
            known = self.at(request, request.header_position, STDOUT)
            return known, self.at(request, request.end_position, END)
        told = self._told.pop(request.number, None)
        if told is None or told[-1] != 1:
            told = self._told_by(request, WHOLE, 1)
        head, begun, *_ = told
        header = answer.header
        response = self._responses.get(header) or self._response(header)
        ended = _end(request, answer, head, begun, response)
        return head + begun + response, ended

    # Their parts

    def _told_by(self, request: AnyRequest, position: int, params: int) -> _Told:
        """What the question told by a position, after so many PARAMS."""
        told = self._told.get(request.number)
        if told is not None and told[-1] == params:
            return told
        told = told or self._begin(request)
        if not params:
            return self._with_params(request, told, 0, b"")
        seen = _seen(request)
        if seen is not None:
            text = self._params.told(seen)[1]
            return self._with_params(request, told, params, text)
        known = looked_up(request, position)  # type: ignore[arg-type]
        text = b"".join([_line(each, getattr(known, each)) for each in OF_PARAMS])
        return self._with_params(request, told, params, text)

    def _begin(self, request: Any) -> _Told:
        """What BEGIN_REQUEST told."""
        brief, number = isinstance(request, Brief), request.number
        key = request.question.shape.body if brief else request.begin
        start, begins = self._starts.get(key) or self._start(request, key)
        start %= number, number
        begun = _BEGUN % date(request.begin_time).encode()
        return start, begun, start, begins, 0

    def _start(self, request: Any, key: object) -> "Tuple[bytes, bool]":
        known = known_of(request, 0)
        title = f"{INDENT}[Request %d:]\n{FORMS['number'] % '%d'}".encode()
        told = _line("role", known.role) + _line("keep_conn", known.keep_conn)
        start = self._starts[key] = title + told, known.role is not None
        return start

    def _with_params(
        self, request: AnyRequest, told: _Told, params: int, lines: bytes
    ) -> _Told:
        """The same with what params tell, for the next record."""
        if len(self._told) >= self._most:
            self._told.clear()
        _, begun, start, begins, _ = told
        told = start + lines, begun, start, begins, params
        self._told[request.number] = told
        return told

    def _response(self, header: bytes) -> bytes:
        """What a header block tells."""
        text = self._responses.get(header)
        if text is None:
            fields = header_fields(header)
            text = (
                _line("status", status_in(fields))
                + _line("content_type", fields.get("content-type", [None])[-1])
                + _line("header_length", len(header))
            )
            if len(header) <= LONGEST:
                self._responses[header] = text
        return text

    def _any_end(
        self, request: Request, head: bytes, begun: bytes, response: bytes
    ) -> bytes:
        """The same of any other that has begun and was answered."""
        self._told.pop(request.number, None)
        known = Known(request, request.end_position)
        lasted, waited = known.duration, known.ttfb
        if lasted is None or waited is None:
            return known_lines(looked_up(request, request.end_position)).encode()
        lengths = request.end_lengths
        end = (
            *(request.first_frame, begun),
            *(seconds(lasted).encode(), seconds(waited).encode()),
            *(request.outcome.encode(), lengths[STDIN], response),
            lengths[STDOUT] - request.header_length,
        )
        return head + _AT_END % end


_new = tuple.__new__


def _end(
    request: Brief, answer: Answer, head: bytes, begun: bytes, response: bytes
) -> bytes:
    """What END_REQUEST tells of a brief request."""
    lasted = seconds(answer.time - request.begin_time).encode()
    stdin, body = request.question.stdin, answer.length - len(answer.header)
    first = request.first_frame
    end = first, begun, lasted, lasted, b"complete", stdin, response, body
    return head + _AT_END % end


def _line(attribute: str, value: object) -> bytes:
    if value is None:
        return b""
    return f"{2 * INDENT}[{_SAY[attribute](value)}]\n".encode()


def known_lines(known: Known) -> str:
    """What is known of any request, field by field."""
    lines = [f"{INDENT}[Request {known.number}:]\n"]
    for attribute, say in _SAY.items():
        value = getattr(known, attribute)
        if value is not None:
            lines.append(f"{2 * INDENT}[{say(value)}]\n")
    return "".join(lines)


def _params_at(request: Request) -> Optional[int]:
    """The position of its params, if all came in one short record that was looked at."""
    unread, read = request.unread, request.read
    if request.seen is None or request.lengths[PARAMS] > LONGEST:
        return None
    if len(unread) == 2 and not read:
        return unread[0][0]
    return read[0][0] if len(read) == 1 and not unread else None


def _seen(request: AnyRequest) -> Optional[Glance]:
    """What a look at all its params told."""
    if isinstance(request, Brief):
        return request.question.seen
    return None if _params_at(request) is None else request.seen
