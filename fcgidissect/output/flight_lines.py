"""A whole question or answer comes in, the paragraphs of its records go out, in pieces.

All that is the same in every one of its shape is written once. The slow and obvious twin is
`Detail`, record by record.
"""

from typing import Any, Sequence, Tuple

from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.request import Answer, Question, Request
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import BODY_LENGTH, HEADER_LENGTH
from fcgidissect.flight import Flight
from fcgidissect.memo import Memo
from fcgidissect.output.frame_text import FrameText
from fcgidissect.output.node_lines import of_nodes
from fcgidissect.output.record_lines import RecordLines
from fcgidissect.output.record_lines import content as content_lines
from fcgidissect.output.record_lines import padding as padding_lines
from fcgidissect.output.record_lines import remarks as remark_lines
from fcgidissect.output.request_lines import AnyRequest, RequestLines
from fcgidissect.tree import content

_PARAMS = HEADER_LENGTH + BODY_LENGTH
"""Where PARAMS begin in a question."""
_STDIN = 3
"""The place of a STDIN with content among its records."""


class FlightLines:
    """What writes flights.

    Args:
        frames: writes what stands above a record.
        records: writes their headers.
        requests: writes what is known of their requests.
    """

    def __init__(
        self, frames: FrameText, records: RecordLines, requests: RequestLines
    ) -> None:
        self._frames = frames
        self._records = records
        self._requests = requests
        self._shapes: "Memo[Shape, Tuple[bytes, ...]]" = Memo()

    def pieces(self, flight: Flight) -> "Sequence[bytes]":
        """The paragraphs of a flight; nothing where it takes more."""
        shape, request, said = flight.shape, flight.request, flight.said
        if not isinstance(request, Brief) and (request is None or _is_rare(request)):
            return ()
        if isinstance(said, Answer) and said.stderr:
            return ()
        own = self._shapes.get(shape) or self._remember(flight)
        tell: Any = self._asked if shape.asks else self._answered
        pieces: "Sequence[bytes]" = tell(flight, request, said, own)
        return pieces

    def _asked(
        self,
        flight: Flight,
        request: AnyRequest,
        question: Question,
        own: "Tuple[bytes, ...]",
    ) -> "Sequence[bytes]":
        begin, pairs, known = self._requests.asked(request, question)
        _, _, flow, data, start, shape, *_ = flight
        _, params, behind, seen, stdin = question
        before = self._frames.of(flight.frame, flow)
        between = b"\n" + before
        at = start + _PARAMS + HEADER_LENGTH
        end = at + len(params)
        remarks = seen.remarks
        remarked = remark_lines(remarks) if remarks else b""
        told = (
            *(before, own[0], begin, between),
            own[1] % (len(params), behind, data[at - 1]),
            *pairs,
            padding_lines(data[end : end + behind]),
            *(known, between, own[2], known, remarked, between),
        )
        if not stdin:
            return (*told, own[3], known, b"\n")
        header, at, end = shape.places(data, start)[_STDIN]
        return (
            *told,
            own[3] % (stdin, header[6], header[7]),
            content_lines(data[at:end]),
            padding_lines(data[end : end + header[6]]),
            *(known, between, own[4], known, b"\n"),
        )

    def _answered(
        self,
        flight: Flight,
        request: AnyRequest,
        answer: Answer,
        own: "Tuple[bytes, ...]",
    ) -> "Sequence[bytes]":
        known, ended = self._requests.answered(request, answer)
        _, _, flow, data, start, shape, *_ = flight
        before = self._frames.of(flight.frame, flow)
        between = b"\n" + before
        at = start + HEADER_LENGTH
        length = answer.length
        end, behind = at + length, data[at - 2]
        empty = (own[1], known, between) if len(own) == 3 else ()
        return (
            *(before, own[0] % (length, behind, data[at - 1])),
            content_lines(data[at:end]),
            padding_lines(data[end : end + behind]),
            *(known, between, *empty, own[-1], ended, b"\n"),
        )

    def _remember(self, flight: Flight) -> "Tuple[bytes, ...]":
        """The lines of each record up to its request; a form where its lengths vary."""
        own = []
        for header, entry in zip(flight.shape.headers, flight.entries()):
            if header is None:
                own.append(self._records.form(entry.record.header))
            else:
                own.append(
                    self._records.head(header) + of_nodes(content(entry)).encode()
                )
        shape = self._shapes[flight.shape] = tuple(own)
        return shape


def _is_rare(request: Request) -> bool:
    """Whether there is more to tell of a request than its records do."""
    return request.whole or bool(request.notes)
