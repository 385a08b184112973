"""A whole question or answer comes in, the JSON objects of its records go out.

All that is the same in every one of its shape stands in a template. The slow and obvious
twin is `json.Lines`, record by record.
"""

from typing import Any, Callable, Dict, Tuple

from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.record import decode_body
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import BODIES, HEADER_LENGTH, RecordType
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output.fragments import around_content, members
from fcgidissect.output.plain_json import PlainRequests

Values = Tuple[Any, ...]


class Flights:
    """What writes flights.

    Args:
        before: writes an object up to its `fcgi`.
        between: what stands between two objects.
        data: the bytes of contents are wanted, too.
    """

    def __init__(
        self, before: "Callable[[Frame, Flow], str]", between: str, data: bool
    ) -> None:
        self._before = before
        self._between = between
        self._data = data
        self._requests = PlainRequests()
        self._templates: "Dict[Shape, str]" = {}

    def objects(self, flight: Flight) -> str:
        """The objects of a flight whose request is plain; nothing for another."""
        request, shape = flight.request, flight.shape
        if not isinstance(request, Plain):
            return ""
        opened = self._before(flight.frame, flight.flow)
        template = self._templates.get(shape) or self._template(shape)
        if shape.asks:
            return template % self._asked(opened, flight, request)
        answer = request.answer
        return (
            template % self._answered(opened, flight, request, answer) if answer else ""
        )

    def _asked(self, opened: str, flight: Flight, request: Plain) -> Values:
        """What goes into the template of a question."""
        question = request.question
        pairs, always = self._requests.question(request)
        length = len(question.params)
        told = (opened, request.number, opened, length, question.padding, pairs, always)
        behind = opened, always
        if not question.stdin:
            return (*told, *behind, *behind)
        header, start, end = flight.shape.places(flight.data, flight.start)[3]
        body = self._content(flight.data, start, end)
        form = opened, question.stdin, body, header[6], always
        return (*told, *behind, *form, *behind)

    def _answered(
        self, opened: str, flight: Flight, request: Plain, answer: Answer
    ) -> Values:
        """What goes into the template of an answer."""
        data, start = flight.data, flight.start + HEADER_LENGTH
        length, header = answer.length, answer.header
        response = self._requests.response(header)
        always = self._requests.always(request)
        told = f'{always}, "response": {{{response}}}' if response else always
        body = self._content(data, start, start + length)
        first = opened, length, body, data[flight.start + 6], told
        empty = (opened, told) if answer.records == 3 else ()
        return (*first, *empty, opened, self._requests.at_end(request, answer))

    def _content(self, data: bytes, start: int, end: int) -> str:
        return f', "data": "{data[start:end].hex()}"' if self._data else ""

    def _template(self, shape: Shape) -> str:
        """The objects of all flights of a shape, with places for what is their own."""
        if len(self._templates) >= Limits().memo:
            self._templates.clear()
        own = _ASKED if shape.asks else _ANSWERED
        template = self._templates[shape] = self._between.join(
            [
                (
                    f"%s{_of_own(own[index], shape.key)}}}}}"
                    if header is None
                    else f"%s{_of_known(header, shape.body)}}}}}"
                )
                for index, header in enumerate(shape.headers)
            ]
        )
        return template


_ASKED = {1: RecordType.PARAMS, 3: RecordType.STDIN}
_ANSWERED = {0: RecordType.STDOUT}
"""Place in a shape -> the type of a record that has its own lengths and content."""


def _of_own(kind: RecordType, key: bytes) -> str:
    """A record with its own content: both lengths, and what it tells."""
    header = bytes((1, kind)) + key + bytes(4)
    opening, closing = around_content(header, "%d", "%d")
    if kind == RecordType.PARAMS:
        return f"{opening}{closing}, %s, %s"
    return f"{opening}%s{closing}, %s"


def _of_known(header: bytes, body: bytes) -> str:
    """A record of which only its request varies; `body` is that of its shape."""
    kind = header[1]
    opening, closing = around_content(header)
    told = decode_body(kind, body) if kind in BODIES else None
    text = opening + closing + (f", {members(told)}" if told else "")
    request = '"request": {"number": %d}' if kind == RecordType.BEGIN_REQUEST else "%s"
    return f"{text}, {request}"
