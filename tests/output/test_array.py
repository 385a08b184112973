"""An array is one, however its objects come."""

import json
from typing import Any, List

import pytest

from fcgidissect.output import Writer
from fcgidissect.output.array import InArray


class Numbers(Writer):
    """An object is a number."""

    behind = "\n"

    def lines(self, rows: "List[Any]") -> "List[bytes]":  # type: ignore[override]
        return [f"{row}{self.behind}".encode() for row in rows]


class Array(InArray, Numbers):
    """All in one."""


@pytest.mark.parametrize("batches", ([], [[]], [[1]], [[1], [2]], [[1, 2], [], [3]]))
def test_it_is_closed(batches: "List[List[int]]") -> None:
    array = Array()
    text = array.start() + "".join(map(array.rows, batches)) + array.finish()
    assert json.loads(text) == [number for each in batches for number in each]


def test_an_object_may_lie_in_any_memory() -> None:
    array = Array()
    pieces: "List[Any]" = array.together([memoryview(b"1,\n")])  # type: ignore[list-item]
    assert b"".join(pieces).decode() + array.finish() == "[\n1\n]\n"
