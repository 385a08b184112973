"""What a look at a plain request's PARAMS tells comes in, what JSON makes of it goes out.

It stands in templates: see `params_form`.
"""

from json.encoder import encode_basestring_ascii as quoted
from typing import Iterable, Optional, Tuple

from fcgidissect.fcgi.brief_known import TOLD_BY
from fcgidissect.fcgi.glance import Glance
from fcgidissect.output.pairs_json import template_of
from fcgidissect.output.params_form import LENGTH, Form
from fcgidissect.output.template import Template, gap
from fcgidissect.text import number

_QUOTE, _BACKSLASH = b'"\\'
ALWAYS = ("method", "uri", "script", "host", "remote_addr")
"""Those that every record behind PARAMS tells; END_REQUEST tells all."""

Told = Tuple[bytes, bytes, bytes]
"""`param` and `nv`; the members of `request` behind its number, each behind a comma, in each
record behind PARAMS; and in END_REQUEST."""


class ParamsJson(Form):
    """The templates for what is laid out in one way."""

    def __init__(self, seen: Glance) -> None:
        super().__init__(seen)
        self._texts = {
            name: gap(self.places[name]) if value is None else _escaped(value).decode()
            for name, value in self.values.items()
        }
        names = tuple([name.decode() for name in self._texts])
        pairs = template_of(names) % (2 * tuple(self._texts.values()))
        self._pairs = Template(pairs)
        self._always = Template(self._members(ALWAYS))
        self._all = Template(self._members(TOLD_BY))
        self._length = self.places.get(LENGTH)
        """The place of CONTENT_LENGTH where it varies."""
        self._fixed_length = _length(self.values.get(LENGTH) or b"")

    def _members(self, wanted: "Iterable[str]") -> str:
        """The members of which there are params."""
        told = [(each, self.told_by[each]) for each in wanted if each in self.told_by]
        return "".join([f', "{each}": "{self._texts[name]}"' for each, name in told])

    def told(self, varying: "Tuple[bytes, ...]") -> Optional[Told]:
        """What they tell that are laid out so; None where that takes more than templates."""
        if self.choices is not None and not all(self.choices(varying)):
            return None
        length = self._fixed_length
        if self._length is not None:
            length = _length(varying[self._length])
        joined = b"".join(varying)
        if not joined.isascii() or _QUOTE in joined or _BACKSLASH in joined:
            varying = tuple(map(_escaped, varying))
        always, all_told = self._always.text(varying), self._all.text(varying)
        return self._pairs.text(varying), always, all_told + length


def _escaped(value: bytes) -> bytes:
    """A value as it stands between quotes."""
    return quoted(value.decode())[1:-1].encode()


def _length(value: bytes) -> bytes:
    """CONTENT_LENGTH where it is a number."""
    length = number(value)
    return b"" if length is None else b', "content_length": %d' % length
