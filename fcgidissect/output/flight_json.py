"""A whole question or answer comes in, the JSON objects of its records go out.

All that is the same in every one of its shape stands in a template. The slow and obvious
twin is `json.Lines`, record by record.
"""

from binascii import hexlify
from typing import Tuple

from fcgidissect.fcgi.brief import Plain
from fcgidissect.fcgi.record import decode_body
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import BODIES, HEADER_LENGTH, RecordType
from fcgidissect.flight import Flight
from fcgidissect.memo import Memo
from fcgidissect.output.fragments import Before, around_content, members
from fcgidissect.output.plain_json import PlainRequests
from fcgidissect.output.template import Template, gap

_OPENED, _REQUEST, _LENGTH, _PADDING = gap(0), gap(1), gap(2), gap(3)
_PAIRS, _NUMBERED = gap(4), gap(5)
_STDIN_BODY, _STDIN_LENGTH, _STDIN_PADDING = gap(6), gap(7), gap(8)
_BODY, _RESPONSE, _AT_END = gap(4), gap(5), gap(6)
"""What varies, in the order of its values: four that all have, then a question's own, or an
answer's."""

_SHORT = [b"%d" % length for length in range(256)]
"""Padding lengths."""


class Flights:
    """What writes flights.

    Args:
        before: writes an object up to its `fcgi`.
        behind: what stands behind each object.
        data: the bytes of contents are wanted, too.
    """

    def __init__(self, before: Before, behind: str, data: bool) -> None:
        self._before = before
        self._behind = behind
        self._data = data
        self._requests = PlainRequests()
        self._templates: "Memo[Shape, Template]" = Memo()

    def text(self, flight: Flight) -> bytes:
        """The objects of a flight whose request is plain; nothing for another."""
        request = flight.request
        if not isinstance(request, Plain):
            return b""
        if flight.shape.asks:
            return self._asked(flight, request)
        answer = request.answer
        return self._answered(flight, request, answer) if answer else b""

    def _asked(self, flight: Flight, request: Plain) -> bytes:
        """Those of a question."""
        stretch, place, flow, data, start, shape, *_ = flight
        numbered, pairs, always = self._requests.question(request)
        _, params, padding, _, stdin = request.question
        own: "Tuple[bytes, ...]" = ()
        if stdin:
            header, begin, end = shape.place(data, start, 3)
            body = hexlify(data[begin:end]) if self._data else b""
            own = body, b"%d" % stdin, _SHORT[header[6]]
        template = self._templates.get(shape) or self._template(shape)
        opened, length = self._before.of(stretch, place, flow), b"%d" % len(params)
        values = opened, always, length, _SHORT[padding], pairs, numbered
        return template.text(values + own)

    def _answered(self, flight: Flight, request: Plain, answer: Answer) -> bytes:
        """Those of an answer."""
        stretch, place, flow, data, start, shape, *_ = flight
        always, response, at_end = self._requests.answer(request, answer)
        padding, begin, length = data[start + 6], start + HEADER_LENGTH, answer.length
        body = hexlify(data[begin : begin + length]) if self._data else b""
        template = self._templates.get(shape) or self._template(shape)
        told, opened = b"%d" % length, self._before.of(stretch, place, flow)
        return template.text(
            (opened, always, told, _SHORT[padding], body, response, at_end)
        )

    def _template(self, shape: Shape) -> Template:
        """The objects of all flights of a shape, with gaps for what is their own."""
        own = _ASKED if shape.asks else _ANSWERED
        text = ""
        for index, header in enumerate(shape.headers):
            if header is None:
                told = own[index](shape.key, self._data)
            else:
                told = _of_known(header, shape)
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
    return f"{opening}{_content(_BODY, data)}{closing}, {_REQUEST}{_RESPONSE}"


_ASKED = {1: _of_params, 3: _of_stdin}
_ANSWERED = {0: _of_stdout}
"""Place in a shape -> the record there that has its own lengths and content."""


def _header(kind: RecordType, key: bytes) -> bytes:
    return bytes((1, kind)) + key + bytes(4)


def _content(hex: str, wanted: bool) -> str:
    return f', "data": "{hex}"' if wanted else ""


def _of_known(header: bytes, shape: Shape) -> str:
    """A record of which only its request varies."""
    kind = header[1]
    opening, closing = around_content(header)
    body = decode_body(kind, shape.body) if kind in BODIES else None
    text = opening + closing + (f", {members(body)}" if body else "")
    if kind == RecordType.BEGIN_REQUEST:
        return f"{text}, {_NUMBERED}}}"
    if kind == RecordType.END_REQUEST:
        return f"{text}, {_AT_END}"
    return f"{text}, {_REQUEST}" if shape.asks else f"{text}, {_REQUEST}{_RESPONSE}"
