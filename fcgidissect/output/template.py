"""A text with gaps comes in, the text with values in the gaps goes out, as often as asked.

All in UTF-8. Long texts with few gaps are filled faster so than by `%`.
"""

from operator import itemgetter
from typing import Any, Callable, Sequence, Tuple

from fcgidissect.text import encoded

MARK = "\0"
"""What stands before and behind the place of a gap's value, in texts that have no NUL."""


def gap(place: int) -> str:
    """A gap for the value at a place."""
    return f"{MARK}{place}{MARK}"


class Template:
    """Pieces of text; every other one is a gap."""

    __slots__ = ("_pieces", "_pick")

    def __init__(self, text: str) -> None:
        self._pieces = encoded(text).split(MARK.encode())
        self._pick = picker([int(place) for place in self._pieces[1::2]])

    def text(self, values: "Sequence[bytes]") -> bytes:
        """The text with values in the gaps."""
        pieces = self._pieces.copy()
        pieces[1::2] = self._pick(values)
        return b"".join(pieces)


def picker(places: "Sequence[int]") -> "Callable[[Sequence[Any]], Tuple[Any, ...]]":
    """What takes the values at some places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple([values[place] for place in places])
