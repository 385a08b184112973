"""A request comes in, the lines of what is known of it go out.

Those of a plain request come from its few values, without asking for each field. From request
to request the names of params are the same and most of the values, too, and so the look was at
a layout: what that fixes stands in templates, with places for what varies. Nothing is decoded.
"""

from typing import (
    Any,
    Collection,
    Dict,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.fcgi.brief import Plain
from fcgidissect.fcgi.brief_known import TOLD_BY, known_of
from fcgidissect.fcgi.glance import Glance
from fcgidissect.fcgi.known import Known, header_fields, status_in
from fcgidissect.fcgi.request import Answer
from fcgidissect.fields import fields_of
from fcgidissect.limits import Limits
from fcgidissect.output.node_lines import INDENT
from fcgidissect.output.template import picker
from fcgidissect.text import date, seconds
from fcgidissect.tree import ELLIPSIS, LINE, sayer

_SAY = {attribute: sayer(field) for attribute, field in fields_of(Known)}
_FORMS = {
    attribute: f"{2 * INDENT}[{field.title}: %s]\n"
    for attribute, field in fields_of(Known)
}
"""What is known -> its line, with a place for it as text."""
_SPAN = "%s seconds"
_BEGUN = _FORMS["begin_time"].encode()
_AT_END = "".join(
    [
        _FORMS["first_frame"] % "%d",
        "%s",
        _FORMS["duration"] % _SPAN,
        _FORMS["ttfb"] % _SPAN,
        _FORMS["state"] % "complete",
        _FORMS["stdin_length"] % "%d",
        "%s",
        _FORMS["body_length"] % "%d",
    ]
).encode()
"""What END_REQUEST tells behind the params: first the begin; last but one what the header
block tells."""
_CONTENT_LENGTH = _FORMS["content_length"].encode().replace(b"%s", b"%d")
_INDENT = (2 * INDENT).encode()
_LENGTH = b"CONTENT_LENGTH"
_CHOICES = [names[0].encode() for names in TOLD_BY.values() if len(names) > 1]
"""Params in whose place another one stands where they are empty."""
_MOST = 64
"""Layouts and lists of names that are remembered, each of at most `brief.LONGEST` bytes."""


class Asked(NamedTuple):
    """The lines of a question."""

    begin: bytes
    """What BEGIN_REQUEST tells of the request."""
    pairs: "Sequence[bytes]"
    """The params."""
    known: bytes
    """What these and each record behind them tell of the request."""


class PlainLines:
    """The lines of plain requests; None where they take the tree."""

    def __init__(self) -> None:
        self._starts: "Dict[bytes, bytes]" = {}
        """Content of BEGIN_REQUEST -> what it tells."""
        self._asked: "Dict[int, Tuple[bytes, bytes]]" = {}
        """Number -> what the question tells, and when it came, until its answer comes."""
        self._responses: "Dict[bytes, bytes]" = {}
        self._most = Limits().memo

    def asked(self, request: Plain) -> Optional[Asked]:
        """Those of a question."""
        start = self._start(request)
        told = told_of(request.question.seen)
        if told is None:
            return None
        pairs, known = told
        begun = _BEGUN % date(request.begin_time).encode()
        head = start + known
        if len(self._asked) >= self._most:
            self._asked.clear()
        self._asked[request.number] = head, begun
        return _new(Asked, (start + begun, pairs, head + begun))

    def answered(
        self, request: Plain, answer: Answer
    ) -> "Optional[Tuple[bytes, bytes]]":
        """What the records of an answer tell up to END_REQUEST, and what that tells."""
        asked = self._asked.pop(request.number, None) or self._again(request)
        if asked is None:
            return None
        head, begun = asked
        header, stdin = answer.header, request.question.stdin
        response = self._responses.get(header) or self._response(header)
        lasted = seconds(answer.time - request.begin_time).encode()
        body = answer.length - len(header)
        end = request.first_frame, begun, lasted, lasted, stdin, response, body
        return b"%b%b%b" % (head, begun, response), head + _AT_END % end

    def _start(self, request: Plain) -> bytes:
        """What BEGIN_REQUEST tells but for the time."""
        begin, number = request.question.begin, request.number
        start = self._starts.get(begin)
        if start is None:
            if len(self._starts) >= self._most:
                self._starts.clear()
            known = known_of(request, 0)
            title = f"{INDENT}[Request %d:]\n{_FORMS['number'] % '%d'}".encode()
            told = _line("role", known.role) + _line("keep_conn", known.keep_conn)
            start = self._starts[begin] = title + told
        return start % (number, number)

    def _again(self, request: Plain) -> "Optional[Tuple[bytes, bytes]]":
        """What a question tells, and when it came."""
        told = told_of(request.question.seen)
        begun = _BEGUN % date(request.begin_time).encode()
        return (self._start(request) + told[1], begun) if told else None

    def _response(self, header: bytes) -> bytes:
        """What a header block tells."""
        if len(self._responses) >= self._most:
            self._responses.clear()
        fields = header_fields(header)
        text = self._responses[header] = (
            _line("status", status_in(fields))
            + _line("content_type", fields.get("content-type", [None])[-1])
            + _line("header_length", len(header))
        )
        return text


_new = tuple.__new__


def _line(attribute: str, value: object) -> bytes:
    if value is None:
        return b""
    return f"{2 * INDENT}[{_SAY[attribute](value)}]\n".encode()


def known_lines(known: Known) -> str:
    """What is known of any request, field by field."""
    lines = [f"{INDENT}[Request {known.number}:]\n"]
    for attribute, say in _SAY.items():
        value = getattr(known, attribute)
        if value is not None:
            lines.append(f"{2 * INDENT}[{say(value)}]\n")
    return "".join(lines)


def told_of(seen: Glance) -> "Optional[Tuple[Sequence[bytes], bytes]]":
    """The lines of all params, and of those that tell of their request.

    None where that takes more than templates. The pieces of the first are the next call's, too.
    """
    key = id(seen.places) if seen.fixed else tuple(seen.places)
    form = _forms.get(key)
    if form is None:
        if len(_forms) >= _MOST:
            _forms.clear()
        form = _forms[key] = _Form(seen)
    return form.told(seen.varying)


class _Form:
    """The templates for what is laid out like something that was looked at."""

    def __init__(self, seen: Glance) -> None:
        self._seen = seen
        """It keeps its places, so that no others have their `id`."""
        values: "Dict[bytes, Optional[bytes]]" = {
            name: seen.fixed[place] if place < len(seen.fixed) else None
            for name, place in seen.places.items()
        }
        """Name -> its value; None where it varies."""
        names = [name for name, value in values.items() if value is None]
        varying = {name: place for place, name in enumerate(names)}
        told_by = _told_by(values)
        self._pairs = _pairs(values)
        """The lines of all; every other piece is that of a value that varies."""
        self._known = b"".join(
            [
                _FORMS[attribute].encode() % _fixed(values[name])
                for attribute, name in told_by.items()
            ]
        ) + _of_length(values.get(_LENGTH) or b"")
        """The lines of those that tell of their request."""
        self._of_known = picker(
            [varying[name] for name in told_by.values() if name in varying]
        )
        """What goes into them."""
        self._length = varying.get(_LENGTH)
        """The place of CONTENT_LENGTH among the values that vary."""
        self._choices = [varying[name] for name in _CHOICES if name in varying]
        """Places of those that are rarely empty."""
        empty = b"" in [values.get(name) for name in _CHOICES]
        self._rare = empty or not _is_printable(seen.fixed)
        """Not for these params."""

    def told(
        self, varying: "Tuple[bytes, ...]"
    ) -> "Optional[Tuple[Sequence[bytes], bytes]]":
        """See `told_of`."""
        # 1. An empty value may stand back for another.
        if (
            self._rare
            or (self._choices and not all([varying[each] for each in self._choices]))
            or not _is_printable(varying)
        ):
            return None
        # 2. A long one is cut where it tells of the request.
        known = self._of_known(varying)
        if len(b"".join(known)) > LINE:
            known = tuple(map(_cut, known))
        length = b"" if self._length is None else _of_length(varying[self._length])
        pairs = self._pairs
        pairs[1::2] = [b" = " + value if value else b"" for value in varying]
        return pairs, self._known % known + length


_forms: "Dict[Any, _Form]" = {}
"""`id` of a layout's places, or the names where there is no layout -> the form."""


def _pairs(values: "Dict[bytes, Optional[bytes]]") -> "List[bytes]":
    """The lines of all pairs; every other piece is a place for a value that varies."""
    pieces = [f"{INDENT}Params:\n".encode()]
    for name, value in values.items():
        pieces[-1] += _INDENT + name
        if value is None:
            pieces += b"", b""
        elif value:
            pieces[-1] += b" = " + value
        pieces[-1] += b"\n"
    return pieces


def _told_by(names: "Collection[bytes]") -> "Dict[str, bytes]":
    """What is known -> the name of the param that tells it, of those that are there."""
    told_by = {}
    for attribute, choices in TOLD_BY.items():
        found = [name.encode() for name in choices if name.encode() in names]
        if found:
            told_by[attribute] = found[0]
    return told_by


def _fixed(value: Optional[bytes]) -> bytes:
    """A value that does not vary in a template, or a place for one that does."""
    return b"%b" if value is None else _cut(value).replace(b"%", b"%%")


def _cut(value: bytes) -> bytes:
    """As much of a value as a line shows."""
    text = value.decode("utf-8", "surrogateescape")
    return (
        value
        if len(text) <= LINE
        else (text[:LINE] + ELLIPSIS).encode("utf-8", "surrogateescape")
    )


def _of_length(value: bytes) -> bytes:
    """The line of CONTENT_LENGTH, where it is a number."""
    return _CONTENT_LENGTH % int(value) if value.isdigit() else b""


def _is_printable(values: "Sequence[bytes]") -> bool:
    """Whether each value of a plain request is printable: all of them in one piece are.

    But the last byte of one and the first of the next may make one character.
    """
    joined = b"\0".join(values)
    if joined.isascii():
        return True
    text = joined.decode("utf-8", "surrogateescape")
    return text.replace("\0", "").isprintable()
