"""Spans: what a header leaves to the next layer."""

import pytest

from fcgidissect.net.step import Span, number

DATA = bytes(range(100))


@pytest.mark.parametrize(
    "span, size, length, wanted",
    [
        (Span(DATA, 10, 50, 40), 14, None, Span(DATA, 24, 50, 26)),
        (Span(DATA, 10, 50, 40), 14, 20, Span(DATA, 24, 44, 20)),
        (Span(DATA, 10, 50, 40), 14, 99, Span(DATA, 24, 50, 26)),
        (Span(DATA, 10, 50, 80), 14, 50, Span(DATA, 24, 50, 50)),
        (Span(DATA, 10, 20, 40), 14, None, Span(DATA, 20, 20, 26)),
        (Span(DATA, 10, 50, 40), 40, None, Span(DATA, 50, 50, 0)),
    ],
    ids="rest padded overstated cut cut-within-the-header nothing".split(),
)
def test_behind(span: Span, size: int, length: "int | None", wanted: Span) -> None:
    assert span.behind(size, length) == wanted


def test_captured_is_what_is_there() -> None:
    assert Span(DATA, 10, 20, 40).captured == 10


def test_number_reads_from_the_spans_first_byte() -> None:
    assert number(Span(DATA, 10, 20, 10), 2, 2) == 0x0C0D
