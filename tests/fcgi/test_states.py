"""The table of states, held against itself and the specification."""

import pytest

from fcgidissect.fcgi.spec import FROM_WEB_SERVER
from fcgidissect.fcgi.states import (
    ABORT,
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
    TABLE,
    WORDS,
    State,
)

RESPONDER = [
    (BEGIN, FULL),
    (PARAMS, FULL),
    (PARAMS, FULL),
    (PARAMS, EMPTY),
    (STDIN, FULL),
    (STDIN, EMPTY),
]
FILTER = RESPONDER + [(DATA, FULL), (DATA, EMPTY)]
ANSWER = [(STDERR, FULL), (STDOUT, FULL), (STDERR, EMPTY), (STDOUT, EMPTY), (END, FULL)]
PHP_FPM = [(STDERR, FULL), (STDOUT, FULL), (STDOUT, FULL), (END, FULL)]


def walk(state: State, events: "list[tuple[int, bool]]") -> State:
    for kind, full in events:
        following = ROWS[state][2 * kind + full]
        assert following >= 0, (state, kind, full)
        state = State(following)
    return state


@pytest.mark.parametrize(
    "start, events, end",
    [
        (State.UNSEEN, RESPONDER, State.AFTER_STDIN),
        (State.UNSEEN, FILTER, State.AFTER_DATA),
        (State.UNSEEN, RESPONDER[2:], State.AFTER_STDIN),
        (State.UNSEEN, RESPONDER[4:], State.AFTER_STDIN),
        (State.UNSEEN, FILTER[6:], State.AFTER_DATA),
        (State.BEGUN, [(PARAMS, EMPTY), (STDIN, EMPTY)], State.AFTER_STDIN),
        (State.IN_STDIN, [(ABORT, EMPTY)], State.ABORTED),
        (State.SILENT, ANSWER, State.ENDED),
        (State.SILENT, PHP_FPM, State.ENDED),
        (State.SILENT, [(END, FULL)], State.ENDED),
    ],
)
def test_ways_that_lead_on(
    start: State, events: "list[tuple[int, bool]]", end: State
) -> None:
    assert walk(start, events) == end


@pytest.mark.parametrize(
    "state, kind, full",
    [
        (State.BEGUN, STDIN, FULL),
        (State.IN_PARAMS, STDIN, EMPTY),
        (State.AFTER_PARAMS, PARAMS, FULL),
        (State.AFTER_STDIN, STDIN, FULL),
        (State.AFTER_STDIN, STDIN, EMPTY),
        (State.AFTER_DATA, DATA, FULL),
        (State.ABORTED, STDIN, FULL),
        (State.AFTER_STDOUT, STDOUT, FULL),
        (State.ENDED, STDOUT, FULL),
        (State.ENDED, STDERR, FULL),
        (State.ENDED, END, FULL),
    ],
)
def test_what_does_not_belong(state: State, kind: int, full: bool) -> None:
    assert ROWS[state][2 * kind + full] < 0


def test_rows_are_the_table() -> None:
    for state in State:
        for event, following in enumerate(ROWS[state]):
            kind, full = divmod(event, 2)
            wanted = TABLE.get((state, kind, bool(full)), -1)  # type: ignore[call-overload]
            assert following == wanted


def test_the_sides_go_apart() -> None:
    for (state, kind, _), following in TABLE.items():
        asks = kind in FROM_WEB_SERVER
        assert asks == (state < State.SILENT) == (following < State.SILENT)


def test_every_state_has_its_words() -> None:
    assert set(WORDS) == set(State)
