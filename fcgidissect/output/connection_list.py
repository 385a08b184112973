"""Connections come in, one line each goes out (`--by connection`).

A line is the first frame and its time, both ends, how many requests it carried, bytes of
both sides, the time in which none was open, how long it lasted, who closed it and how, and
what there is to say. `kept` marks one that the web server asked to keep and that was kept.
"""

from fcgidissect.connection import Connection
from fcgidissect.connection_row import ConnectionRow
from fcgidissect.output.info import Pieces
from fcgidissect.output.row_list import (
    Line,
    RowList,
    duration,
    labelled,
    remarked,
)


class ConnectionList(RowList):
    """The line writer of connections."""

    def line(self, row: ConnectionRow, narrow: bool) -> Line:
        """See `RowList.line`."""
        connection = row.connection
        values = [
            ("requests=", 13, str(connection.requests)),
            ("in=", 12, str(connection.request_bytes)),
            ("out=", 14, str(connection.response_bytes)),
            ("idle=", 15, duration(connection.idle)),
            ("time=", 15, duration(connection.duration)),
        ]
        if narrow:  # bytes give way to how it ended
            values = [each for each in values if each[0] not in ("in=", "out=")]
        numbers: Pieces = [
            ("number", "%5d" % row.frame.number),
            ("", "%10s" % self.clock(row.frame)),
            ("", self.ends.text(row.flow)),
            *labelled(values, narrow),
            ("", "kept" if connection.kept else "    "),
        ]
        return Line(numbers, _end(connection), remarked(row.notes))


def _end(connection: Connection) -> Pieces:
    close = connection.close
    if close is None:
        return [("", "open at the end of the capture")]
    later = ", then RST" if connection.reset and close.how != "RST" else ""
    well = close.when in ("after the answer", "without a request")
    text = f"closed by {close.by} {close.when} ({close.how}{later})"
    return [("" if well else "failed", text)]
