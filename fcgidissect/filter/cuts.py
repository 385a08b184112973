"""Slices: `[1:2]`, `[1-2]`, `[:4]`, `[0,3-5]` -> parts to take from a value or its layers."""

import re
from typing import Any, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.filter.literals import integer

_NUMBER = "-?(?:0[xX][0-9a-fA-F]+|[0-9]+)"
_FORMS = re.compile(
    rf"\s*(?:(?P<start>{_NUMBER})?\s*(?P<colon>:)\s*(?P<length>{_NUMBER})?"
    rf"|(?P<first>{_NUMBER})\s*-\s*(?P<last>{_NUMBER})|(?P<one>{_NUMBER}))\s*"
)


class Cut(NamedTuple):
    """A part: where it starts, from the end if negative, and its length or None."""

    start: int
    length: Optional[int]

    def __str__(self) -> str:
        return f"{self.start}:" + ("" if self.length is None else f"{self.length}")

    def place(self, size: int) -> "Optional[Tuple[int, int]]":
        """(start, end) in something of that size; None where it does not fit wholly."""
        start = self.start if self.start >= 0 else self.start + size
        end = size if self.length is None else start + self.length
        return (start, end) if 0 <= start <= end <= size else None


def cuts(text: str) -> "tuple[Cut, ...]":
    """The parts that a bracketed list names.

    Raises:
        ValueError: one of them is no range.
    """
    return tuple(map(_cut, text[1:-1].split(",")))


def written(parts: "Sequence[Cut]") -> str:
    """The bracketed list of parts."""
    return "[" + ",".join(map(str, parts)) + "]"


def take(parts: "Sequence[Cut]", value: Any) -> Any:
    """The parts of a text or bytes, joined; the first that does not fit ends the list."""
    taken = value[:0]
    for part in parts:
        place = part.place(len(value))
        if place is None:
            break
        taken += value[place[0] : place[1]]
    return taken


def _cut(text: str) -> Cut:
    form = _FORMS.fullmatch(text)
    if form is None:
        raise ValueError(f'"{text}" is no range: write 3, 1:2, 1-2, :4 or 4:.')
    if form["one"]:
        return Cut(integer(form["one"]), 1)
    if form["first"]:
        return _inclusive(integer(form["first"]), integer(form["last"]))
    return _counted(form["start"], form["length"])


def _counted(start: Optional[str], length: Optional[str]) -> Cut:
    if length is not None and integer(length) < 1:
        raise ValueError(
            f"A slice of length {length} is none: the length is at least 1."
        )
    return Cut(integer(start or "0"), integer(length) if length else None)


def _inclusive(first: int, last: int) -> Cut:
    if (first < 0) != (last < 0):
        raise ValueError(f"{first} and {last} count from different ends.")
    if last <= first:
        raise ValueError(f"The range {first}-{last} ends before it has begun.")
    return Cut(first, last - first + 1)
