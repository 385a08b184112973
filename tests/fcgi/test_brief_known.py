"""What is known of a brief request is what is known of it as a `Request`."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.brief_known import BriefKnown, known_of
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.request import WHOLE
from fcgidissect.fields import fields_of
from tests.fcgi.test_brief import (
    ANSWER,
    FORM,
    PARAMS,
    QUESTION,
    WARNED,
    WARNED_EMPTIED,
    Talk,
)

NAMES = [name for name, _ in fields_of(Known)]
OTHERS = ["over", "reach", "notes", "pairs", "params", "response_headers"]


def told(known: Known) -> "dict[str, object]":
    return {name: getattr(known, name) for name in [*NAMES, *OTHERS]}


SETTING = {**PARAMS, "PHP_VALUE": "a=b\nextension=c"}
TWICE = [*PARAMS.items(), ("HTTP_A", "a"), ("REQUEST_METHOD", "PUT"), ("HTTP_A", "a")]
QUESTIONS = {
    "empty": QUESTION,
    "form": FORM,
    "setting": make.request(1, SETTING),
    "twice": make.request(1, TWICE),
}


@pytest.mark.parametrize("answer", [ANSWER, WARNED, WARNED_EMPTIED], ids=len)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("position", [0, 1, 2, 3, 4, 5, 6, 7, 8, WHOLE])
def test_all_of_an_answered_one(position: int, question: bytes, answer: bytes) -> None:
    talk = Talk()
    request = talk.ask(question)
    assert talk.answer(answer) is request
    assert isinstance(request, Brief)
    known = known_of(request, position)
    assert isinstance(known, BriefKnown)
    before = told(known)
    assert isinstance(request, Brief), "it was taken apart"
    assert before == told(Known(request, position))  # which takes it apart


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_all_of_one_that_waits(position: int, question: bytes) -> None:
    request = Talk().ask(question)
    before = told(known_of(request, position))
    assert isinstance(request, Brief) and before == told(Known(request, position))


def test_what_is_known_of_the_whole_of_one_that_waits() -> None:
    assert type(known_of(Talk().ask(), WHOLE)) is Known
