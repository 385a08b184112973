"""What a look at PARAMS tells comes in, what JSON makes of it goes out, mostly undecoded.

From request to request the names are the same and most of the values, too, and so the look
was at a layout: what that fixes stands in templates, with gaps for what varies.
"""

from typing import Dict, Iterable, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.glance import Glance
from fcgidissect.fcgi.plain_known import TOLD_BY
from fcgidissect.output.pairs_json import escaped, forms_of, string
from fcgidissect.output.template import Template, gap

ALWAYS = ("method", "uri", "script", "host", "remote_addr")
"""Those that every record behind PARAMS tells; END_REQUEST tells all."""
_CHOICES = [names[0] for names in TOLD_BY.values() if len(names) > 1]
_LENGTH = "CONTENT_LENGTH"
_new = tuple.__new__
_MOST = 64
"""Layouts that are remembered, each of at most `plain.LONGEST` bytes."""


class Told(NamedTuple):
    """What JSON makes of params."""

    pairs: str
    """`param` and `nv`."""
    always: str
    """`request` in each record behind PARAMS."""
    at_end: str
    """`request` in END_REQUEST, up to what only the answer tells."""


def told_of(seen: Glance, number: str, begun: str) -> Optional[Told]:
    """What a plain request's params tell; None where that takes more than templates.

    Args:
        number: that of the request.
        begun: the members that BEGIN_REQUEST tells.
    """
    form = _forms.get(id(seen.places))
    if form is not None:
        return form.told(seen.varying, number, begun)
    if seen.fixed:
        if len(_forms) >= _MOST:
            _forms.clear()
        _forms[id(seen.places)] = _Form(seen)
    return None


class _Form:
    """The templates for what is laid out like something that was looked at."""

    def __init__(self, seen: Glance) -> None:
        self._seen = seen
        """It keeps its places, so that no others have their `id`."""
        fixed = [_text(value) for value in seen.fixed]
        names = [_text(name) for name in seen.places]
        varying = {
            name: place - len(fixed)
            for name, place in zip(names, seen.places.values())
            if place >= len(fixed)
        }
        """Name -> place among the values that vary."""
        texts = {
            name: gap(varying[name]) if name in varying else string(fixed[place])[1:-1]
            for name, place in zip(names, seen.places.values())
        }
        pairs = forms_of(tuple(texts), tuple(texts.values()))
        number, begun, length = map(gap, (-3, -2, -1))
        self._length = varying.get(_LENGTH)
        """The place of CONTENT_LENGTH among them."""
        if self._length is None:
            length = _length(texts.get(_LENGTH, ""))
        opened = f'"request": {{"number": {number}'
        always, at_end = _members(ALWAYS, texts), _members(TOLD_BY, texts)
        self._pairs = Template(pairs)
        self._always = Template(f"{opened}{always}}}")
        self._at_end = Template(f"{opened}, {begun}{at_end}{length}")
        self._rare = not pairs or not all([texts.get(name, "-") for name in _CHOICES])
        """Not for these params."""
        self._choices = [varying[name] for name in _CHOICES if name in varying]
        """Places of those that are rarely empty."""

    def told(
        self, varying: "Tuple[bytes, ...]", number: str, begun: str
    ) -> Optional[Told]:
        """See `told_of`."""
        # 1. The values as they stand between quotes. No control byte is in those of a plain
        # request, so one can stand between them.
        joined = b"\0".join(varying)
        texts = joined.decode("utf-8", "surrogateescape").split("\0")
        if not joined.isascii() or b'"' in joined or b"\\" in joined:
            texts = list(escaped(tuple(texts)) or ())
        # 2. The texts, unless a param is empty in whose place another one stands then.
        if self._rare or not texts:
            return None
        if self._choices and not all([texts[place] for place in self._choices]):
            return None
        length = "" if self._length is None else _length(texts[self._length])
        texts += number, begun, length
        pairs, always, at_end = self._pairs, self._always, self._at_end
        return _new(Told, (pairs.text(texts), always.text(texts), at_end.text(texts)))


_forms: "Dict[int, _Form]" = {}
"""`id` of a layout's places -> its form."""


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _members(members: "Iterable[str]", texts: "Dict[str, str]") -> str:
    """The members of which there are params."""
    told = ""
    for member in members:
        found = [texts[name] for name in TOLD_BY[member] if name in texts]
        if found:
            told += f', "{member}": "{found[0]}"'
    return told


def _length(text: str) -> str:
    """CONTENT_LENGTH where it is a number."""
    usual = text.isdigit() and text.isascii()
    return f', "content_length": {int(text)}' if usual else ""
