"""Contents of PARAMS with the same names in, what they have in common out, as one pattern.

A web server sends the same names in the same order, and most of them with the same values.
A regular expression of what does not vary finds what does in one match; it is only to be
believed if each value is as long as the content says.
"""

import re
from typing import Dict, List, Optional, Sequence, Tuple

from fcgidissect.fcgi.params import are_names_usual, are_values_usual

LONGEST = 4096
"""Bytes of a content that a layout matches."""
_LENGTH = rb"([\x00-\x7f]|[\x80-\xff]...)"
_VALUE = rb"([^\x00-\x1f\x7f]*)"
_CONTROLS = 0x20

written = [
    size.to_bytes(1, "big") if size < 0x80 else (size | 1 << 31).to_bytes(4, "big")
    for size in range(LONGEST + 1)
].__getitem__
"""A length up to that as it is written (section 3.4)."""


class Learnt:
    """What was seen of contents with the same names, one after the other."""

    def __init__(self, names: "Tuple[bytes, ...]", values: "Sequence[bytes]") -> None:
        self.names = names
        self.usual = names_usual(names)
        """There is nothing to remark on the names."""
        self.values: "List[Optional[bytes]]" = list(values)
        """What each had in all contents so far; None where they differ."""
        self.looks = 0
        """How many there were since a layout was made of them, if ever."""

    def see(self, values: "Sequence[bytes]") -> None:
        """One more content."""
        self.looks += 1
        self.values = [
            value if value == known else None
            for value, known in zip(values, self.values)
        ]


def names_usual(names: "Tuple[bytes, ...]") -> bool:
    """Whether there is nothing to remark on names."""
    texts = [name.decode("utf-8", "surrogateescape") for name in names]
    return are_names_usual(tuple(texts))


class Layout:
    """How contents are laid out that differ in a few values alone.

    A value that varies reaches up to the length of the next name. Values have no control
    bytes, or there is something to remark on them, and names are so short that their
    lengths are control bytes: so there is one way to match, and it takes no search.

    Raises:
        ValueError: a name is longer.
    """

    __slots__ = ("names", "match", "fixed", "places", "usual", "uses")

    def __init__(self, learnt: Learnt) -> None:
        self.names = learnt.names
        if any(len(name) >= _CONTROLS for name in self.names):
            raise ValueError("a name as long as this makes no layout")
        constants = [value for value in learnt.values if value is not None]
        self.fixed = (b"", *constants)
        """The values that do not vary, behind one that stands for none."""
        self.places: "Dict[bytes, int]" = {}
        """Name -> its place among these and, behind them, the values that vary."""
        self.usual = learnt.usual and are_values_usual(b"".join(constants))
        """There is nothing to remark on the names and on what does not vary."""
        self.uses = 0
        pattern = b"".join(self._pieces(learnt.values))
        self.match = re.compile(pattern, re.DOTALL).fullmatch
        """The length of each value that varies, and the value."""

    def _pieces(self, values: "Sequence[Optional[bytes]]") -> "List[bytes]":
        """The pattern pair by pair."""
        pieces = []
        constant, varying = 1, len(self.fixed)
        for name, value in zip(self.names, values):
            opening = re.escape(written(len(name)))
            if value is None:
                pieces.append(opening + _LENGTH + re.escape(name) + _VALUE)
                self.places[name] = varying
                varying += 1
            else:
                pieces.append(opening + re.escape(written(len(value)) + name + value))
                self.places[name] = constant
                constant += 1
        return pieces
