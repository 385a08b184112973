"""Records in, all that one request carried out, in order and by side (`follow,fcgi`).

For a person it is laid out as tshark's follow: what the web server sent stands at the
margin, what the application sent behind a tab, PARAMS as NAME=VALUE, the streams as they
are. Nothing is collected: every record is told when it has come.
"""

from typing import List

from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.fcgi.spec import FROM_WEB_SERVER, RecordType
from fcgidissect.net.flow import Flow
from fcgidissect.output.hexdump import hexdump
from fcgidissect.statistics.statistic import Stream
from fcgidissect.statistics.table import TEXT, Column, Row, Table
from fcgidissect.text import escape

MODES = ("ascii", "hex", "raw")
_LINE = "=" * 67
_COLUMNS = (
    Column("node", "Node"),
    Column("frame", "Frame"),
    Column("type", "Type", TEXT),
    Column("data", "Data", TEXT),
)
_TOLD = frozenset(
    (
        RecordType.PARAMS,
        RecordType.STDIN,
        RecordType.DATA,
        RecordType.STDOUT,
        RecordType.STDERR,
    )
)


class Follow(Stream):
    """`follow,fcgi,MODE,N`: the request of number N."""

    def __init__(self, mode: str, number: str) -> None:
        if mode not in MODES or not (number.isascii() and number.isdecimal()):
            raise UsageError(
                f"-z follow,fcgi,{mode},{number}: wanted is follow,fcgi,MODE,N with a"
                f" MODE of {', '.join(MODES)} and the number of a request"
            )
        self._mode, self._number = mode, int(number)
        self._rows: List[Row] = []
        self._nodes: List[str] = []
        self._said = False
        self.table = Table(f"follow,fcgi,{mode},{number}", _COLUMNS, ())

    def records(self, rows: "List[Entry]") -> None:
        """See `Statistic`."""
        for row in rows:
            request = row.request
            if request is not None and request.number == self._number:
                self._take(row)

    def ready(self) -> "List[Row]":
        """See `Stream`."""
        rows, self._rows = self._rows, []
        return rows

    def text(self, rows: "List[Row]") -> str:
        """See `Stream`."""
        before = "" if self._said or not rows else self._head()
        self._said = self._said or bool(rows)
        return before + "".join([_told(row) for row in rows])

    def end(self) -> str:
        """See `Stream`."""
        if not self._said:
            return f"no request has the number {self._number}\n"
        return f"{_LINE}\n"

    def _head(self) -> str:
        lines = [
            _LINE,
            f"Follow: fcgi,{self._mode}",
            f"Filter: fcgi.request.number == {self._number}",
            *(f"Node {at}: {node}" for at, node in enumerate(self._nodes)),
        ]
        return "\n".join(lines) + "\n"

    def _take(self, row: Entry) -> None:
        kind = row.record.header[1]
        node = 0 if kind in FROM_WEB_SERVER else 1
        if not self._nodes:
            asking = row.flow.peer if node else row.flow
            self._nodes = [_end(asking), _end(asking.peer)]
        if kind not in _TOLD or row.record.end == row.record.start:
            return
        name = row.record.head.type_name or ""
        self._rows.append((node, row.frame.number, name, self._data(row, kind)))

    def _data(self, row: Entry, kind: int) -> str:
        content = row.record.content
        if self._mode == "raw":
            return content.hex() + "\n"
        if self._mode == "hex":
            return hexdump(content)
        if kind == RecordType.PARAMS:
            return "".join(
                f"{escape(name)}={escape(value)}\n" for name, value in row.pairs
            )
        return _printable(content.decode("utf-8", "surrogateescape"))


def _printable(text: str) -> str:
    """Text whose lines stay lines; whatever else could act on a terminal is an escape."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join([escape(line) for line in lines])


def _told(row: Row) -> str:
    node, _, name, data = row
    margin = "\t" if node else ""
    lines = str(data).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    body = "".join([f"{margin}{line}\n" for line in lines])
    return f"{margin}{str(name).replace('FCGI_', '')}\n{body}"


def _end(flow: Flow) -> str:
    address = flow.source_text
    return (
        f"[{address}]:{flow.source_port}"
        if ":" in address
        else (f"{address}:{flow.source_port}")
    )
