"""The states of a request, and the one table of what leads from which to which."""

from enum import IntEnum
from typing import Dict, List, Tuple

from fcgidissect.fcgi.spec import FROM_WEB_SERVER, RecordType

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA = range(1, 9)
"""The record types of a request as plain numbers, for the loop."""


class State(IntEnum):
    """Where one side of a request is: the web server's or the application's."""

    UNSEEN = 0
    BEGUN = 1
    IN_PARAMS = 2
    AFTER_PARAMS = 3
    IN_STDIN = 4
    AFTER_STDIN = 5
    IN_DATA = 6
    AFTER_DATA = 7
    ABORTED = 8
    SILENT = 9
    IN_HEADER = 10
    IN_BODY = 11
    AFTER_STDOUT = 12
    ENDED = 13


WORDS: "Dict[State, str]" = {
    State.UNSEEN: "the request's start is not in the capture",
    State.BEGUN: "PARAMS have not begun",
    State.IN_PARAMS: "PARAMS have not ended",
    State.AFTER_PARAMS: "STDIN has not begun",
    State.IN_STDIN: "STDIN has not ended",
    State.AFTER_STDIN: "STDIN has ended",
    State.IN_DATA: "DATA have not ended",
    State.AFTER_DATA: "DATA have ended",
    State.ABORTED: "the request was aborted",
    State.SILENT: "nothing was answered",
    State.IN_HEADER: "the header block has not ended",
    State.IN_BODY: "STDOUT has not ended",
    State.AFTER_STDOUT: "STDOUT has ended",
    State.ENDED: "the request has ended",
}
"""What is said of a record that does not belong there."""

FULL, EMPTY = True, False
TABLE: "Dict[Tuple[State, int, bool], State]" = {
    # The web server's side (sections 6.2 to 6.4)
    (State.BEGUN, PARAMS, FULL): State.IN_PARAMS,
    (State.BEGUN, PARAMS, EMPTY): State.AFTER_PARAMS,
    (State.IN_PARAMS, PARAMS, FULL): State.IN_PARAMS,
    (State.IN_PARAMS, PARAMS, EMPTY): State.AFTER_PARAMS,
    (State.AFTER_PARAMS, STDIN, FULL): State.IN_STDIN,
    (State.AFTER_PARAMS, STDIN, EMPTY): State.AFTER_STDIN,
    (State.IN_STDIN, STDIN, FULL): State.IN_STDIN,
    (State.IN_STDIN, STDIN, EMPTY): State.AFTER_STDIN,
    (State.AFTER_STDIN, DATA, FULL): State.IN_DATA,
    (State.AFTER_STDIN, DATA, EMPTY): State.AFTER_DATA,
    (State.IN_DATA, DATA, FULL): State.IN_DATA,
    (State.IN_DATA, DATA, EMPTY): State.AFTER_DATA,
    # ... where the capture does not hold its start
    (State.UNSEEN, PARAMS, FULL): State.IN_PARAMS,
    (State.UNSEEN, PARAMS, EMPTY): State.AFTER_PARAMS,
    (State.UNSEEN, STDIN, FULL): State.IN_STDIN,
    (State.UNSEEN, STDIN, EMPTY): State.AFTER_STDIN,
    (State.UNSEEN, DATA, FULL): State.IN_DATA,
    (State.UNSEEN, DATA, EMPTY): State.AFTER_DATA,
    # The application's side (section 5.3); IN_HEADER turns into IN_BODY where the header
    # block of the response ends. The empty STDOUT and STDERR may be left out (php-fpm).
    (State.SILENT, STDOUT, FULL): State.IN_HEADER,
    (State.SILENT, STDOUT, EMPTY): State.AFTER_STDOUT,
    (State.IN_HEADER, STDOUT, FULL): State.IN_HEADER,
    (State.IN_HEADER, STDOUT, EMPTY): State.AFTER_STDOUT,
    (State.IN_BODY, STDOUT, FULL): State.IN_BODY,
    (State.IN_BODY, STDOUT, EMPTY): State.AFTER_STDOUT,
}
for _state in (State.SILENT, State.IN_HEADER, State.IN_BODY, State.AFTER_STDOUT):
    TABLE[_state, STDERR, FULL] = TABLE[_state, STDERR, EMPTY] = _state
    TABLE[_state, END, FULL] = State.ENDED
for _state in State:
    if _state < State.ABORTED:
        TABLE[_state, BEGIN, FULL] = State.BEGUN
        TABLE[_state, ABORT, EMPTY] = State.ABORTED


def _rows() -> "List[List[int]]":
    rows = [[-1] * (2 * (max(RecordType) + 1)) for _ in State]
    for (state, kind, full), following in TABLE.items():
        rows[state][2 * kind + full] = int(following)
    return rows


ROWS = _rows()
"""TABLE for the loop: state -> [2 * type + has content] -> state; -1 what does not belong."""

ASKS = tuple(kind in FROM_WEB_SERVER for kind in range(max(RecordType) + 1))
"""Record type -> whether the web server sends it."""
SAID_ALL = frozenset((State.AFTER_STDIN, State.AFTER_DATA, State.ABORTED))
"""States in which the web server owes no more records, or none that is told in advance."""
STEADY = {
    State.IN_STDIN: 1 << STDIN,
    State.IN_DATA: 1 << DATA,
    State.IN_BODY: 1 << STDOUT,
}
"""State -> the type, as a bit, of which one more record with content changes nothing."""
