"""Pairs are told by name and in order, whatever they are."""

import json

import pytest

from fcgidissect.fcgi.pairs import Pair
from fcgidissect.output import pairs_json as module
from fcgidissect.output.pairs_json import both_forms, escaped, string

BYTE = "\udcff"
"""A byte that is no UTF-8."""


def told(*pairs: "tuple[str, str]") -> object:
    return json.loads("{%s}" % both_forms([Pair(*pair) for pair in pairs]))


@pytest.mark.parametrize("times", [1, 2])  # the second uses what the first has made
@pytest.mark.parametrize("value", ["b", "", "%s%d%", '"\\', "é\U0001f600", "\n\x00"])
@pytest.mark.parametrize("name", ["A", "", "%s", '"', "é"])
def test_a_pair(name: str, value: str, times: int) -> None:
    wanted = {"param": {name: value}, "nv": [{"name": name, "value": value}]}
    assert told((name, value)) == wanted


def test_the_last_of_a_name_counts_and_all_are_in_order() -> None:
    assert told(("A", "1"), ("B", "2"), ("A", "3")) == {
        "param": {"A": "3", "B": "2"},
        "nv": [
            {"name": "A", "value": "1"},
            {"name": "B", "value": "2"},
            {"name": "A", "value": "3"},
        ],
    }


def test_what_is_no_utf_8_is_told_by_its_bytes_and_is_no_key() -> None:
    assert told((BYTE, "b"), ("A", BYTE)) == {
        "param": {"A": {"hex": "ff"}},
        "nv": [
            {"name": {"hex": "ff"}, "value": "b"},
            {"name": "A", "value": {"hex": "ff"}},
        ],
    }


@pytest.mark.parametrize("text", ["plain", '"', "\\", "\x7f", "é", "\x1b[31m", ""])
def test_escaped_values_stand_between_quotes_as_a_string_does(text: str) -> None:
    assert [f'"{each}"' for each in escaped((text,)) or ()] == [string(text)]


def test_templates_are_bounded() -> None:
    for number in range(2 * module._MOST):
        told((str(number), ""))
    told(("long" * module._LONGEST, ""))
    assert len(module._templates) <= module._MOST
    assert max(map(len, module._templates.values())) <= module._LONGEST
