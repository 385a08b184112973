"""What a look at PARAMS tells comes in, what JSON makes of it goes out, mostly undecoded.

From request to request the names are the same and most of the values, too: those stand in
templates, a set for each list of names, with gaps for what was seen to vary. A value that is
not as it always was makes them anew, so at most once a name.
"""

from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.glance import Glance
from fcgidissect.output.pairs_json import escaped, forms_of, string
from fcgidissect.output.template import Template, gap, picker

_PARAMS = {
    "method": ("REQUEST_METHOD",),
    "uri": ("REQUEST_URI",),
    "query": ("QUERY_STRING",),
    "script": ("SCRIPT_FILENAME", "SCRIPT_NAME"),
    "host": ("HTTP_HOST", "SERVER_NAME"),
    "remote_addr": ("REMOTE_ADDR",),
    "user_agent": ("HTTP_USER_AGENT",),
}
"""Member of `request` -> the param that tells it, or where that is empty the second."""
ALWAYS = ("method", "uri", "script", "host", "remote_addr")
"""Those that every record behind PARAMS tells; END_REQUEST tells all."""
_CHOICES = [names[0] for names in _PARAMS.values() if len(names) > 1]
_LENGTH = "CONTENT_LENGTH"
_new = tuple.__new__
_MOST = 64
"""Lists of names that are remembered, each of at most `plain.LONGEST` bytes."""


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
    names = tuple(seen.places)
    form = _forms.get(names)
    if form is not None:
        return form.told(seen, number, begun)
    if len(_forms) >= _MOST:
        _forms.clear()
    _forms[names] = _Form(seen)
    return None


class _Form:
    """The templates for a list of names."""

    _pairs: Template
    _always: Template
    _at_end: Template
    _rare: bool
    """Not for these values."""
    _choices: "List[int]"
    """Places among the values that vary, of params that are rarely empty."""
    _length: Optional[int]
    """The place of CONTENT_LENGTH there."""

    def __init__(self, seen: Glance) -> None:
        self._values: "Dict[bytes, Optional[bytes]]" = {
            name: seen.values[place] for name, place in seen.places.items()
        }
        """Name -> its value in all that was seen; None where it varies."""
        self._constants: "Optional[Tuple[bytes, ...]]" = None
        self._find(seen.places)

    def told(self, seen: Glance, number: str, begun: str) -> Optional[Told]:
        """See `told_of`."""
        values = seen.values
        # 1. Where this look has which values; and does one vary that never did?
        if seen.places is not self._places:
            self._find(seen.places)
        if self._of_constants(values) != self._constants:
            self._learn(seen)
        # 2. Those that vary, as they stand between quotes. No control byte is in the values
        # of a plain request, so one can stand between them.
        joined = b"\0".join(self._of_others(values))
        texts = joined.decode("utf-8", "surrogateescape").split("\0")
        if not joined.isascii() or b'"' in joined or b"\\" in joined:
            texts = list(escaped(tuple(texts)) or ())
        # 3. The texts, unless a param is empty in whose place another one stands then.
        if self._rare or not texts:
            return None
        if self._choices and not all([texts[place] for place in self._choices]):
            return None
        length = "" if self._length is None else _length(texts[self._length])
        texts += number, begun, length
        pairs, always, at_end = self._pairs, self._always, self._at_end
        return _new(Told, (pairs.text(texts), always.text(texts), at_end.text(texts)))

    def _find(self, places: "Dict[bytes, int]") -> None:
        values, self._places = self._values, places
        constants = [places[name] for name in values if values[name] is not None]
        others = [places[name] for name in values if values[name] is None]
        self._of_constants, self._of_others = picker(constants), picker(others)

    def _learn(self, seen: Glance) -> None:
        """Make templates with gaps for what has varied by now."""
        for name, place in seen.places.items():
            if seen.values[place] != self._values[name]:
                self._values[name] = None
        self._find(seen.places)
        self._constants = self._of_constants(seen.values)
        others = [_text(name) for name, value in self._values.items() if value is None]
        places = {name: place for place, name in enumerate(others)}
        texts = {
            _text(name): gap(places[_text(name)]) if value is None else _shown(value)
            for name, value in self._values.items()
        }
        pairs = forms_of(tuple(texts), tuple(texts.values()))
        number, begun, length = map(gap, (-3, -2, -1))
        self._length = places.get(_LENGTH)
        if self._length is None:
            length = _length(texts.get(_LENGTH, ""))
        opened = f'"request": {{"number": {number}'
        always, at_end = _members(ALWAYS, texts), _members(_PARAMS, texts)
        self._pairs = Template(pairs)
        self._always = Template(f"{opened}{always}}}")
        self._at_end = Template(f"{opened}, {begun}{at_end}{length}")
        self._rare = not pairs or not all([texts.get(name, "-") for name in _CHOICES])
        self._choices = [places[name] for name in _CHOICES if name in places]


_forms: "Dict[Tuple[bytes, ...], _Form]" = {}


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _shown(value: bytes) -> str:
    """A value as it stands between quotes; that of a plain request is UTF-8."""
    return string(_text(value))[1:-1]


def _members(members: "Iterable[str]", texts: "Dict[str, str]") -> str:
    """The members of which there are params."""
    told = ""
    for member in members:
        found = [texts[name] for name in _PARAMS[member] if name in texts]
        if found:
            told += f', "{member}": "{found[0]}"'
    return told


def _length(text: str) -> str:
    """CONTENT_LENGTH where it is a number."""
    usual = text.isdigit() and text.isascii()
    return f', "content_length": {int(text)}' if usual else ""
