"""The text of --filter-help."""

import pytest

from fcgidissect.filter import compile_filter, operators
from fcgidissect.filter.functions import FUNCTIONS
from fcgidissect.filter.help import EXAMPLES, help_text
from fcgidissect.registry import Registry


def test_every_operator_and_function_is_listed() -> None:
    lines = [line.split("  ") for line in help_text().splitlines()]
    words = {word for line in lines for word in line}
    marks = set(operators.MARKS)
    assert operators.SPELLINGS.keys() - marks <= words
    assert {function.call for function in FUNCTIONS.values()} <= words


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_right(example: str) -> None:
    assert compile_filter(example, Registry()).fields


def test_plain_lines() -> None:
    assert help_text().isascii() and help_text().endswith("\n")
    assert all(len(line) <= 100 for line in help_text().splitlines())
