"""A plain request comes in, what JSON tells of it goes out, from the few values it has.

It is what `fragments.members` writes of its `Known`, without asking for each field.
"""

from functools import lru_cache
from typing import Dict, Tuple

from fcgidissect.fcgi.brief import Plain
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.known import header_fields, status_in
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.spec import KEEP_CONN
from fcgidissect.limits import Limits
from fcgidissect.output.fragments import members
from fcgidissect.output.pairs_json import both_forms, string
from fcgidissect.output.params_form import Forms
from fcgidissect.output.params_json import ALWAYS, ParamsJson, Told
from fcgidissect.text import BILLION, iso, seconds

_MOST = 64
"""Contents of BEGIN_REQUEST that are remembered."""
_AT_END = (
    b', "first_frame": %d, "begin_time": "%b", "duration": %b, "ttfb": %b,'
    b' "state": "complete", "stdin": {"length": %d}},'
    b' "response": {%b"header_length": %d, "body_length": %d}'
)
"""`request` and `response` in END_REQUEST, behind what the question tells."""

_TOLD = frozenset(f"fcgi.request.{name}" for name in ALWAYS)


class PlainRequests:
    """The texts of plain requests; what a question tells is kept until it is answered."""

    def __init__(self) -> None:
        self._forms = Forms(ParamsJson)
        self._asked: "Dict[int, Tuple[bytes, bytes]]" = {}
        """Number -> `request` in the records behind PARAMS, and what it begins with in
        END_REQUEST; the latter is empty where it takes decoding."""
        self._most = Limits().memo

    def question(self, request: Plain) -> "Tuple[bytes, bytes, bytes]":
        """`request` up to its number; `param` and `nv`; `request` in them and behind."""
        question, number = request.question, request.number
        seen = question.seen
        form = self._forms.of(seen)
        told = form.told(seen.varying) if form else None
        pairs, always, all_told = told or _decoded(request)
        numbered = b'"request": {"number": %d' % number
        always = numbered + always + b"}"
        at_end = numbered + _begun(question.begin) + all_told if told else b""
        asked = self._asked
        if len(asked) >= self._most:
            asked.clear()
        asked[number] = always, at_end
        return numbered, pairs, always

    def answer(self, request: Plain, answer: Answer) -> "Tuple[bytes, bytes, bytes]":
        """`request` in STDOUT; `response` there; both in END_REQUEST."""
        if request.number not in self._asked:
            self.question(request)
        always, at_end = self._asked.pop(request.number)
        header, time = answer.header, request.begin_time
        response, opened = _response(header)
        if not at_end:
            position = request.question.records + answer.records - 1
            whole = members(known_of(request, position)).encode()
            return always, response, whole
        length, lasted = len(header), answer.time - time
        if 0 <= lasted < BILLION:
            span = b"0.%09d" % lasted
        else:
            span = seconds(lasted).encode()
        at_end += _AT_END % (
            request.first_frame,
            iso(time, 9 if time % 1000 else 6).encode(),
            span,
            span,
            request.question.stdin,
            opened,
            length,
            answer.length - length,
        )
        return always, response, at_end


def _decoded(request: Plain) -> Told:
    """What takes more than templates; see `Told`, of which the last is left out."""
    pairs = both_forms(decode(request.question.params)[0])
    always = members(known_of(request, 1), _TOLD)
    inside = always.removeprefix('"request": {').removesuffix("}")
    return pairs.encode(), f", {inside}".encode() if inside else b"", b""


@lru_cache(_MOST)
def _begun(content: bytes) -> bytes:
    """What BEGIN_REQUEST tells of its request, behind its number."""
    keep = b"true" if content[2] & KEEP_CONN else b"false"
    return b', "role": %d, "keep_conn": %b' % (content[0] << 8 | content[1], keep)


@lru_cache(Limits().memo)
def _response(header: bytes) -> "Tuple[bytes, bytes]":
    """What a header block tells: all of `response` in STDOUT, its begin in END_REQUEST."""
    fields = header_fields(header)
    status, kinds = status_in(fields), fields.get("content-type")
    told = [] if status is None else [f'"status": {status}']
    if kinds:
        told.append(f'"content_type": {string(kinds[-1])}')
    text = ", ".join(told).encode()
    return (b', "response": {%b}' % text, text + b", ") if text else (b"", b"")
