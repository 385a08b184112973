"""Requests come in, one line each goes out (`--by request`).

A line is the frame and time of its start, who asked whom under which id, the response's
status, bytes of both bodies, time to the first byte and in all, marks, method and URI, and
what there is to say. A mark `!` says that it did not end well, `e` that it wrote to STDERR.
"""

from typing import List, Optional, Sequence

from fcgidissect.fcgi.brief import Brief
from fcgidissect.output.info import Piece, Pieces, status_of, worst
from fcgidissect.output.row_list import (
    Line,
    RowList,
    duration,
    labelled,
    remarked,
)
from fcgidissect.request_row import RequestRow
from fcgidissect.text import BILLION, escape

_SHORT = b"%5d %10b %b id=%d %3b in=%-7d out=%-8d ttfb=%-10b time=%-10b    %b %b%b\n"
"""The line of a request without marks; what there is to remark on it at its end."""
_WARNED = _SHORT.replace(b"    ", b" e  ")
"""The same of one that wrote to STDERR."""


class RequestList(RowList):
    """The line writer of requests."""

    def lines(self, rows: "Sequence[RequestRow]") -> "List[bytes]":
        """One line a row."""
        if not self.plain:
            return super().lines(rows)
        short, rest = self._short, super().lines
        return [short(row) or rest([row])[0] for row in rows]

    def _short(self, row: RequestRow) -> bytes:
        """The line of a brief request, the short cut of `line`; nothing for another."""
        request: object = row.request
        if not isinstance(request, Brief) or request.answer is None:
            return b""
        shape, _, _, seen, stdin = request.question
        _, header, length, _, time, stderr = request.answer
        method, uri = seen[:2]
        status = status_of(header)[1]
        if not (status and method and uri):
            return b""
        # These are printable, or the request were not brief: see `params`.
        said = "" if seen.usual else worst(seen.remarks or ())[1]
        if stderr:
            said = f"{said} {_written(row.known.stderr)}".strip()
        frame = row.frame
        lasted = time - request.begin_time
        if 0 <= lasted < BILLION:
            took = b"%.3fms" % (lasted / 1e6)
        else:
            took = duration(lasted).encode()
        return (_WARNED if stderr else _SHORT) % (
            frame[0],
            self.clock(frame).encode(),
            self.ends.of(row.flow),
            shape.id,
            status.partition(" ")[0].encode(),
            stdin,
            length - len(header),
            took,
            took,
            method,
            uri,
            f" {said}".encode() if said else b"",
        )

    def line(self, row: RequestRow, narrow: bool) -> Line:
        """See `RowList.line`."""
        status = row.known.status
        numbers = self._numbers(row, status, narrow)
        return Line(numbers, _asked(row, status), _said(row))

    def _numbers(self, row: RequestRow, status: Optional[int], narrow: bool) -> Pieces:
        """From the frame to the marks, in columns."""
        known = row.known
        values = [
            ("in=", 10, str(row.asked_bytes)),
            ("out=", 12, str(row.answered_bytes)),
            ("ttfb=", 15, duration(known.ttfb)),
            ("time=", 15, duration(known.duration)),
        ]
        if narrow:  # give way to the URI
            values = [each for each in values if each[0] not in ("in=", "ttfb=")]
        marks = ("" if row.ended_well else "!") + ("e" if row.request.stderr else "")
        return [
            ("number", "%5d" % row.frame.number),
            ("", "%10s" % self.clock(row.frame)),
            ("", self._who(row, narrow)),
            _status(row, status),
            *labelled(values, narrow),
            ("failed", "%-2s" % marks),
        ]

    def _who(self, row: RequestRow, narrow: bool) -> str:
        if narrow:
            return "%5d/%-2d" % (row.flow.source_port, row.request.id)
        return self.ends.text(row.flow) + "%-5s" % f" id={row.request.id}"


def _status(row: RequestRow, status: Optional[int]) -> Piece:
    if status is None:
        return ("" if row.ended_well else "failed"), " - "
    return f"status_{status // 100}", "%3d" % status


def _asked(row: RequestRow, status: Optional[int]) -> Pieces:
    known = row.known
    words = [word for word in (known.method, known.uri) if word]
    if not words and row.request.begin is None:
        words = ["(its start is not in the capture)"]
    style = "known" if status is None else f"status_{status // 100}"
    return [(style, escape(" ".join(words)))] if words else []


def _said(row: RequestRow) -> Pieces:
    """How it ended if not well, the worst remark, its STDERR."""
    said: Pieces = []
    outcome = row.request.outcome
    if outcome != "complete":
        said.append(("failed", f"[{_OUTCOMES.get(outcome, outcome)}]"))
    said += remarked(row.notes)
    stderr = row.known.stderr
    if stderr:
        said.append(("stderr", _written(stderr)))
    return said


def _written(stderr: Optional[str]) -> str:
    return "stderr: " + escape((stderr or "").rstrip("\n"))


_OUTCOMES = {
    "cut": "open at the end of the capture",
    "open": "open at the end of the capture",
    "forgotten": "let go: too many are open",
    "replaced": "its id was used again",
}
"""An outcome that says nothing by itself -> words for it."""
