"""Tables on a terminal: bars where there is room, numbers whole in any case."""

import re

import pytest

from fcgidissect.statistics.terminal import Terminal
from tests.statistics.test_render import TABLE

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def lines(width: int) -> "list[str]":
    text = Terminal(lambda: width).table("words", TABLE)
    return [line.rstrip() for line in _STYLE.sub("", text).splitlines()]


def test_bars_are_in_proportion() -> None:
    """12 is the most, 3 a quarter of it; there is room for 24 columns."""
    told = lines(100)
    assert (
        told[0] == "Pages" and told[1].split() == "Name Count Share Time Begin".split()
    )
    assert told[2].endswith(" " + "█" * 24) and told[3].endswith(" " + "█" * 6)
    assert told[4] == "two of them"


def test_no_bars_where_there_is_no_room() -> None:
    assert not any("█" in line for line in lines(50))


@pytest.mark.parametrize("width", [5, 30, 48, 60, 200])
def test_numbers_never_give_way(width: int) -> None:
    told = " ".join(lines(width))
    for number in ("12", "25.00 %", "1.500000", "0.000000"):
        assert number in told


def test_a_table_without_rows() -> None:
    text = Terminal(lambda: 80).table("words", TABLE._replace(rows=[], remarks=[]))
    assert (
        _STYLE.sub("", text).split()
        == "Pages Name Count Share Time Begin (none)".split()
    )
