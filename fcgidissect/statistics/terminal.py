"""Tables come in, what rich makes of them for a terminal goes out: styles and bars.

Numbers never give way: where the terminal is too narrow a table has no bars, then texts
are folded, and then lines are longer than the terminal. rich decides on the depth of
colour and heeds NO_COLOR.
"""

from io import StringIO
from typing import Callable, List

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from fcgidissect.statistics.render import Plain, shown
from fcgidissect.statistics.table import TEXT, Row, Table

_WIDEST_BAR, _LEAST_BAR = 24, 8
_LEAST_TEXT = 12
"""Columns of a text below which it is not folded."""
_GAP = 2
"""Columns between two columns."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Terminal(Plain):
    """The plain renderer's like for a terminal.

    Args:
        width: columns of the terminal now.
    """

    def __init__(self, width: "Callable[[], int]") -> None:
        self._width = width

    def table(self, words: str, table: Table) -> str:
        """See `Renderer`."""
        cells = [
            [shown(cell, column.kind) for cell, column in zip(row, table.columns)]
            for row in table.rows
        ]
        widths = _widths(table, cells)
        width = self._width()
        bar = min(width - sum(widths) - _GAP * len(widths), _WIDEST_BAR)
        bar = bar if table.bar is not None and bar >= _LEAST_BAR and cells else 0
        made = _frame(table, widths)
        if bar:
            made.add_column("", width=bar, no_wrap=True)
        most = max((_number(row, table.bar or 0) for row in table.rows), default=0)
        for row, texts in zip(table.rows, cells):
            length = _number(row, table.bar or 0) / most if most else 0
            end = [Text(_bar(length, bar), style="cyan")] if bar else []
            made.add_row(*map(Text, texts), *end)
        return _printed(made, table, max(width, _least(table, widths)))


def _printed(made: RichTable, table: Table, width: int) -> str:
    console = Console(
        width=width, force_terminal=True, highlight=False, file=StringIO()
    )
    with console.capture() as capture:
        console.print(Text(table.title, style="bold"))
        console.print(made)
        for remark in [*table.remarks] if table.rows else ["(none)", *table.remarks]:
            console.print(Text(remark))
        console.print()
    return capture.get()


def _frame(table: Table, widths: "List[int]") -> RichTable:
    made = RichTable(
        box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold underline"
    )
    for column, width in zip(table.columns, widths):
        to_left = column.kind == TEXT
        made.add_column(
            Text(column.title),
            justify="left" if to_left else "right",
            no_wrap=not to_left,
            min_width=min(width, _LEAST_TEXT) if to_left else width,
            overflow="fold",
        )
    return made


def _widths(table: Table, cells: "List[List[str]]") -> "List[int]":
    rows = [[column.title for column in table.columns], *cells]
    return [max(map(cell_len, column)) for column in zip(*rows)]


def _least(table: Table, widths: "List[int]") -> int:
    """Columns below which numbers would give way."""
    least = [
        min(width, _LEAST_TEXT) if column.kind == TEXT else width
        for column, width in zip(table.columns, widths)
    ]
    return sum(least) + _GAP * len(least)


def _number(row: Row, at: int) -> float:
    cell = row[at]
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _bar(share: float, width: int) -> str:
    """A share of `width` columns, to an eighth of one."""
    whole, rest = divmod(round(8 * width * share), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
