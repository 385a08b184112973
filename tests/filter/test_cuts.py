"""Slices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.filter.cuts import Cut, cuts, take, written

RIGHT = [
    ("[3]", [Cut(3, 1)]),
    ("[-3]", [Cut(-3, 1)]),
    ("[1:2]", [Cut(1, 2)]),
    ("[1-2]", [Cut(1, 2)]),
    ("[-3--1]", [Cut(-3, 3)]),
    ("[-3:2]", [Cut(-3, 2)]),
    ("[:4]", [Cut(0, 4)]),
    ("[4:]", [Cut(4, None)]),
    ("[:]", [Cut(0, None)]),
    ("[0,3-5]", [Cut(0, 1), Cut(3, 3)]),
    ("[ 1 : 2 , 0x10:010 ]", [Cut(1, 2), Cut(16, 8)]),
]
WRONG = [
    ("[]", '"" is no range: write 3, 1:2, 1-2, :4 or 4:.'),
    ("[a]", '"a" is no range: write 3, 1:2, 1-2, :4 or 4:.'),
    ("[1:2:3]", '"1:2:3" is no range: write 3, 1:2, 1-2, :4 or 4:.'),
    ("[1:0]", "A slice of length 0 is none: the length is at least 1."),
    ("[1:-1]", "A slice of length -1 is none: the length is at least 1."),
    ("[1-1]", "The range 1-1 ends before it has begun."),
    ("[2-1]", "The range 2-1 ends before it has begun."),
    ("[-1--3]", "The range -1--3 ends before it has begun."),
    ("[-3-4]", "-3 and 4 count from different ends."),
    ("[08]", '"08" is not a valid number.'),
]
TAKEN = [
    ("[0:2]", "ab"),
    ("[4]", "e"),
    ("[5]", ""),
    ("[5:]", ""),
    ("[6:]", ""),
    ("[3:3]", ""),
    ("[-2:]", "de"),
    ("[-2:1]", "d"),
    ("[-6:2]", ""),
    ("[:]", "abcde"),
    ("[0:2,4]", "abe"),
    ("[0:2,10]", "ab"),
    ("[10,0:2]", ""),
]


@pytest.mark.parametrize("text, parts", RIGHT)
def test_right(text: str, parts: "list[Cut]") -> None:
    assert list(cuts(text)) == parts
    assert cuts(written(parts)) == tuple(parts)


@pytest.mark.parametrize("text, message", WRONG)
def test_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError) as wrong:
        cuts(text)
    assert str(wrong.value) == message


@pytest.mark.parametrize("text, taken", TAKEN)
def test_take_never_truncates(text: str, taken: str) -> None:
    assert take(cuts(text), "abcde") == taken
    assert take(cuts(text), b"abcde") == taken.encode()


@given(st.integers(-20, 20), st.integers(1, 20), st.binary(max_size=20))
def test_a_part_is_there_wholly_or_not_at_all(
    start: int, length: int, data: bytes
) -> None:
    assert len(take([Cut(start, length)], data)) in (0, length)
