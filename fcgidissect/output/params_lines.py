"""A look at PARAMS comes in, the lines of them and of what they tell of their request go out.

From request to request the names of params are the same and most of the values, too, and so
the look was at a layout: what that fixes stands in templates, with places for what varies.
"""

from typing import List, Mapping, Optional, Sequence, Tuple

from fcgidissect.fcgi.brief_known import TOLD_BY
from fcgidissect.fcgi.glance import Glance
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.params import PRINTABLE
from fcgidissect.fields import fields_of
from fcgidissect.output.node_lines import INDENT
from fcgidissect.output.params_form import LENGTH, Form, Forms
from fcgidissect.output.template import picker
from fcgidissect.text import ELLIPSIS, escape, number
from fcgidissect.tree import LINE

FORMS = {
    attribute: f"{2 * INDENT}[{field.title}: %s]\n"
    for attribute, field in fields_of(Known)
}
"""What is known -> its line, with a place for it as text."""
_CONTENT_LENGTH = FORMS["content_length"].encode().replace(b"%s", b"%d")
_TOLD = {
    attribute: (FORMS[attribute].encode(), [name.encode() for name in names])
    for attribute, names in TOLD_BY.items()
}
"""What params tell -> its line, and the names of those that tell it (see `TOLD_BY`)."""
_PATH = b"SCRIPT_NAME", b"PATH_INFO", b"QUERY_STRING"
PARAMS_TITLE = f"{INDENT}Params:\n".encode()
_NAME = f"{2 * INDENT}%b\n".encode()
_PAIR = f"{2 * INDENT}%b = %b\n".encode()
_INDENT = (2 * INDENT).encode()


class LinesForm(Form):
    """The templates for what is laid out like something that was looked at."""

    def __init__(self, seen: Glance) -> None:
        super().__init__(seen)
        values, told_by = self.values, self.told_by
        self._pairs = _pairs(seen)
        """The lines of all; every other piece is that of a value that varies."""
        self._known = b"".join(
            [
                FORMS[attribute].encode() % _fixed(values[name])
                for attribute, name in told_by.items()
            ]
        ) + _of_length(values.get(LENGTH) or b"")
        """The lines of those that tell of their request."""
        self._of_known = picker(
            [self.places[name] for name in told_by.values() if name in self.places]
        )
        """What goes into them."""
        self._length = self.places.get(LENGTH)
        """The place of CONTENT_LENGTH among the values that vary."""
        self._rare = "uri" not in told_by and b"SCRIPT_NAME" in values
        """The URI is put together from several of them."""

    def told(
        self, varying: "Tuple[bytes, ...]"
    ) -> "Optional[Tuple[Sequence[bytes], bytes]]":
        """The lines of all params, and of those that tell of their request.

        None where that takes more than templates. The pieces of the first are the next
        call's, too.
        """
        # 1. An empty value may stand back for another.
        choices = self.choices
        if self._rare or (choices and not all(choices(varying))):
            return None
        if b"".join(varying).translate(None, PRINTABLE):
            varying = tuple(map(_shown, varying))
        # 2. A long one is cut where it tells of the request.
        known = self._of_known(varying)
        if len(b"".join(known)) > LINE:
            known = tuple(map(_cut, known))
        length = b"" if self._length is None else _of_length(varying[self._length])
        pairs = self._pairs
        pairs[1::2] = [b" = " + value if value else b"" for value in varying]
        return pairs, self._known % known + length


class ParamsLines:
    """The lines of params that were looked at."""

    def __init__(self) -> None:
        self._forms = Forms(LinesForm)

    def told(self, seen: Glance) -> "Tuple[Sequence[bytes], bytes]":
        """Those of all, and of those that tell of their request; see `LinesForm.told`."""
        form = self._forms.of(seen)
        return form and form.told(seen.varying) or one_by_one(seen)


def one_by_one(seen: Glance) -> "Tuple[Sequence[bytes], bytes]":
    """The same for params that are not laid out like any before: Go has them in any order."""
    values, places, laid = seen.values, seen.order.places, seen.order.pairs
    if b"".join([*places, *values]).translate(None, PRINTABLE):
        values = tuple(map(_shown, values))
        laid = [(_shown(name), place) for name, place in laid]
    # 1. All of them.
    pairs = [PARAMS_TITLE]
    for name, place in laid:
        own = values[place]
        pairs.append(_PAIR % (name, own) if own else _NAME % name)
    # 2. Those that tell of the request.
    known = b""
    for attribute, (form, names) in _TOLD.items():
        value: Optional[bytes] = None
        for told_by in names:
            value = values[places[told_by]] if told_by in places else None
            if value:
                break
        if value is None and attribute == "uri":
            value = _path(places, values)
        if value is not None:
            known += form % (value if len(value) <= LINE else _cut(value))
    return pairs, known + _of_length(seen.content_length)


def _path(places: "Mapping[bytes, int]", values: "Sequence[bytes]") -> Optional[bytes]:
    """What stands for a URI that is not given (see `Known`)."""
    path, behind, query = [
        values[places[name]] if name in places else b"" for name in _PATH
    ]
    if _PATH[0] not in places:
        return None
    return path + behind + b"?" * (query > b"") + query


def _pairs(seen: Glance) -> "List[bytes]":
    """The lines of all pairs; every other piece is a place for a value that varies."""
    pieces, fixed = [PARAMS_TITLE], seen.fixed
    for name, place in seen.order.pairs:
        pieces[-1] += _INDENT + _shown(name)
        if place >= len(fixed):
            pieces += b"", b""
        elif fixed[place]:
            pieces[-1] += b" = " + _shown(fixed[place])
        pieces[-1] += b"\n"
    return pieces


def _fixed(value: Optional[bytes]) -> bytes:
    """A value that does not vary in a template, or a place for one that does."""
    return b"%b" if value is None else _cut(_shown(value)).replace(b"%", b"%%")


def _shown(value: bytes) -> bytes:
    """A value as it is safe to print."""
    return escape(value.decode("utf-8", "surrogateescape")).encode()


def _cut(value: bytes) -> bytes:
    """As much of a value as a line shows."""
    text = value.decode()
    return value if len(text) <= LINE else (text[:LINE] + ELLIPSIS).encode()


def _of_length(value: bytes) -> bytes:
    """The line of CONTENT_LENGTH, where it is a number."""
    length = number(value)
    return b"" if length is None else _CONTENT_LENGTH % length
