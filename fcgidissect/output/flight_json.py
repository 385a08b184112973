"""A whole question or answer comes in, the JSON objects of its records go out.

All that is the same in every one of its shape stands in a template. The slow and obvious
twin is `json.Lines`, record by record.
"""

from typing import Callable, Dict, List, Sequence

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
from fcgidissect.output.template import Template, gap

_OPENED, _REQUEST, _LENGTH, _PADDING, _PAIRS, _NUMBER, _AT_END, _BODY = map(
    gap, (0, 1, 2, 3, 4, 5, 4, 5)
)
"""What varies, in the order of its values: four that all have, then a question's own, or an
answer's."""
_STDIN_LENGTH, _STDIN_PADDING, _STDIN_BODY = map(gap, (6, 7, 8))


class Flights:
    """What writes flights.

    Args:
        before: writes an object up to its `fcgi`.
        behind: what stands behind each object.
        data: the bytes of contents are wanted, too.
    """

    def __init__(
        self, before: "Callable[[Frame, Flow], str]", behind: str, data: bool
    ) -> None:
        self._before = before
        self._behind = behind
        self._data = data
        self._requests = PlainRequests()
        self._templates: "Dict[Shape, Template]" = {}

    def pieces(self, flight: Flight) -> "List[str]":
        """The objects of a flight whose request is plain; nothing for another."""
        request, shape = flight.request, flight.shape
        if not isinstance(request, Plain):
            return []
        template = self._templates.get(shape) or self._template(shape)
        if shape.asks:
            return template.filled(self._asked(flight, request))
        answer = request.answer
        return (
            template.filled(self._answered(flight, request, answer)) if answer else []
        )

    def _asked(self, flight: Flight, request: Plain) -> "Sequence[str]":
        """What goes into the template of a question."""
        question = request.question
        pairs, always = self._requests.question(request)
        opened = self._before(flight.frame, flight.flow)
        length, padding = len(question.params), question.padding
        told = opened, always, str(length), str(padding), pairs, str(request.number)
        if not question.stdin:
            return told
        header, start, end = flight.shape.place(flight.data, flight.start, 3)
        body = flight.data[start:end].hex() if self._data else ""
        return (*told, str(question.stdin), str(header[6]), body)

    def _answered(
        self, flight: Flight, request: Plain, answer: Answer
    ) -> "Sequence[str]":
        """What goes into the template of an answer."""
        data, start = flight.data, flight.start + HEADER_LENGTH
        length, padding = answer.length, data[flight.start + 6]
        told, at_end = self._requests.answer(request, answer)
        opened = self._before(flight.frame, flight.flow)
        body = data[start : start + length].hex() if self._data else ""
        return opened, told, str(length), str(padding), at_end, body

    def _template(self, shape: Shape) -> Template:
        """The objects of all flights of a shape, with gaps for what is their own."""
        if len(self._templates) >= Limits().memo:
            self._templates.clear()
        own = _ASKED if shape.asks else _ANSWERED
        text = ""
        for index, header in enumerate(shape.headers):
            if header is None:
                told = own[index](shape.key, self._data)
            else:
                told = _of_known(header, shape.body)
            text += f"{_OPENED}{told}}}}}{self._behind}"
        template = self._templates[shape] = Template(text)
        return template


def _of_params(key: bytes, data: bool) -> str:
    header = _header(RecordType.PARAMS, key)
    opening, closing = around_content(header, _LENGTH, _PADDING)
    return f"{opening}{closing}, {_PAIRS}, {_REQUEST}"


def _of_stdin(key: bytes, data: bool) -> str:
    header = _header(RecordType.STDIN, key)
    opening, closing = around_content(header, _STDIN_LENGTH, _STDIN_PADDING)
    return f"{opening}{_content(_STDIN_BODY, data)}{closing}, {_REQUEST}"


def _of_stdout(key: bytes, data: bool) -> str:
    header = _header(RecordType.STDOUT, key)
    opening, closing = around_content(header, _LENGTH, _PADDING)
    return f"{opening}{_content(_BODY, data)}{closing}, {_REQUEST}"


_ASKED = {1: _of_params, 3: _of_stdin}
_ANSWERED = {0: _of_stdout}
"""Place in a shape -> the record there that has its own lengths and content."""


def _header(kind: RecordType, key: bytes) -> bytes:
    return bytes((1, kind)) + key + bytes(4)


def _content(hex: str, wanted: bool) -> str:
    return f', "data": "{hex}"' if wanted else ""


def _of_known(header: bytes, body: bytes) -> str:
    """A record of which only its request varies; `body` is that of its shape."""
    kind = header[1]
    opening, closing = around_content(header)
    body_told = decode_body(kind, body) if kind in BODIES else None
    text = opening + closing + (f", {members(body_told)}" if body_told else "")
    if kind == RecordType.BEGIN_REQUEST:
        return f'{text}, "request": {{"number": {_NUMBER}}}'
    return f"{text}, {_AT_END if kind == RecordType.END_REQUEST else _REQUEST}"
