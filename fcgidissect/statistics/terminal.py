"""Tables come in, what rich makes of them for a terminal goes out: colours and bars."""

from typing import Callable, List, Optional

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table as RichTable
from rich.text import Text

from fcgidissect.statistics.render import Plain, shown
from fcgidissect.statistics.table import TEXT, Row, Table

_BAR = 24
"""Columns of a bar."""


class Terminal(Plain):
    """The plain renderer's like for a terminal.

    Args:
        width: columns of the terminal now.
        color: None leaves it to rich and NO_COLOR.
    """

    def __init__(
        self, width: "Callable[[], int]", color: Optional[bool] = None
    ) -> None:
        self._width = width
        self._color = color

    def table(self, words: str, table: Table) -> str:
        """See `Renderer`."""
        console = Console(
            width=self._width(),
            force_terminal=True,
            no_color=None if self._color is None else not self._color,
            highlight=False,
        )
        with console.capture() as capture:
            console.print(_rich(table))
            for remark in table.remarks:
                console.print(Text(remark))
            console.print()
        return capture.get()


def _rich(table: Table) -> RichTable:
    made = RichTable(title=Text(table.title, style="bold"), title_justify="left")
    for column in table.columns:
        to_left = column.kind == TEXT
        made.add_column(
            column.title,
            justify="left" if to_left else "right",
            no_wrap=not to_left,
            overflow="fold" if to_left else "ellipsis",
        )
    most = _most(table)
    if most:
        made.add_column("", width=_BAR)
    for row in table.rows:
        cells: "List[object]" = [
            Text(shown(cell, column.kind)) for cell, column in zip(row, table.columns)
        ]
        if most:
            cells.append(_bar(table, row, most))
        made.add_row(*cells)  # type: ignore[arg-type]
    return made


def _most(table: Table) -> float:
    if table.bar is None:
        return 0
    return max((_number(row, table.bar) for row in table.rows), default=0)


def _number(row: Row, at: int) -> float:
    cell = row[at]
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _bar(table: Table, row: Row, most: float) -> ProgressBar:
    at = table.bar or 0
    return ProgressBar(most, _number(row, at), width=_BAR, complete_style="cyan")
