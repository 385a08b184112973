"""What is known of a plain request is what is known of it as a `Request`."""

import pytest

from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.plain_known import PlainKnown, known_of
from fcgidissect.fcgi.request import WHOLE
from fcgidissect.fields import fields_of
from tests.fcgi.test_plain import FORM, QUESTION, Talk

NAMES = [name for name, _ in fields_of(Known)]
OTHERS = ["over", "reach", "notes", "pairs", "params", "response_headers"]


def told(known: Known) -> "dict[str, object]":
    return {name: getattr(known, name) for name in [*NAMES, *OTHERS]}


@pytest.mark.parametrize("question", [QUESTION, FORM], ids=["empty", "form"])
@pytest.mark.parametrize("position", [0, 1, 2, 3, 4, 5, 6, WHOLE])
def test_all_of_an_answered_one(position: int, question: bytes) -> None:
    talk = Talk()
    request = talk.ask(question)
    talk.answer()
    assert isinstance(request, Plain)
    known = known_of(request, position)
    assert isinstance(known, PlainKnown)
    before = told(known)
    assert isinstance(request, Plain), "it was taken apart"
    assert before == told(Known(request, position))  # which takes it apart


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_all_of_one_that_waits(position: int) -> None:
    request = Talk().ask()
    before = told(known_of(request, position))
    assert isinstance(request, Plain) and before == told(Known(request, position))


def test_what_is_known_of_the_whole_of_one_that_waits() -> None:
    assert type(known_of(Talk().ask(), WHOLE)) is Known
