"""Pieces come out of order and overlap: each case of the drawing in `insert`."""

from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.net.pieces import OVERHEAD, Inserted, Piece, insert

A, B = Piece(10, b"aaa"), Piece(16, b"bbb")


@pytest.mark.parametrize(
    "start, data, pieces, fresh, differing",
    [
        (7, b"xx", [(7, b"xx"), (10, b"aaa"), (16, b"bbb")], 2, 0),
        (8, b"xxaa", [(8, b"xx"), (10, b"aaa"), (16, b"bbb")], 2, 0),
        (10, b"aaa", [(10, b"aaa"), (16, b"bbb")], 0, 0),
        (11, b"X", [(10, b"aaa"), (16, b"bbb")], 0, 1),
        (12, b"axx", [(10, b"aaa"), (13, b"xx"), (16, b"bbb")], 2, 0),
        (12, b"axxxbX", [(10, b"aaa"), (13, b"xxx"), (16, b"bbb")], 3, 1),
        (
            9,
            b"xaaaxxxbbbx",
            [(9, b"x"), (10, b"aaa"), (13, b"xxx"), (16, b"bbb"), (19, b"x")],
            5,
            0,
        ),
        (13, b"xxx", [(10, b"aaa"), (13, b"xxx"), (16, b"bbb")], 3, 0),
        (30, b"x", [(10, b"aaa"), (16, b"bbb"), (30, b"x")], 1, 0),
    ],
    ids="before head same inside tail bridge round between behind".split(),
)
def test_cases(
    start: int,
    data: bytes,
    pieces: "List[Tuple[int, bytes]]",
    fresh: int,
    differing: int,
) -> None:
    held = [A, B]
    new = len(pieces) - len(held)
    wanted = Inserted(fresh, fresh + new * OVERHEAD, differing)
    assert insert(held, Piece(start, data)) == wanted
    assert [piece[:2] for piece in held] == pieces


@pytest.mark.parametrize("end", [Piece(13, b"", 5), Piece(13, b"", 0, True)])
def test_an_end_without_bytes_is_kept_once(end: Piece) -> None:
    held = [A, B]
    assert insert(held, end).cost == OVERHEAD
    assert insert(held, end).cost == 0
    assert held == [A, end, B]


def test_the_end_stays_with_the_last_part() -> None:
    held = [Piece(12, b"c")]
    insert(held, Piece(10, b"abcd", 7, True))
    assert held == [Piece(10, b"ab"), Piece(12, b"c"), Piece(13, b"d", 7, True)]


@given(st.lists(st.tuples(st.integers(0, 60), st.binary(max_size=20)), max_size=20))
def test_sorted_disjoint_and_the_first_copy(pieces: "List[Tuple[int, bytes]]") -> None:
    held: "List[Piece]" = []
    first: "dict[int, int]" = {}
    for start, data in pieces:
        known = {start + n: byte for n, byte in enumerate(data)}
        inserted = insert(held, Piece(start, data))
        assert inserted.fresh == len(known.keys() - first.keys())
        assert inserted.differing == sum(first.get(n, b) != b for n, b in known.items())
        first = {**known, **first}
    assert all(one.end <= other.start for one, other in zip(held, held[1:]))
    assert {p.start + n: b for p in held for n, b in enumerate(p.data)} == first
