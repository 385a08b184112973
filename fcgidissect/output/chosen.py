"""Rows come in, a line of chosen columns each goes out (`--columns`).

A column is a field under its name, or one of the list's own: `time` in the form of -t,
`ends`, who speaks to whom, and `info`, what the usual line says last. Columns are as wide as
what they have held so far; on a terminal a line is styled, and cut to its width.
"""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Type

from fcgidissect.fields import FRAMENUM, RELATIVE_TIME, UINT8, UINT16, UINT32, UINT64
from fcgidissect.output import Settings, Writer
from fcgidissect.output.clock import clock
from fcgidissect.output.columns import found, texts
from fcgidissect.output.connection_list import ConnectionList
from fcgidissect.output.ends import Ends
from fcgidissect.output.info import Piece, Pieces, matter, worst
from fcgidissect.output.request_list import RequestList
from fcgidissect.output.row_list import RowList
from fcgidissect.output.summary import cells, cut
from fcgidissect.text import encoded

WIDEST = 48
"""Cells to which a column of text grows; a longer text pushes the rest of its line."""
_STYLES = {
    "frame.number": "number",
    "fcgi.request.method": "known",
    "fcgi.request.uri": "known",
    "fcgi.stderr": "stderr",
}
"""Field -> the style of its column."""
_TO_RIGHT = (UINT8, UINT16, UINT32, UINT64, FRAMENUM, RELATIVE_TIME)
"""Kinds whose ends stand under each other."""


class Column(NamedTuple):
    """What stands in a column, and on which side of it."""

    give: "Callable[[Any], Pieces]"
    to_right: bool = False


class Chosen(Writer):
    """The writer for records; see `Writer`."""

    def __init__(self, settings: Settings) -> None:
        self.names = settings.columns
        """Fields, and the list's own columns."""
        self._styles = settings.styles
        self._width = settings.width
        show, ends = clock(settings.time), Ends()
        self._own: "Dict[str, Column]" = {
            "time": Column(lambda row: [("", show(row.frame).strip())], True),
            "ends": Column(lambda row: [("", ends.text(row.flow))]),
            "info": Column(self._info(settings)),
        }
        self._columns = [self._column(name, settings) for name in self.names]
        self._widths = [0] * len(self._columns)

    def _info(self, settings: Settings) -> "Callable[[Any], Pieces]":
        return lambda row: [matter(row), worst(row.notes)]

    def _column(self, name: str, settings: Settings) -> Column:
        if name in self._own:
            return self._own[name]
        field = found("column", name, settings.registry, self._own)
        show, style = texts(field), _STYLES.get(name, "")
        if name == "fcgi.response.status":
            return Column(lambda row: [_status(",".join(show(row)))], True)
        give: "Callable[[Any], Pieces]" = lambda row: [(style, ",".join(show(row)))]
        return Column(give, field.field.kind in _TO_RIGHT)

    def lines(self, rows: "Sequence[Any]") -> "List[bytes]":
        """One line a row."""
        width = self._width() if self._width else None
        table = [[_kept(column.give(row)) for column in self._columns] for row in rows]
        for at, cell in enumerate(zip(*table)):
            widest = max(map(_cells, cell))
            self._widths[at] = max(self._widths[at], min(widest, WIDEST))
        return [self._line(line, width) for line in table]

    def _line(self, line: "List[Pieces]", width: Optional[int]) -> bytes:
        pieces: Pieces = []
        for column, cell, wanted in zip(self._columns, line, self._widths):
            pieces += _padded(cell, wanted - _cells(cell), column.to_right)
        style, text = pieces[-1]
        pieces[-1] = style, text.rstrip()
        kept = pieces if width is None else cut(pieces, width)
        text = " ".join([self._styles(*piece) for piece in kept]).rstrip()
        return encoded(text) + b"\n"


class ChosenRequests(Chosen):
    """The same for requests."""

    usual: "Type[RowList]" = RequestList

    def _info(self, settings: Settings) -> "Callable[[Any], Pieces]":
        line = self.usual(settings).line

        def give(row: Any) -> Pieces:
            _, name, said = line(row, True)
            return name + said

        return give


class ChosenConnections(ChosenRequests):
    """The same for connections."""

    usual = ConnectionList


def _status(text: str) -> Piece:
    return f"status_{text[:1]}", text


def _kept(pieces: Pieces) -> Pieces:
    """Pieces with text, at least one."""
    return [piece for piece in pieces if piece[1]] or [("", "")]


def _cells(pieces: Pieces) -> int:
    """Columns of a terminal that pieces take with blanks between them."""
    return sum([cells(text) + 1 for _, text in pieces]) - 1


def _padded(pieces: Pieces, blanks: int, to_right: bool) -> Pieces:
    """Pieces of which the first or the last is wider by that many blanks."""
    space = " " * blanks
    if to_right:
        style, text = pieces[0]
        return [(style, space + text), *pieces[1:]]
    style, text = pieces[-1]
    return [*pieces[:-1], (style, text + space)]
