"""Out of step: what is certain is found, and nothing is invented."""

import random

import pytest

from captures.make import records as make
from fcgidissect.fcgi.context import Context
from tests.fcgi.streams import (
    GET,
    PAGE,
    read,
    requests,
    responses,
    told,
    truth,
    with_gaps,
)


def known(direction: int) -> Context:
    """A connection on which request 1 is in use and the web server's side is known."""
    context = Context(web_server=0)
    context.ids.add(1)
    return context


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", ["requests", "responses", "nested"])
def test_gaps_anywhere_invent_nothing(seed: int, kind: str) -> None:
    dice = random.Random(f"{kind}{seed}")
    direction = 0 if kind == "requests" else 1
    stream = (
        requests(30, dice)
        if kind == "requests"
        else responses(12, dice, kind == "nested")
    )
    chunks = with_gaps(stream, dice.choice((1448, 500, 8192, 65483)), dice, 0.06)
    found, _ = read(chunks, known(direction), direction)
    wanted = [record for _, record in truth(stream)]
    headers = [record.header for record in wanted]
    place = 0
    for record in found:
        place = headers.index(record.header, place) + 1
        if not record.missing:
            assert record.content in [each.content for each in wanted]
