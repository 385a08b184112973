"""An entry comes in; what matters in a record of its type goes out, as styled pieces.

What repeats is remembered by the bytes that say it: bodies, header blocks.
"""

from typing import Callable, List, Mapping, Optional, Sequence, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.glance import Glance, glance
from fcgidissect.fcgi.known import Known, header_fields, status_in
from fcgidissect.fcgi.spec import BeginRequest, EndRequest, RecordType, UnknownType
from fcgidissect.memo import Memo
from fcgidissect.notes import Note, Severity
from fcgidissect.text import BILLION, escape

Piece = Tuple[str, str]
"""(style, text); the style "" is the terminal's own."""
Pieces = List[Piece]
Giver = Callable[[Entry], Piece]

PREFIX = "FCGI_"
NOTHING = "", ""


def matter(entry: Entry) -> Piece:
    """What matters in this record; `NOTHING` where its header has said it all."""
    give = _GIVERS.get(entry[2][0][1])
    return give(entry) if give else NOTHING


def worst(notes: "Sequence[Note]") -> Piece:
    """The worst of several remarks; `NOTHING` where there is none."""
    return remark(max(notes, key=severity)) if notes else NOTHING


def remark(note: Note) -> Piece:
    """A remark as it stands at a line's end."""
    return str(note.severity), f"[{note.severity}: {escape(note.message)}]"


def severity(note: Note) -> Severity:
    """How bad it is, to sort by."""
    return note.severity


def span(nanoseconds: int) -> str:
    """A duration for the eye: milliseconds to the microsecond, above one second seconds."""
    if -BILLION < nanoseconds < BILLION:
        return "%.3f ms" % (nanoseconds / 1e6)
    return "%.3f s" % (nanoseconds / 1e9)


def _by_content(give: Giver) -> Giver:
    """The same giver, asked once for each distinct content."""
    memo: "Memo[bytes, Piece]" = Memo()

    def remembered(entry: Entry) -> Piece:
        _, data, start, end, *_ = entry[2]
        content = data[start:end]
        piece = memo.get(content)
        if piece is None:
            piece = memo[content] = give(entry)
        return piece

    return remembered


def _begin(entry: Entry) -> Piece:
    body = entry.record.body
    if not isinstance(body, BeginRequest):
        return NOTHING
    role = (body.role_name or f"role {body.role}").replace(PREFIX, "")
    return "", f"{role} keep-conn" if body.keep_conn else role


def _params(entry: Entry) -> Piece:
    """Method and URI, in the record that completes them."""
    _, _, record, request, position = entry
    if request is None or record[2] == record[3]:
        return NOTHING
    if isinstance(request, Brief):
        text = asked_in(request.question.seen)
        if text:
            return "known", text
    unread = request.unread
    if unread and not request.read and unread[0][0] == position:
        text = asked_in(request.seen or glance(unread[0][1]))
        if text:
            return "known", text
    named = {pair.name for pair in entry.pairs}
    known = entry.known
    if known is None or _ASKS.isdisjoint(named):
        return NOTHING
    return "known", escape(" ".join(filter(None, (known.method, known.uri))))


def asked_in(seen: Optional[Glance]) -> str:
    """Method and URI as a look at PARAMS tells them; empty where one is missing."""
    if seen is None or not (seen[0] and seen[1]):
        return ""
    return escape((b"%b %b" % seen[:2]).decode("utf-8", "surrogateescape"))


_ASKS = {"REQUEST_METHOD", "REQUEST_URI", "SCRIPT_NAME"}


def _stdout(entry: Entry) -> Piece:
    """The response's status, in the record that completes its header block."""
    request = entry[3]
    if request is None or request.header_position != entry[4]:
        return NOTHING
    if isinstance(request, Brief) and request.answer:
        return status_of(request.answer.header)
    return status_of(request.header) if request.header_length else NOTHING


class _Statuses(Memo[bytes, Piece]):
    """A whole header block -> status and type."""

    def __missing__(self, header: bytes) -> Piece:
        piece = self[header] = _status(header_fields(header))
        return piece


status_of = _Statuses().__getitem__
"""Status and type that a whole header block tells."""


def _status(fields: "Mapping[str, Sequence[str]]") -> Piece:
    status = status_in(fields)
    if status is None:
        return NOTHING
    text = f"{status} {fields.get('content-type', [''])[-1]}".rstrip()
    return f"status_{status // 100}", escape(text)


def _stderr(entry: Entry) -> Piece:
    return stderr_of(entry.record.content)


def stderr_of(content: bytes) -> Piece:
    """What a record of STDERR tells."""
    text = content.decode("utf-8", "surrogateescape")
    return "stderr", escape(text.rstrip("\r\n"))


def _end(entry: Entry) -> Piece:
    style, text = end_of(entry)
    request = entry[3]
    if isinstance(request, Brief) and request.answer:
        return style, f"{span(request.answer.time - request.begin_time)} {text}"
    duration = None if request is None else Known(request, entry[4]).duration
    return style, text if duration is None else f"{span(duration)} {text}"


def _end_statuses(entry: Entry) -> Piece:
    body = entry.record.body
    if not isinstance(body, EndRequest):
        return NOTHING
    name = body.protocol_status_name or f"protocol status {body.protocol_status}"
    failed = bool(body.protocol_status or body.app_status)
    text = f"{name.replace(PREFIX, '')} app_status={body.app_status}"
    return "failed" if failed else "", text


end_of = _by_content(_end_statuses)
"""What END_REQUEST says, whatever the request."""


def _values(entry: Entry) -> Piece:
    texts = [f"{name}={value}" if value else name for name, value in entry.pairs]
    return "", escape(" ".join(texts))


def _unknown_type(entry: Entry) -> Piece:
    body = entry.record.body
    if not isinstance(body, UnknownType):
        return NOTHING
    return "failed", f"type {body.type}"


_GIVERS: "dict[int, Giver]" = {
    RecordType.BEGIN_REQUEST: _by_content(_begin),
    RecordType.END_REQUEST: _end,
    RecordType.PARAMS: _params,
    RecordType.STDOUT: _stdout,
    RecordType.STDERR: _stderr,
    RecordType.GET_VALUES: _values,
    RecordType.GET_VALUES_RESULT: _values,
    RecordType.UNKNOWN_TYPE: _unknown_type,
}
