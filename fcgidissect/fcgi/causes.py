"""A request whose connection was closed in, what there is to say about it out.

The likely causes were measured on php-fpm 8.2, which resets such a connection and says
nothing in its log.
"""

from typing import List

from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.spec import Role
from fcgidissect.fcgi.states import STDIN, State
from fcgidissect.notes import (
    CLOSED_IN_ANSWER,
    CLOSED_SILENTLY,
    LEFT_IN_ANSWER,
    NO_ANSWER,
    STDIN_UNENDED,
    Note,
    note,
)

_MOST_PARAMS = 65_528
"""Content and padding of the longest PARAMS record that php-fpm takes."""


CLOSED = ("closed", "reset", "abandoned")
"""Outcomes of a request without END_REQUEST: the application closed the connection, it was
reset, or the web server closed it."""
_REMARKS = (
    CLOSED_SILENTLY,
    CLOSED_IN_ANSWER,
    NO_ANSWER,
    LEFT_IN_ANSWER,
    STDIN_UNENDED,
)
_WITHIN_STDIN = (State.AFTER_PARAMS, State.IN_STDIN)


def say_closed(request: Request) -> None:
    """Remark, at a request's last record so far, on how its connection was closed."""
    request.notes = [each for each in request.notes if each[1].code not in _REMARKS]
    if request.outcome in CLOSED:
        request.remark(request.position, _remark(request))
        if request.asking in _WITHIN_STDIN and _wants_stdin(request):
            length = request.lengths[STDIN]
            request.remark(request.position, note(STDIN_UNENDED, length=length))


def _wants_stdin(request: Request) -> bool:
    return request.begin is None or request.begin.role != Role.AUTHORIZER


def _remark(request: Request) -> Note:
    silent = request.answer_time is None
    if request.outcome == "abandoned":
        assert request.end_time is not None
        seconds = in_seconds(request.end_time - request.begin_time)
        return note(NO_ANSWER if silent else LEFT_IN_ANSWER, seconds=seconds)
    how = "RST" if request.outcome == "reset" else "FIN"
    if silent:
        return note(CLOSED_SILENTLY, how=how, cause=likely_cause(request))
    return note(CLOSED_IN_ANSWER, how=how)


def in_seconds(nanoseconds: int) -> str:
    """A time span for a sentence, to the millisecond."""
    return "%.3f" % (nanoseconds / 1e9)


def likely_cause(request: Request) -> str:
    """Why an application may have closed the connection without a word."""
    causes = _causes(request)
    if not causes:
        return "the records show no cause: it may refuse this peer, or have died"
    return "likely cause: " + "; ".join(causes)


def _causes(request: Request) -> "List[str]":
    begin, causes = request.begin, []
    request.read_pairs()
    if request.version != 1:
        causes.append(f"version {request.version}, which is none that is specified")
    if begin and not Role.RESPONDER <= begin.role <= Role.FILTER:
        causes.append(f"role {begin.role}, which is none that is specified")
    if request.strange is not None:
        causes.append(f"a record of the unknown type {request.strange}")
    if request.split:
        causes.append(
            f"the pair {request.split[0][1]} is split over two PARAMS records, and"
            " php-fpm reads each PARAMS record alone"
        )
    if request.longest_params > _MOST_PARAMS:
        causes.append(
            f"a PARAMS record of {request.longest_params} bytes with its padding;"
            f" php-fpm takes {_MOST_PARAMS}"
        )
    if request.beside is not None:
        causes.append(
            f"request id {request.beside} was open on the same connection, and php-fpm"
            " takes one at a time"
        )
    if request.asking in (State.BEGUN, State.IN_PARAMS):
        causes.append("PARAMS never ended")
    return causes
