"""Rows come in by the batch, the text of each goes out; a file a format.

A writer knows the registry, the tree and its settings: no file, no terminal, no clock.
"""

from importlib import import_module
from typing import (
    Any,
    Callable,
    Collection,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.errors import UsageError
from fcgidissect.output.ends import Ends
from fcgidissect.output.styles import PLAIN, Styles
from fcgidissect.registry import Fields


class Settings(NamedTuple):
    """What a writer is made with; each takes from it what it needs."""

    registry: Fields
    time: str = "r"
    """Form of the time column, a key of tshark's -t."""
    styles: Styles = PLAIN
    width: Optional[Callable[[], int]] = None
    """Columns of the terminal now; None where the text does not go to one."""
    verbose: bool = False
    only: "Optional[frozenset[str]]" = None
    """Protocols whose fields the tree shows; None for all."""
    opened: "Optional[frozenset[str]]" = None
    """Names of the fields that are shown with what is in them; None for all."""
    hexdump: int = 0
    """1 for the bytes of records, 2 for those of frames, too."""
    data: bool = True
    raw: bool = False
    fields: Sequence[str] = ()
    """Names of the columns of -T fields and csv."""
    columns: Sequence[str] = ()
    """Names of the columns of the list; none for the usual ones."""
    keys: "Mapping[str, str]" = {}
    """tshark's -E."""


class Writer:
    """Turns rows into the text of one format; what a format does not say otherwise is so."""

    flights = False
    """It takes flights whole."""
    parts = False
    """And parts of them, too."""
    names: "Optional[Collection[str]]" = None
    """The fields that it asks for; None where it may ask for any."""
    numbered = False
    """It shows numbers of streams and requests."""
    apart = False
    """What it writes of a row depends on no other row, but on how wide `ends` have become."""
    ends: Optional[Ends] = None

    def start(self) -> str:
        """What stands before the first row."""
        return ""

    def lines(self, rows: "Sequence[Any]") -> "List[bytes]":
        """The text of a batch in UTF-8, in pieces: one a row, where it is `apart`."""
        raise NotImplementedError

    def together(self, lines: "List[bytes]") -> "List[bytes]":
        """Such pieces in their order, as they go out behind those of the batches before."""
        return lines

    def rows(self, rows: "Sequence[Any]") -> str:
        """The text of a batch as it goes out."""
        return b"".join(self.together(self.lines(rows))).decode()

    def finish(self) -> str:
        """What stands behind the last row; asked for once, also when work was broken off."""
        return ""


WRITERS = {
    "text": ("text", "Text"),
    "json": ("json", "Array"),
    "jsonl": ("json", "Lines"),
    "ek": ("ek", "Bulk"),
    "pdml": ("pdml", "Pdml"),
    "psml": ("pdml", "Psml"),
    "fields": ("columns", "Columns"),
    "csv": ("columns", "Csv"),
}
"""Format -> the module here and the class in it, imported when asked for."""


BY = {
    "record": WRITERS,
    "request": {
        "text": ("request_list", "RequestList"),
        "json": ("request_json", "Array"),
        "jsonl": ("request_json", "Lines"),
        "fields": ("columns", "Columns"),
        "csv": ("request_columns", "RequestCsv"),
    },
    "connection": {
        "text": ("connection_list", "ConnectionList"),
        "json": ("connection_json", "Array"),
        "jsonl": ("connection_json", "Lines"),
        "fields": ("columns", "Columns"),
        "csv": ("request_columns", "ConnectionCsv"),
    },
}
"""What a row is -> its formats."""

_CHOSEN = {"request": "ChosenRequests", "connection": "ChosenConnections"}


def writer(format: str, settings: Settings, by: str = "record") -> Writer:
    """The writer of a format for rows of a kind.

    Raises:
        UsageError: the settings ask for what it cannot give.
    """
    if format not in BY[by]:
        raise UsageError(f"-T {format} shows records: it does not go with --by {by}")
    if settings.fields and format not in ("fields", "csv"):
        raise UsageError("-e names columns of -T fields and csv: add one of the two")
    if settings.hexdump and by != "record":
        raise UsageError(f"-x shows a record's bytes: it does not go with --by {by}")
    module, name = BY[by][format]
    if format == "text" and by != "record":
        module, name = _text(settings, by)
    made: Writer = getattr(import_module(f"{__name__}.{module}"), name)(settings)
    return made


def _text(settings: Settings, by: str) -> "Tuple[str, str]":
    """The module and the class that make text of rows that are no records."""
    if settings.verbose:
        return "row_detail", "RowDetail"
    return ("chosen", _CHOSEN[by]) if settings.columns else BY[by]["text"]
