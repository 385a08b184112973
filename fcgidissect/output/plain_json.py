"""A plain request comes in, what JSON tells of it goes out, from the few values it has.

It is what `fragments.members` writes of its `Known`, without asking for each field. Which
params tell what, and what stands around them, is found once for each list of names.
"""

from typing import Dict, List, NamedTuple, Sequence, Tuple

from fcgidissect.fcgi.known import header_fields, status_in
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.plain_known import known_of
from fcgidissect.fcgi.request import Answer
from fcgidissect.fcgi.spec import KEEP_CONN
from fcgidissect.limits import Limits
from fcgidissect.output.fragments import members
from fcgidissect.output.pairs_json import (
    Texts,
    both_forms,
    escaped,
    forms_of,
    string,
)
from fcgidissect.text import iso, seconds

ALWAYS = ("method", "uri", "script", "host", "remote_addr")
"""What every record behind PARAMS tells of its request beside its number."""
_AT_END = ("method", "uri", "query", "script", "host", "remote_addr", "user_agent")
"""What END_REQUEST tells of its params, but for CONTENT_LENGTH."""
_PARAMS = {
    "method": ("REQUEST_METHOD",),
    "uri": ("REQUEST_URI",),
    "query": ("QUERY_STRING",),
    "script": ("SCRIPT_FILENAME", "SCRIPT_NAME"),
    "host": ("HTTP_HOST", "SERVER_NAME"),
    "remote_addr": ("REMOTE_ADDR",),
    "user_agent": ("HTTP_USER_AGENT",),
}
"""Member -> the param that tells it, or where that is empty the second."""
_TOLD = frozenset({"fcgi.request.number", *(f"fcgi.request.{name}" for name in ALWAYS)})
_MOST = 256
"""Lists of names that are remembered, each of at most `plain.LONGEST` bytes."""


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
    begin, seen = request.question.begin, request.question.seen
    names = tuple(seen.places)
    values = [seen.values[place] for place in seen.places.values()]
    form = _forms.get(names) or _remember(names)
    # No control byte is in the values of a plain request, so one can stand between them.
    told = b"\0".join(values).decode("utf-8", "surrogateescape").split("\0")
    texts = escaped(tuple(told))
    if texts is None or form.is_rare(texts):
        pairs = both_forms(decode(request.question.params)[0])
        return Asked(members(known_of(request, 1), _TOLD), ""), pairs
    number = f'"request": {{"number": {request.number}'
    keep = "true" if begin[2] & KEEP_CONN else "false"
    role = begin[0] << 8 | begin[1]
    asked = Asked(
        f"{number}{form.always(texts)}}}",
        f'{number}, "role": {role}, "keep_conn": {keep}{form.at_end(texts)}',
    )
    return asked, forms_of(form.names, texts)


class _Form:
    """How the params of a list of names tell of their request."""

    __slots__ = ("names", "_always", "_at_end", "_first", "_length")

    def __init__(self, names: Texts) -> None:
        self.names = names
        places = {name: place for place, name in enumerate(names)}
        self._always = _part(ALWAYS, places)
        self._at_end = _part(_AT_END, places)
        choices = [names for names in _PARAMS.values() if len(names) > 1]
        self._first = [places[first] for first, _ in choices if first in places]
        self._length = places.get("CONTENT_LENGTH")

    def is_rare(self, values: Texts) -> bool:
        """Whether a param is empty in whose place another one stands then."""
        return not all([values[place] for place in self._first])

    def always(self, values: Texts) -> str:
        """What each record behind PARAMS tells."""
        template, places = self._always
        return template % tuple([values[place] for place in places])

    def at_end(self, values: Texts) -> str:
        """What END_REQUEST tells."""
        template, places = self._at_end
        text = template % tuple([values[place] for place in places])
        length = "" if self._length is None else values[self._length]
        if length.isdigit() and length.isascii():
            text += f', "content_length": {int(length)}'
        return text


_forms: "Dict[Tuple[bytes, ...], _Form]" = {}


def _remember(names: "Tuple[bytes, ...]") -> _Form:
    if len(_forms) >= _MOST:
        _forms.clear()
    texts = [name.decode("utf-8", "surrogateescape") for name in names]
    form = _forms[names] = _Form(tuple(texts))
    return form


def _part(wanted: "Sequence[str]", places: "Dict[str, int]") -> "Tuple[str, List[int]]":
    """The members of which there are params, and where the values for them are."""
    template, found = "", []
    for member in wanted:
        place = next((places[name] for name in _PARAMS[member] if name in places), None)
        if place is not None:
            template += f', "{member}": "%s"'
            found.append(place)
    return template, found
