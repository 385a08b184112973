"""Records in, all that one request carried out, in order and by side (`follow,fcgi`).

For a person it is laid out as tshark's follow: what the web server sent stands at the
margin, what the application sent behind a tab. As ascii PARAMS are NAME=VALUE, and a coded
body is told decoded, with the codings beside it; hex and raw are the bytes of the streams as
they are. Nothing is collected: every record is told when it has come.
"""

from typing import Iterator, List

from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.fcgi.spec import FROM_WEB_SERVER, STREAMS, RecordType
from fcgidissect.net.flow import Flow
from fcgidissect.output.hexdump import hexdump
from fcgidissect.statistics.ascii import Ascii, Told
from fcgidissect.statistics.statistic import Stream
from fcgidissect.statistics.table import TEXT, Column, Row, Table
from fcgidissect.text import endpoint

MODES = ("ascii", "hex", "raw")
_LINE = "=" * 67
_COLUMNS = (
    Column("node", "Node"),
    Column("frame", "Frame"),
    Column("type", "Type", TEXT),
    Column("coding", "Coding", TEXT),
    Column("data", "Data", TEXT),
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
        self._ascii = Ascii()
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
        if not self._nodes:
            asks = row.record.header[1] in FROM_WEB_SERVER
            asking = row.flow if asks else row.flow.peer
            self._nodes = [_end(asking), _end(asking.peer)]
        for kind, text, coding in self._told(row):
            if text:
                node = 0 if kind in FROM_WEB_SERVER else 1
                name = str(RecordType(kind))
                self._rows.append((node, row.frame.number, name, coding or None, text))

    def _told(self, row: Entry) -> "Iterator[Told]":
        kind, content = row.record.header[1], row.record.content
        if self._mode == "ascii":
            yield from self._ascii.told(row)
        elif content and kind in STREAMS:
            text = (
                content.hex() + "\n"
                if self._mode == "raw"
                else hexdump(content).decode()
            )
            yield Told(kind, text)


def _told(row: Row) -> str:
    node, _, name, coding, data = row
    margin = "\t" if node else ""
    lines = str(data).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    body = "".join([f"{margin}{line}\n" for line in lines])
    decoded = f" (from {coding})" if coding else ""
    return f"{margin}{str(name).replace('FCGI_', '')}{decoded}\n{body}"


def _end(flow: Flow) -> str:
    return endpoint(flow.source_text, flow.source_port)
