"""Texts of one process are laid into memory that both have; the other one finds them there.

Through a pipe they would be copied five times, and each process wait for the other one: JSON,
or the tree, is a gigabyte of text before long.
"""

from itertools import accumulate, pairwise
from mmap import mmap
from typing import Any, List, Sequence, Union

PLACE_BYTES = 1 << 22
"""Of a place; of its memory no more is taken than has been used."""


class Shelf:
    """Two places, used in turn: what lies in one stays until the next but one is laid down.

    It is made before there are two processes. One of them calls `lay`, the other one `find`,
    with what the former gave, in the same order.
    """

    def __init__(self) -> None:
        self._memory = mmap(-1, 2 * PLACE_BYTES)
        self._view = memoryview(self._memory)
        self._at = 0
        """Where the next place begins."""

    def lay(self, texts: "List[bytes]") -> "Sequence[Union[int, bytes]]":
        """Lay down texts; gives their lengths, or where there is no room the texts."""
        text, at = b"".join(texts), self._turn()
        if len(text) > PLACE_BYTES:
            return texts
        self._memory[at : at + len(text)] = text
        return list(map(len, texts))

    def find(self, told: "Sequence[Union[int, bytes]]", stay: bool) -> "List[Any]":
        """The texts, where they lie; those that shall `stay` for longer than that are copied."""
        at, lengths = self._turn(), [each for each in told if isinstance(each, int)]
        if len(lengths) < len(told):
            return list(told)
        bounds = accumulate(lengths, initial=at)
        texts = [self._view[start:end] for start, end in pairwise(bounds)]
        return [*map(bytes, texts)] if stay else texts

    def _turn(self) -> int:
        at, self._at = self._at, PLACE_BYTES - self._at
        return at
