"""Requests come in, one line each goes out (`--by request`).

A line is the frame and time of its start, who asked whom under which id, the response's
status, bytes of both bodies, time to the first byte and in all, marks, method and URI, and
what there is to say. A mark `!` says that it did not end well, `e` that it wrote to STDERR.
Into a pipe a line is plain and never cut; on a terminal it is styled and cut to the width,
where the URI gives way and numbers do not.
"""

from typing import List, Optional, Sequence

from fcgidissect.output import Settings
from fcgidissect.output.clock import clock
from fcgidissect.output.info import Pieces, remark, severity, span
from fcgidissect.output.styles import Styles
from fcgidissect.output.summary import NARROW, Ends, cells, cut, shortened
from fcgidissect.request_row import RequestRow
from fcgidissect.text import escape

_LEAST_URI = 16
"""Columns of a URI below which what stands behind it gives way instead."""
_LEAST_SAID = 24
"""Columns that are kept free for what there is to say."""


class RequestList:
    """The line writer of requests; see `Writer`."""

    def __init__(self, settings: Settings) -> None:
        self._clock = clock(settings.time)
        self._styles: Styles = settings.styles
        self._width = settings.width
        self._ends = Ends()

    def start(self) -> str:
        """Nothing stands before the first line."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last line."""
        return ""

    def rows(self, rows: "Sequence[RequestRow]") -> str:
        """One line a row."""
        width = self._width() if self._width else None
        return "".join([self._line(row, width) for row in rows])

    def _line(self, row: RequestRow, width: Optional[int]) -> str:
        narrow = width is not None and width < NARROW
        numbers = self._numbers(row, narrow)
        uri, said = _asked(row), _said(row)
        if width is not None:
            taken = sum(cells(text) + 1 for _, text in numbers)
            free = sum(min(cells(text) + 1, _LEAST_SAID) for _, text in said)
            room = max(width - taken - free, _LEAST_URI)
            uri = [(style, shortened(text, room)) for style, text in uri]
        pieces = numbers + uri + said
        pieces = pieces if width is None else cut(pieces, width)
        line = " ".join([self._styles(style, text) for style, text in pieces])
        return line.rstrip() + "\n"

    def _numbers(self, row: RequestRow, narrow: bool) -> Pieces:
        """From the frame to the marks, in columns."""
        request, known = row.request, row.known
        status = known.status
        pieces: Pieces = [
            ("number", "%5d" % row.frame.number),
            ("", "%10s" % self._clock(row.frame)),
            ("", self._who(row, narrow)),
            _status(row, status),
        ]
        texts = [
            ("in=", 10, str(row.asked_bytes)),
            ("out=", 12, str(row.answered_bytes)),
            ("ttfb=", 15, _span(known.ttfb)),
            ("time=", 15, _span(known.duration)),
        ]
        for label, columns, text in texts:
            if narrow:
                pieces.append(("", text.rjust(columns - 4 if label[0] != "t" else 9)))
            else:
                pieces.append(("", (label + text).ljust(columns)))
        marks = ("" if row.ended_well else "!") + ("e" if request.stderr else "")
        return pieces + [("failed", "%-2s" % marks)]

    def _who(self, row: RequestRow, narrow: bool) -> str:
        if narrow:
            return "%5d/%-2d" % (row.flow.source_port, row.request.id)
        return self._ends.text(row.flow, False) + "%-5s" % f" id={row.request.id}"


def _status(row: RequestRow, status: Optional[int]) -> "tuple[str, str]":
    if status is None:
        return ("" if row.ended_well else "failed"), " - "
    return f"status_{status // 100}", "%3d" % status


def _span(nanoseconds: Optional[int]) -> str:
    return "-" if nanoseconds is None else span(nanoseconds).replace(" ", "")


def _asked(row: RequestRow) -> Pieces:
    known = row.known
    words = [word for word in (known.method, known.uri) if word]
    if not words and row.request.begin is None:
        words = ["(its start is not in the capture)"]
    status = known.status
    style = "known" if status is None else f"status_{status // 100}"
    return [(style, escape(" ".join(words)))] if words else []


def _said(row: RequestRow) -> Pieces:
    """How it ended if not well, the worst remark, its STDERR."""
    said: List["tuple[str, str]"] = []
    outcome = row.request.outcome
    if outcome != "complete":
        said.append(("failed", f"[{_OUTCOMES.get(outcome, outcome)}]"))
    notes = row.notes
    if notes:
        said.append(remark(max(notes, key=severity)))
    stderr = row.known.stderr
    if stderr:
        said.append(("stderr", "stderr: " + escape(stderr.rstrip("\n"))))
    return said


_OUTCOMES = {
    "cut": "open at the end of the capture",
    "open": "open at the end of the capture",
    "forgotten": "let go: too many are open",
    "replaced": "its id was used again",
}
"""An outcome that says nothing by itself -> words for it."""
