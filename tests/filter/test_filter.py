"""The whole: text to verdicts, and what a corridor learns from a filter."""

from typing import Any

import pytest
from hypothesis import given, settings

from fcgidissect.fcgi.spec import Header
from fcgidissect.filter import FilterError
from tests.filter.expressions import expressions, rows
from tests.filter.language import RECORD, compiled, matches

HEADER = Header(1, 4, 7, 5, 0)
PARTS = [
    ("", True, True),
    ("fcgi.type == 4", True, True),
    ("fcgi.type == 5", True, False),
    ("fcgi.type == 4 and fcgi.id > 3", True, True),
    ("not fcgi.type == 4 or fcgi.content.length != 5", True, False),
    ("fcgi.type == 4 and fcgi.nv_name", False, True),
    ("fcgi.nv_name and fcgi.type == 6 and fcgi.id == 7", False, False),
    ("fcgi.type == 4 or fcgi.nv_name", False, None),
    ("fcgi.nv_name", False, None),
    ("fcgi.type#1 == 4", False, None),
    ("@fcgi.type == 04", False, None),
    ("fcgi.type == ${fcgi.type}", False, None),
    ("fcgi.id in {fcgi.type, 7}", True, True),
    ("max(fcgi.id, fcgi.type) == 7", True, True),
]


@pytest.mark.parametrize("expression, alone, verdict", PARTS)
def test_what_the_header_says(expression: str, alone: bool, verdict: Any) -> None:
    made = compiled(expression)
    assert made.header_only is alone
    assert (made.of_header and made.of_header(HEADER)) is verdict
    if alone:
        assert made.matches(RECORD) is verdict


def test_a_name_that_a_header_has_none_of_is_missing() -> None:
    made = compiled('fcgi.type contains "FCGI"')
    assert made.of_header is not None and not made.of_header(HEADER._replace(type=99))


def test_what_is_asked_for() -> None:
    made = compiled('fcgi.type == 4 and fcgi.param.X ~ "y" or ip.src in {ip.addr}')
    assert made.fields == {"fcgi.type", "fcgi.param.X", "ip.src", "ip.addr"}
    assert made.needs == {Header, None}
    assert made.text.startswith("fcgi.type == 4")


@settings(max_examples=400, deadline=None)
@given(expressions(), rows())
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
