"""Requests come in, one line each goes out (`--by request`).

A line is the frame and time of its start, who asked whom under which id, the response's
status, bytes of both bodies, time to the first byte and in all, marks, method and URI, and
what there is to say. A mark `!` says that it did not end well, `e` that it wrote to STDERR.
"""

from typing import Optional, Sequence

from fcgidissect.fcgi.plain import Plain
from fcgidissect.output.info import status_of
from fcgidissect.output.row_list import (
    Line,
    Piece,
    Pieces,
    RowList,
    duration,
    labelled,
    worst,
)
from fcgidissect.request_row import RequestRow
from fcgidissect.text import BILLION, escape

_SHORT = (
    "%5d %10s %s id=%d %3s in=%-7d out=%-8d ttfb=%-10s time=%-10s    %s\n"  # no marks
)
"""The line of a request of which there is nothing more to say."""


class RequestList(RowList):
    """The line writer of requests."""

    def rows(self, rows: "Sequence[RequestRow]") -> str:
        """One line a row."""
        if not self.plain:
            return super().rows(rows)
        return "".join([self._short(row) or self.text(row) for row in rows])

    def _short(self, row: RequestRow) -> str:
        """The line of a plain request, the short cut of `line`; nothing for another."""
        request: object = row.request
        if not isinstance(request, Plain):
            return ""
        question, answer = request.question, request.answer
        if answer is None:
            return ""
        frame, flow = row.frame, row.flow
        header, seen = answer.header, question.seen
        status, lasted = status_of(header)[1], answer.time - request.begin_time
        if not (status and seen.method and seen.uri):
            return ""
        # What gives nothing to remark on is printable: see `params`.
        asked = (seen.method + b" " + seen.uri).decode()
        took = "%.3fms" % (lasted / 1e6) if 0 <= lasted < BILLION else duration(lasted)
        return _SHORT % (
            frame.number,
            self.clock(frame),
            self.ends.texts.get(flow.key) or self.ends.text(flow),
            request.id,
            status.partition(" ")[0],
            question.stdin,
            answer.length - len(header),
            took,
            took,
            asked,
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
    said += worst(row.notes)
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
