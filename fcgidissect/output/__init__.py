"""Entries come in by the batch, one string a batch goes out; a file a format.

A writer knows the registry, the tree and its settings: no file, no terminal, no clock.
"""

from importlib import import_module
from typing import Callable, Mapping, NamedTuple, Optional, Protocol, Sequence

from fcgidissect.entry import Entry
from fcgidissect.output.styles import PLAIN, Styles
from fcgidissect.registry import Registry


class Settings(NamedTuple):
    """What a writer is made with; each takes from it what it needs."""

    registry: Registry
    time: str = "r"
    """Form of the time column, a key of tshark's -t."""
    styles: Styles = PLAIN
    width: Optional[Callable[[], int]] = None
    """Columns of the terminal now; None where the text does not go to one."""
    verbose: bool = False
    only: "Optional[frozenset[str]]" = None
    """Protocols whose fields the tree shows; None for all."""
    hexdump: bool = False
    data: bool = True
    raw: bool = False
    fields: Sequence[str] = ()
    """Names of the columns."""
    keys: "Mapping[str, str]" = {}
    """tshark's -E."""


class Writer(Protocol):
    """Turns rows into the text of one format."""

    def start(self) -> str:
        """What stands before the first row."""

    def rows(self, rows: "Sequence[Entry]") -> str:
        """The text of a batch, in order."""

    def finish(self) -> str:
        """What stands behind the last row; asked for once, also when work was broken off."""


WRITERS = {
    "text": ("text", "Text"),
    "json": ("json", "Array"),
    "jsonl": ("json", "Lines"),
    "fields": ("columns", "Columns"),
    "csv": ("columns", "Csv"),
}
"""Format -> the module here and the class in it, imported when asked for."""


def writer(format: str, settings: Settings) -> Writer:
    """The writer of a format.

    Raises:
        UsageError: the settings ask for what it cannot give.
    """
    module, name = WRITERS[format]
    made: Writer = getattr(import_module(f"{__name__}.{module}"), name)(settings)
    return made
