"""Tables come in, text goes out: for a person, as JSON or as CSV."""

from json.encoder import encode_basestring_ascii as quoted
from typing import Callable, Dict, List, Optional, Protocol, Sequence

from fcgidissect.errors import UsageError
from fcgidissect.statistics.statistic import Stream
from fcgidissect.statistics.table import (
    COUNT,
    MEAN,
    MOMENT,
    SECONDS,
    SHARE,
    TEXT,
    Cell,
    Row,
    Table,
)
from fcgidissect.text import escape, seconds


class Renderer(Protocol):
    """Makes text of tables in one format."""

    def start(self) -> str:
        """What stands before everything."""

    def table(self, words: str, table: Table) -> str:
        """A whole table, and the words that asked for it."""

    def stream(self, stream: Stream, rows: "List[Row]") -> str:
        """Rows of a statistic that tells them as they come."""

    def end(self, stream: Stream) -> str:
        """No more rows of it come."""

    def finish(self) -> str:
        """What stands behind everything."""


def renderer(format: str, width: "Optional[Callable[[], int]]") -> Renderer:
    """The renderer of a format.

    Args:
        width: columns of the terminal now; None where the text does not go to one.

    Raises:
        UsageError: statistics are not told in that format.
    """
    if format == "text" and width is not None:
        from fcgidissect.statistics.terminal import Terminal

        return Terminal(width)
    made = _RENDERERS.get(format)
    if made is None:
        known = ", ".join(_RENDERERS)
        raise UsageError(f"-z goes with -T {known}, not with {format}")
    return made()


class Plain:
    """Aligned columns, as stable as tshark's."""

    def start(self) -> str:
        """Nothing stands before the first table."""
        return ""

    def table(self, words: str, table: Table) -> str:
        """See `Renderer`."""
        cells = [[column.title for column in table.columns]]
        cells += [
            [shown(cell, column.kind) for cell, column in zip(row, table.columns)]
            for row in table.rows
        ]
        widths = [max(map(len, column)) for column in zip(*cells)]
        left = [column.kind == TEXT for column in table.columns]
        lines = [_aligned(row, widths, left) for row in cells]
        rule = "-" * max(len(table.title), *map(len, lines))
        rows = lines[1:] or ["(none)"]
        said = [table.title, rule, lines[0], rule, *rows, *table.remarks]
        return "\n".join(said) + "\n\n"

    def stream(self, stream: Stream, rows: "List[Row]") -> str:
        """See `Renderer`."""
        return stream.text(rows)

    def end(self, stream: Stream) -> str:
        """See `Renderer`."""
        return stream.end()

    def finish(self) -> str:
        """Nothing stands behind the last table."""
        return ""


class JsonLines:
    """An object a table; an object a row of what is told as it comes."""

    behind = "\n"

    def start(self) -> str:
        """Nothing stands before the first object."""
        return ""

    def table(self, words: str, table: Table) -> str:
        """See `Renderer`."""
        rows = ", ".join(f"{{{_members(table, row)}}}" for row in table.rows)
        remarks = ", ".join(map(quoted, table.remarks))
        return self.put(
            f'{{"statistic": {quoted(words)}, "title": {quoted(table.title)},'
            f' "rows": [{rows}], "remarks": [{remarks}]}}'
        )

    def stream(self, stream: Stream, rows: "List[Row]") -> str:
        """See `Renderer`."""
        title = quoted(stream.table.title)
        return "".join(
            self.put(f'{{"statistic": {title}, {_members(stream.table, row)}}}')
            for row in rows
        )

    def end(self, stream: Stream) -> str:
        """Nothing stands behind its rows."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last object."""
        return ""

    def put(self, text: str) -> str:
        """One more object."""
        return text + "\n"


class Json(JsonLines):
    """One array of those objects."""

    def __init__(self) -> None:
        self._before = "[\n"

    def put(self, text: str) -> str:
        """One more object."""
        before, self._before = self._before, ",\n"
        return before + text

    def finish(self) -> str:
        """The array's end."""
        return "[]\n" if self._before == "[\n" else "\n]\n"


class Csv:
    """Comma-separated values (RFC 4180): a header and rows a table, then an empty line."""

    def __init__(self) -> None:
        self._streams: Dict[str, None] = {}

    def start(self) -> str:
        """Nothing stands before the first table."""
        return ""

    def table(self, words: str, table: Table) -> str:
        """See `Renderer`."""
        return self._header(table) + self._rows(table, table.rows) + "\n"

    def stream(self, stream: Stream, rows: "List[Row]") -> str:
        """See `Renderer`."""
        before = ""
        if rows and stream.table.title not in self._streams:
            self._streams[stream.table.title] = None
            before = self._header(stream.table)
        return before + self._rows(stream.table, rows)

    def end(self, stream: Stream) -> str:
        """Nothing stands behind its rows."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last table."""
        return ""

    def _header(self, table: Table) -> str:
        return ",".join(["table", *(column.key for column in table.columns)]) + "\n"

    def _rows(self, table: Table, rows: "Sequence[Row]") -> str:
        kinds = [column.kind for column in table.columns]
        lines = [
            [table.title, *(bare(cell, kind) for cell, kind in zip(row, kinds))]
            for row in rows
        ]
        return "".join(",".join(map(_csv, line)) + "\n" for line in lines)


_RENDERERS: "Dict[str, Callable[[], Renderer]]" = {
    "text": Plain,
    "json": Json,
    "jsonl": JsonLines,
    "csv": Csv,
}


def shown(cell: Cell, kind: str) -> str:
    """A cell for a person."""
    return "-" if cell is None else _SHOWN[kind](cell)


def bare(cell: Cell, kind: str) -> str:
    """A cell for a program."""
    return "" if cell is None else _BARE[kind](cell)


_SHOWN: "Dict[str, Callable[..., str]]" = {
    COUNT: str,
    MEAN: "%.2f".__mod__,
    TEXT: escape,
    SHARE: lambda cell: "%.2f %%" % (100 * cell),
    SECONDS: lambda cell: seconds(cell, 6),
    MOMENT: lambda cell: seconds(cell, 6),
}
_BARE: "Dict[str, Callable[..., str]]" = {
    COUNT: str,
    MEAN: "%.6f".__mod__,
    TEXT: escape,
    SHARE: "%.6f".__mod__,
    SECONDS: seconds,
    MOMENT: seconds,
}


def _members(table: Table, row: Row) -> str:
    return ", ".join(
        f'"{column.key}": {_json(cell, column.kind)}'
        for column, cell in zip(table.columns, row)
    )


def _json(cell: Cell, kind: str) -> str:
    if cell is None:
        return "null"
    if kind == TEXT:
        return quoted(str(cell).encode("utf-8", "backslashreplace").decode())
    return _BARE[kind](cell)


def _csv(text: str) -> str:
    if not any(character in text for character in ',"\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def _aligned(row: "List[str]", widths: "List[int]", left: "List[bool]") -> str:
    cells = [
        text.ljust(width) if to_left else text.rjust(width)
        for text, width, to_left in zip(row, widths, left)
    ]
    return "  ".join(cells).rstrip()
