"""The whole: text to verdicts, and what a corridor learns from a filter."""

from typing import Any

from hypothesis import given, settings

from fcgidissect.filter import FilterError
from tests.filter.expressions import expressions, rows, sound_relations
from tests.filter.language import RECORD, compiled, matches


def test_what_is_asked_for() -> None:
    made = compiled('fcgi.type == 4 and fcgi.param.X ~ "y" or ip.src in {ip.addr}')
    assert made.fields == {"fcgi.type", "fcgi.param.X", "ip.src", "ip.addr"}
    assert made.text.startswith("fcgi.type == 4")


@settings(max_examples=400, deadline=None)
@given(expressions(sound_relations()) | expressions(), rows())
def test_a_filter_and_its_negation_split_the_rows(
    text: str, row: "dict[str, Any]"
) -> None:
    try:
        made = compiled(text)
    except FilterError:
        return
    verdict = made.matches(row)
    assert isinstance(verdict, bool)
    assert compiled(f"not ({text})").matches(row) is not verdict
    assert compiled(f"!!({text})").matches(row) is verdict
    assert compiled(f"({text}) xor ({text})").matches(row) is False


@settings(max_examples=400, deadline=None)
@given(expressions())
def test_an_expression_is_right_or_a_filter_error(text: str) -> None:
    try:
        made = compiled(text)
    except FilterError as wrong:
        assert 0 <= wrong.start <= wrong.end <= len(wrong.expression)
        assert wrong.message.endswith((".", "?")) and "\n" not in wrong.message
    else:
        made.matches(RECORD)


def test_a_condition_that_is_always_so() -> None:
    assert matches("fcgi or not fcgi") and matches("fcgi or not fcgi", {})
