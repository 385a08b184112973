"""What the lists of requests and of connections share: columns in, a line out.

Into a pipe a line is plain and never cut; on a terminal it is styled and cut to the width,
where the name in its middle gives way before what stands around it.
"""

from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.notes import Note
from fcgidissect.output import Settings, Writer
from fcgidissect.output.clock import clock
from fcgidissect.output.ends import Ends
from fcgidissect.output.info import Pieces, span, worst
from fcgidissect.output.summary import NARROW, cells, cut, shortened
from fcgidissect.text import encoded

_LEAST_NAME = 16
"""Columns of a name below which what stands behind it gives way instead."""
_LEAST_SAID = 24
"""Columns that are kept free for each thing that there is to say."""


class Line(NamedTuple):
    """A line in three parts."""

    numbers: Pieces
    """Columns; they never give way."""
    name: Pieces
    said: Pieces


class RowList(Writer):
    """The line writer of rows that are no records; see `Writer`."""

    ends: Ends

    def __init__(self, settings: Settings) -> None:
        self.clock = clock(settings.time)
        self.ends = Ends()
        self._narrow = False
        self._styles = settings.styles
        self._width = settings.width
        self.plain = settings.width is None and not settings.styles.on
        """Lines are neither styled nor cut."""
        self.apart = self.plain and settings.time != "dd"

    def lines(self, rows: "Sequence[Any]") -> "List[bytes]":
        """One line a row."""
        width = self._width() if self._width else None
        narrow = width is not None and width < NARROW
        if narrow != self._narrow:
            self._narrow, self.ends = narrow, Ends(narrow)
        return [self._text(self.line(row, narrow), width) for row in rows]

    def line(self, row: Any, narrow: bool) -> Line:
        """The parts of a row's line."""
        raise NotImplementedError

    def _text(self, line: Line, width: Optional[int]) -> bytes:
        pieces = line.numbers + line.name + line.said
        if width is not None:
            taken = sum(cells(text) + 1 for _, text in line.numbers)
            free = sum(min(cells(text) + 1, _LEAST_SAID) for _, text in line.said)
            room = max(width - taken - free, _LEAST_NAME)
            name = [(style, shortened(text, room)) for style, text in line.name]
            pieces = cut(line.numbers + name + line.said, width)
        text = " ".join([self._styles(*piece) for piece in pieces]).rstrip()
        return encoded(text) + b"\n"


def remarked(notes: "Sequence[Note]") -> Pieces:
    """The worst of several remarks, in brackets; nothing where there is none."""
    return [worst(notes)] if notes else []


def duration(nanoseconds: Optional[int]) -> str:
    """A duration in one word."""
    return "-" if nanoseconds is None else span(nanoseconds).replace(" ", "")


def labelled(values: "Sequence[Tuple[str, int, str]]", narrow: bool) -> Pieces:
    """(label, columns, text) as pieces; where the terminal is narrow without the label."""
    if narrow:
        return [
            ("", text.rjust(columns - len(label) - 1))
            for label, columns, text in values
        ]
    return [("", (label + text).ljust(columns)) for label, columns, text in values]
