"""An entry comes in; what matters in a record of its type goes out, as styled pieces."""

from typing import Callable, List, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import BeginRequest, EndRequest, RecordType, UnknownType
from fcgidissect.notes import Note, Severity
from fcgidissect.text import escape

Piece = Tuple[str, str]
"""(style, text); the style "" is the terminal's own."""
Pieces = List[Piece]

PREFIX = "FCGI_"
_ASKS = {"REQUEST_METHOD", "REQUEST_URI", "SCRIPT_NAME"}
"""Parameters that tell what the request is."""


def info(entry: Entry) -> Pieces:
    """What matters in this record, and the worst that there is to say of it."""
    give = _GIVERS.get(entry.record.header[1])
    pieces = give(entry) if give else []
    notes = entry.notes
    if notes:
        pieces = pieces + [remark(max(notes, key=severity))]
    return pieces


def span(nanoseconds: int) -> str:
    """A duration for the eye: milliseconds to the microsecond, above one second seconds."""
    if abs(nanoseconds) < 1_000_000_000:
        return "%.3f ms" % (nanoseconds / 1e6)
    return "%.3f s" % (nanoseconds / 1e9)


def severity(note: Note) -> Severity:
    """How bad a remark is."""
    return note.severity


def remark(note: Note) -> Piece:
    """A remark in brackets."""
    return str(note.severity), f"[{note.severity}: {escape(note.message)}]"


def _begin(entry: Entry) -> Pieces:
    body = entry.record.body
    if not isinstance(body, BeginRequest):
        return []
    role = (body.role_name or f"role {body.role}").replace(PREFIX, "")
    return [("", f"{role} keep-conn" if body.keep_conn else role)]


def _params(entry: Entry) -> Pieces:
    known = entry.known
    if known is None or entry.record.end == entry.record.start:
        return []
    if not _ASKS.isdisjoint([pair.name for pair in known.pairs]):
        words = [word for word in (known.method, known.uri) if word]
        return [("known", escape(" ".join(words)))]
    return []


def _stdout(entry: Entry) -> Pieces:
    request, known = entry.request, entry.known
    if request is None or known is None or request.header_position != entry.position:
        return []
    status = known.status
    if status is None:
        return []
    words = [str(status), known.content_type or ""]
    return [(f"status_{status // 100}", escape(" ".join(filter(None, words))))]


def _stderr(entry: Entry) -> Pieces:
    return [("stderr", escape((entry.content_text or "").rstrip("\n")))]


def _end(entry: Entry) -> Pieces:
    body = entry.record.body
    if not isinstance(body, EndRequest):
        return []
    name = body.protocol_status_name or f"protocol status {body.protocol_status}"
    failed = bool(body.protocol_status or body.app_status)
    text = f"{name.replace(PREFIX, '')} app_status={body.app_status}"
    duration = entry.known.duration if entry.known else None
    pieces = [("failed" if failed else "", text)]
    return pieces if duration is None else pieces + [("", span(duration))]


def _values(entry: Entry) -> Pieces:
    pairs = entry.pairs
    texts = [f"{name}={value}" if value else name for name, value in pairs]
    return [("", escape(" ".join(texts)))] if texts else []


def _unknown_type(entry: Entry) -> Pieces:
    body = entry.record.body
    return [("failed", f"type {body.type}")] if isinstance(body, UnknownType) else []


_GIVERS: "dict[int, Callable[[Entry], Pieces]]" = {
    RecordType.BEGIN_REQUEST: _begin,
    RecordType.END_REQUEST: _end,
    RecordType.PARAMS: _params,
    RecordType.STDOUT: _stdout,
    RecordType.STDERR: _stderr,
    RecordType.GET_VALUES: _values,
    RecordType.GET_VALUES_RESULT: _values,
    RecordType.UNKNOWN_TYPE: _unknown_type,
}
