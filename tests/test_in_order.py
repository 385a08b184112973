"""Rows in the order of their numbers, within a bound."""

from typing import List

from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.in_order import InOrder


@given(st.permutations(range(30)), st.integers(0, 40))
def test_no_row_is_lost_and_none_comes_twice(ends: "List[int]", most: int) -> None:
    order: "InOrder[int]" = InOrder(most)
    open_rows, seen = set(ends), []
    for number in ends:
        open_rows.discard(number)
        order.put([(number, 0, number)])
        seen += order.due(min(open_rows, default=99))
    assert sorted(seen) == sorted(ends)
    if most >= 30:
        assert seen == sorted(ends)
    if most == 0:
        assert seen == ends


def test_what_waits_is_bounded() -> None:
    order: "InOrder[str]" = InOrder(2)
    given_out = []
    for number, row in enumerate("bcde", 1):
        order.put([(number, 0, row)])
        given_out.append(order.due(0))
    assert given_out == [[], [], ["b"], ["c"]]
    order.put([(0, 0, "a")])
    assert order.due(1) == ["a"]
    assert order.due(99) == ["d", "e"]


def test_what_waits_is_bounded_in_bytes_too() -> None:
    order: "InOrder[str]" = InOrder(10, 100)
    given_out = []
    for number, row in enumerate("bcd", 1):
        order.put([(number, 40, row)])
        given_out.append(order.due(0))
    assert given_out == [[], [], ["b"]]
    order.put([(4, 1000, "e")])
    assert order.due(0) == ["c", "d", "e"]
    order.put([(5, 90, "f")])
    assert order.due(0) == [] and order.due(99) == ["f"]
