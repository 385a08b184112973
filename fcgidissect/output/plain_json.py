"""A plain request comes in, what JSON tells of it goes out, from the few values it has.

It is what `fragments.members` writes of its `Known`, without asking for each field.
"""

from functools import lru_cache
from typing import Dict, Tuple

from fcgidissect.fcgi.known import header_fields, status_in
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.plain_known import known_of
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.spec import KEEP_CONN
from fcgidissect.limits import Limits
from fcgidissect.output.fragments import members
from fcgidissect.output.pairs_json import both_forms, string
from fcgidissect.output.params_json import ALWAYS, told_of
from fcgidissect.text import iso, seconds

_MOST = 64
"""Contents of BEGIN_REQUEST that are remembered."""
_UNKNOWN = "", ""
_TOLD = frozenset({"fcgi.request.number", *(f"fcgi.request.{name}" for name in ALWAYS)})


class PlainRequests:
    """The texts of plain requests; what a question tells is kept until it is answered."""

    def __init__(self) -> None:
        self._asked: "Dict[int, Tuple[str, str]]" = {}
        """Number -> `request` in the records behind PARAMS, and what at_end begins with."""
        self._responses: "Dict[bytes, str]" = {}
        self._most = Limits().memo

    def question(self, request: Plain) -> "Tuple[str, str]":
        """What PARAMS tell: `param` and `nv`; `request` in them and each record behind."""
        pairs, always, at_end = _asked(request)
        asked = self._asked
        if len(asked) >= self._most:
            asked.clear()
        asked[request.number] = always, at_end
        return pairs, always

    def answer(self, request: Plain, answer: Answer) -> "Tuple[str, str]":
        """`request` and `response` in STDOUT; the same in END_REQUEST."""
        known = self._asked.pop(request.number, _UNKNOWN)
        always, at_end = _asked(request)[1:] if known is _UNKNOWN else known
        response = self._response(answer.header)
        told = f'{always}, "response": {{{response}}}' if response else always
        if at_end:
            return told, _at_end(at_end, request, answer, response)
        position = request.question.records + answer.records - 1
        return told, members(known_of(request, position))

    def _response(self, header: bytes) -> str:
        """The members of `response` that a header block tells."""
        text = self._responses.get(header)
        if text is None:
            if len(self._responses) >= self._most:
                self._responses.clear()
            text = self._responses[header] = _response(header)
        return text


def _asked(request: Plain) -> "Tuple[str, str, str]":
    """The pairs of a question, `request` behind it, and what `_at_end` begins with.

    The last is empty where it takes decoding.
    """
    question = request.question
    told = told_of(question.seen, str(request.number), _begun(question.shape.body))
    if told is not None:
        return told
    pairs = both_forms(decode(question.params)[0])
    return pairs, members(known_of(request, 1), _TOLD), ""


@lru_cache(_MOST)
def _begun(content: bytes) -> str:
    """What BEGIN_REQUEST tells of its request."""
    keep = "true" if content[2] & KEEP_CONN else "false"
    return f'"role": {content[0] << 8 | content[1]}, "keep_conn": {keep}'


def _at_end(asked: str, request: Plain, answer: Answer, response: str) -> str:
    """`request` and `response` in END_REQUEST."""
    header, begun = len(answer.header), request.begin_time
    lasted = seconds(answer.time - begun)
    return (
        f'{asked}, "first_frame": {request.first_frame},'
        f' "begin_time": "{iso(begun, 9 if begun % 1000 else 6)}",'
        f' "duration": {lasted}, "ttfb": {lasted}, "state": "complete",'
        f' "stdin": {{"length": {request.question.stdin}}}}},'
        f' "response": {{{response}{response and ", "}'
        f'"header_length": {header}, "body_length": {answer.length - header}}}'
    )


def _response(header: bytes) -> str:
    fields = header_fields(header)
    status, kinds = status_in(fields), fields.get("content-type")
    told = [] if status is None else [f'"status": {status}']
    if kinds:
        told.append(f'"content_type": {string(kinds[-1])}')
    return ", ".join(told)
