"""What is done to values at run time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.filter import values
from fcgidissect.filter.cuts import cuts
from tests.filter.language import extent


@given(st.integers(-1000, 1000), st.integers(-50, 50))
def test_quotient_and_remainder_make_the_number(one: int, other: int) -> None:
    if other == 0:
        assert (
            values.divide(one, other) is None and values.remainder(one, other) is None
        )
    else:
        quotient, rest = values.divide(one, other), values.remainder(one, other)
        assert (
            rest is not None
            and quotient * other + rest == one
            and abs(rest) < abs(other)
        )
        assert quotient == int(one / other)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9000))), st.integers(0, 9100)
)
def test_members(ranges: "list[tuple[int, int]]", value: int) -> None:
    wanted = any(low <= value <= high for low, high in ranges)
    assert values.members(ranges)(value) == wanted
    assert values.outside(values.members(ranges))(value) != wanted


@given(st.lists(st.integers(0, 9)), st.integers(0, 9))
def test_within_asks_constants_singles_and_ranges(bag: "list[int]", value: int) -> None:
    test = values.within(frozenset({3}).__contains__, (bag, None), ([5], [7, 6]))
    assert test(value) == (value == 3 or value in bag or 5 <= value <= 7)


LAYERS = [
    ("[1]", [10, 11]),
    ("[2]", [20]),
    ("[1-2]", [10, 11, 20]),
    ("[2-9]", [20, 30]),
    ("[-1]", [30]),
    ("[-2:]", [20, 30]),
    ("[2:]", [20, 30]),
    ("[:2]", [10, 11]),
    ("[0]", []),
    ("[4]", []),
    ("[3,1]", [10, 11, 30]),
]


@pytest.mark.parametrize("parts, chosen", LAYERS)
def test_selected(parts: str, chosen: "list[int]") -> None:
    assert values.selected(cuts(parts), [(10, 11), (20,), (30,)]) == chosen


def test_grouped() -> None:
    assert values.grouped([(1, 2), (), (3,)], "abc") == [["a", "b"], [], ["c"]]


@given(
    st.binary(max_size=6),
    st.binary(max_size=6),
    st.sampled_from(["[0]", "[1:2]", "[-2:]", "[2:]", "[0,2]", "[:]", "[-3:2]"]),
)
def test_a_protocol_is_cut_in_its_own_bytes(
    own: bytes, behind: bytes, text: str
) -> None:
    parts, value = cuts(text), extent(own, behind)
    assert values.own([value]) == [own]
    assert values.extent_slicer(parts)([value]) == values.slicer(parts)([own])


@given(st.binary(min_size=4, max_size=4), st.integers(0, 32))
def test_masked(address: bytes, bits: int) -> None:
    made = f"{int.from_bytes(values.masked(bits)(address), 'big'):032b}"
    assert made == f"{int.from_bytes(address, 'big'):032b}"[:bits].ljust(32, "0")


def test_pairs() -> None:
    less = (2).__class__.__lt__
    assert values.some_pair(less, [1, 9], [0, 5]) and not values.every_pair(
        less, [1, 9], [0, 5]
    )
    assert not values.some_pair(less, [], [1]) and values.every_pair(less, [], [1])
    assert values.both(values.divide)([6, 7], [0, 2]) == [3, 3]


def test_small_ones() -> None:
    assert (
        values.has("abc", "b")
        and not values.has("abc", "")
        and not values.has(b"a", b"b")
    )
    assert values.odd(True, False, False) and not values.odd(True, True)
    assert (values.bitand(6, 3), values.bitand(b"\x06\xff", b"\x03")) == (2, b"\x02")
    assert values.each(lambda value: value or None)([1, 0, 2]) == [1, 2]
    assert values.encoded(["\u00e9", "\udcff"]) == [b"\xc3\xa9", b"\xff"]
    assert values.seconds(1_500_000_000) == 1.5
    assert (values.SCALING["*"](3, 0.5), values.SCALING["/"](3, 0)) == (2, None)
