"""A reading comes in; how far it is stands on standard error, if that takes long.

Of files it is said by bytes read, packed ones where they are packed; of a pipe and a live
capture, whose end is not known, by packets.

rich draws the bar; it is imported, and the bar appears, after the first second. On a
terminal that also takes the rows the bar makes room for them.
"""

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Iterable, Iterator, List, Optional, Type

from fcgidissect.net.frame import Batch
from fcgidissect.reading import Reading

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE = 1.0
"""Seconds before the bar appears."""
INTERVAL = 0.1
"""Seconds between two pictures of it."""


class Progress:
    """The bar of one reading; a context manager.

    Args:
        reading: whose position it shows.
        shared: the rows go to a terminal too.
    """

    def __init__(self, reading: Reading, shared: bool) -> None:
        self._reading = reading
        self._shared = shared
        seen = sys.stderr is not None and sys.stderr.isatty()
        self._next = monotonic() + PATIENCE if seen else float("inf")
        self._bar: "Optional[Bar]" = None
        self._task: "Optional[TaskID]" = None

    def over(self, batches: "Iterable[Batch]") -> "Iterator[Batch]":
        """The same batches, none of which prints a row."""
        for batch in batches:
            yield batch
            self.step(False)

    def step(self, rows: bool) -> None:
        """A batch is done; `rows`: it is going to print some."""
        if rows and self._shared:
            self._hide()
        elif monotonic() >= self._next:
            self._next = monotonic() + INTERVAL
            self._draw()

    def _draw(self) -> None:
        bar = self._bar = self._bar or self._made()
        if self._task is None:
            self._task = bar.add_task("", total=self._reading.size)
            bar.start()
        known = self._reading.size is not None
        done = self._reading.position if known else self._reading.packets
        bar.update(self._task, completed=done)
        bar.refresh()

    def _hide(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar, self._task = None, None

    def _made(self) -> "Bar":
        from rich import progress
        from rich.console import Console

        columns: "List[progress.ProgressColumn]" = [
            progress.TextColumn("reading"),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
        ]
        if self._reading.size is None:
            columns = [
                progress.TextColumn("{task.completed:,} packets"),
                progress.TimeElapsedColumn(),
            ]
        return progress.Progress(
            *columns, console=Console(stderr=True), transient=True, auto_refresh=False
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._hide()
