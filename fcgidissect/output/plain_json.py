"""A plain request comes in, what JSON tells of it goes out, from the few values it has.

It is what `fragments.members` writes of its `Known`, without asking for each field.
"""

from typing import Dict, NamedTuple, Tuple

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

_TOLD = frozenset({"fcgi.request.number", *(f"fcgi.request.{name}" for name in ALWAYS)})


class Asked(NamedTuple):
    """What a question tells of its request."""

    always: str
    """`request` in each record behind PARAMS."""
    at_end: str
    """`request` in END_REQUEST, up to what the answer tells; empty where that is rare."""


class PlainRequests:
    """The texts of plain requests, each made once while it is remembered."""

    def __init__(self) -> None:
        self._asked: "Dict[int, Asked]" = {}
        self._responses: "Dict[bytes, str]" = {}

    def question(self, request: Plain) -> "Tuple[str, str]":
        """What PARAMS tell: `param` and `nv`; `request` in them and each record behind."""
        asked, pairs = _asked(request)
        if len(self._asked) >= Limits().memo:
            self._asked.clear()
        self._asked[request.number] = asked
        return pairs, asked.always

    def always(self, request: Plain) -> str:
        """`request` in each record behind PARAMS."""
        return self._of(request).always

    def response(self, header: bytes) -> str:
        """The members of `response` that a header block tells."""
        text = self._responses.get(header)
        if text is None:
            if len(self._responses) >= Limits().memo:
                self._responses.clear()
            text = self._responses[header] = _response(header)
        return text

    def at_end(self, request: Plain, answer: Answer) -> str:
        """`request` and `response` in END_REQUEST."""
        asked, question = self._of(request).at_end, request.question
        header, length, begun = answer.header, answer.length, request.begin_time
        if not asked:
            return members(known_of(request, question.records + answer.records - 1))
        lasted = seconds(answer.time - begun)
        response = self.response(header)
        return (
            f'{asked}, "first_frame": {request.first_frame},'
            f' "begin_time": "{iso(begun, 9 if begun % 1000 else 6)}",'
            f' "duration": {lasted}, "ttfb": {lasted}, "state": "complete",'
            f' "stdin": {{"length": {question.stdin}}}}}, "response": {{{response}{response and ", "}'
            f'"header_length": {len(header)}, "body_length": {length - len(header)}}}'
        )

    def _of(self, request: Plain) -> Asked:
        return self._asked.get(request.number) or _asked(request)[0]


def _response(header: bytes) -> str:
    fields = header_fields(header)
    status, kinds = status_in(fields), fields.get("content-type")
    told = [] if status is None else [f'"status": {status}']
    if kinds:
        told.append(f'"content_type": {string(kinds[-1])}')
    return ", ".join(told)


def _asked(request: Plain) -> "Tuple[Asked, str]":
    """What the question of a plain request tells of it, and its pairs in both forms."""
    begin = request.question.begin
    told = told_of(request.question.seen)
    if told is None:
        pairs = both_forms(decode(request.question.params)[0])
        return Asked(members(known_of(request, 1), _TOLD), ""), pairs
    number = f'"request": {{"number": {request.number}'
    keep = "true" if begin[2] & KEEP_CONN else "false"
    role = begin[0] << 8 | begin[1]
    asked = Asked(
        f"{number}{told.always}}}",
        f'{number}, "role": {role}, "keep_conn": {keep}{told.at_end}',
    )
    return asked, told.pairs
