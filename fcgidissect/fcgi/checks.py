"""A request and its latest record in, what there is to say about it then.

Each check belongs to one record type and runs when such a record has been taken. What real
servers do harmlessly is not said: no empty STDOUT, stale reserved bytes, an Authorizer
without STDIN.
"""

from typing import Callable, Dict, Optional, Tuple

from fcgidissect.fcgi.pairs import Pairs
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.spec import BODY_LENGTH, GOOD_END, ROLES, ProtocolStatus
from fcgidissect.fcgi.states import (
    BEGIN,
    DATA,
    EMPTY,
    END,
    FULL,
    SAID_ALL,
    STDERR,
    STDIN,
    STDOUT,
)
from fcgidissect.notes import (
    ANSWERED_EARLY,
    APP_STATUS,
    BODY_DIFFERS,
    LARGE_HEADER,
    LENGTH_MISSING,
    REFUSED,
    SCRIPT_UNKNOWN,
    UNKNOWN_ROLE,
    note,
)
from fcgidissect.text import number

_BUFFERS = (16384, 8192, 4096)
"""Sizes that people give a web server's buffer for the header block (nginx: one page)."""
_PROMISES = {"STDIN": "CONTENT_LENGTH", "DATA": "FCGI_DATA_LENGTH"}
SCRIPT_UNKNOWN_TO_PHP = b"Primary script unknown"
"""What php-fpm writes to STDERR where there is no such script."""


def param(request: Request, name: str) -> Optional[str]:
    """The value of a param by now; the last one counts, as for php-fpm."""
    for _, pairs in reversed(request.read_pairs()):
        value = last_value(pairs, name)
        if value is not None:
            return value
    return None


def last_value(pairs: Pairs, name: str) -> Optional[str]:
    """The last value of a name among pairs."""
    for pair in reversed(pairs):
        if pair[0] == name:
            return pair[1]
    return None


def _check_begin(request: Request, record: Record, position: int) -> None:
    _, data, start, end, *_ = record
    if end - start >= BODY_LENGTH and data[start : start + 2] not in ROLES:
        role = int.from_bytes(data[start : start + 2], "big")
        request.remark(position, note(UNKNOWN_ROLE, role=role))


def _check_stdin(request: Request, record: Record, position: int) -> None:
    if request.params_position < position:
        _compare(request, position, "STDIN", request.lengths[STDIN])


def _check_data(request: Request, record: Record, position: int) -> None:
    if request.params_position < position:
        _compare(request, position, "DATA", request.lengths[DATA])


def _compare(request: Request, position: int, stream: str, length: int) -> None:
    """Hold a stream's length against the param that promises it (section 6)."""
    name = _PROMISES[stream]
    told = _content_length(request) if stream == "STDIN" else param(request, name)
    if not told:
        if length:
            request.remark(position, note(LENGTH_MISSING, stream=stream, length=length))
    elif number(told) != length:
        remark = note(BODY_DIFFERS, stream=stream, length=length, name=name, told=told)
        request.remark(position, remark)


def _content_length(request: Request) -> str:
    """CONTENT_LENGTH, without decoding PARAMS where a look has told it; empty for none."""
    if request.seen is not None:
        return request.seen.content_length.decode("utf-8", "surrogateescape")
    return param(request, "CONTENT_LENGTH") or ""


def _check_stdout(request: Request, record: Record, position: int) -> None:
    length = request.header_length
    if request.header_position != position or length <= _BUFFERS[-1]:
        return
    buffer = next(size for size in _BUFFERS if length > size)
    field = max(request.header.splitlines(), key=len)
    name, size = field.partition(b":")[0].decode("utf-8", "surrogateescape"), len(field)
    remark = note(LARGE_HEADER, length=length, buffer=buffer, name=name, size=size)
    request.remark(position, remark)


def _check_stderr(request: Request, record: Record, position: int) -> None:
    if record.data.find(SCRIPT_UNKNOWN_TO_PHP, record.start, record.end) >= 0:
        script = param(request, "SCRIPT_FILENAME")
        said = "not among its params" if script is None else script
        request.remark(position, note(SCRIPT_UNKNOWN, script=said))


def _check_end(request: Request, record: Record, position: int) -> None:
    if request.asking not in SAID_ALL:
        _check_early_end(request, position)
    _, data, start, *_ = record
    if data[start : start + len(GOOD_END)] == GOOD_END:
        return
    end = request.end
    if end is None:
        return
    if end.protocol_status != ProtocolStatus.REQUEST_COMPLETE:
        status = end.protocol_status_name or str(end.protocol_status)
        request.remark(position, note(REFUSED, status=status))
    if end.app_status:
        request.remark(position, note(APP_STATUS, status=end.app_status))


def _check_early_end(request: Request, position: int) -> None:
    """The answer is over before STDIN is: does it owe bytes, or only its empty record?"""
    length = request.lengths[STDIN]
    told = number(_content_length(request)) or 0
    if told > length:
        request.remark(position, note(ANSWERED_EARLY, length=length, told=told))


_CHECKS: "Dict[Tuple[int, bool], Callable[[Request, Record, int], None]]" = {
    (BEGIN, FULL): _check_begin,
    (STDIN, EMPTY): _check_stdin,
    (DATA, EMPTY): _check_data,
    (STDOUT, FULL): _check_stdout,
    (STDERR, FULL): _check_stderr,
    (END, FULL): _check_end,
}
CHECK = [
    _CHECKS.get((kind, full)) for kind in range(DATA + 1) for full in (EMPTY, FULL)
]
"""[2 * type + has content] -> what remarks on such a record, its request and its position."""
