"""A content of PARAMS in, out come its params by name, undecoded.

Of most requests nobody asks for more than what they want and whether they promise a body,
and stepping from pair to pair (section 3.4) takes most of a list's time. A web server sends
the same names in the same order, and most of them with the same values. What the contents
with the same names have in common is learnt, and made a regular expression: one match finds
the values that vary. It is only believed if each is as long as the content says.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.params import are_names_usual, are_values_usual

_new = tuple.__new__


class Glance(NamedTuple):
    """What one look at PARAMS tells; the last of several counts, as for php-fpm."""

    method: bytes
    """REQUEST_METHOD."""
    uri: bytes
    """REQUEST_URI."""
    content_length: bytes
    """CONTENT_LENGTH."""
    usual: bool
    """There is nothing to remark on any of them (see `params`)."""
    values: "Tuple[bytes, ...]"
    """Those of all params."""
    places: "Dict[bytes, int]"
    """Name -> its place among the values."""

    def param(self, name: str) -> Optional[str]:
        """The value of any param; the last of several."""
        place = self.places.get(name.encode("utf-8", "surrogateescape"))
        if place is None:
            return None
        return self.values[place].decode("utf-8", "surrogateescape")


_WANTED = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
_LONGEST = 4096
_MOST = 8
"""Bytes of a content that has a layout, and how many layouts are tried."""
_MOST_NAMES = 64
"""How many lists of names are remembered."""
_WORTH = 32
"""A layout takes as long to make as so many looks without one save."""


class _Layout:
    """How contents are laid out that differ in a few values alone."""

    __slots__ = ("names", "match", "fixed", "places", "wanted", "usual", "uses")

    def __init__(
        self,
        names: "Tuple[bytes, ...]",
        pattern: bytes,
        fixed: "Tuple[bytes, ...]",
        places: "Dict[bytes, int]",
        usual: bool,
    ) -> None:
        self.names = names
        self.match = re.compile(pattern, re.DOTALL).fullmatch
        """The length of each value that varies, and the value."""
        self.fixed = fixed
        """What the others are; the first is none."""
        self.places = places
        """Name -> place among these and, behind them, the values that vary."""
        self.wanted = tuple([places.get(name, 0) for name in _WANTED])
        self.usual = usual
        """There is nothing to remark on the names and on what does not vary."""
        self.uses = 0


_layouts: "List[_Layout]" = []
"""The one that is of use most comes first."""


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    for index, layout in enumerate(_layouts):
        found = layout.match(content)
        if found is None:
            continue
        parts = found.groups()
        values = parts[1::2]
        if b"".join(map(_written, map(len, values))) != b"".join(parts[::2]):
            continue
        layout.uses += 1
        if index and layout.uses > _layouts[index - 1].uses:
            _layouts[index - 1 : index + 1] = layout, _layouts[index - 1]
        usual = layout.usual and are_values_usual(b"".join(values), clean=True)
        values = layout.fixed + values
        method, uri, length = layout.wanted
        wanted = values[method], values[uri], values[length]
        return _new(Glance, (*wanted, usual, values, layout.places))
    return _walk(content)


_written = [
    size.to_bytes(1, "big") if size < 0x80 else (size | 1 << 31).to_bytes(4, "big")
    for size in range(_LONGEST + 1)
].__getitem__
"""A length as it is written."""


def _walk(content: bytes) -> Optional[Glance]:
    """The same, step by step."""
    names: "List[bytes]" = []
    values: "List[bytes]" = []
    at, end = 0, len(content) - 1
    while at < end:
        name = content[at]
        value = content[at + 1]
        if name | value > 127:
            name, at = _length(content, at)
            value, at = _length(content, at)
        else:
            at += 2
        behind = at + name
        names.append(content[at:behind])
        at = behind + value
        values.append(content[behind:at])
    if at != end + 1:
        return None
    usual = _learnt(tuple(names), values, content).usual
    told = dict(zip(names, values)).get
    method, uri, length = [told(name, b"") for name in _WANTED]
    usual = usual and are_values_usual(b"".join(values))
    places = dict(zip(names, range(len(names))))
    return Glance(method, uri, length, usual, tuple(values), places)


def _length(content: bytes, at: int) -> "Tuple[int, int]":
    """A length of one byte or of four, and the offset behind it."""
    width = 4 if content[at : at + 1] >= b"\x80" else 1
    length = int.from_bytes(content[at : at + width], "big")
    return length & 0x7FFFFFFF, at + width


# What contents with the same names have in common


class _Learnt:
    """What was seen of contents with the same names, one after the other."""

    def __init__(self, names: "Tuple[bytes, ...]", values: "List[bytes]") -> None:
        texts = [name.decode("utf-8", "surrogateescape") for name in names]
        self.usual = are_names_usual(tuple(texts))
        """There is nothing to remark on the names."""
        self.values: "List[Optional[bytes]]" = list(values)
        """What each had in all contents so far; None where they differ."""
        self.looks = 0
        """How many since its layout was made, if there is one."""

    def see(self, values: "List[bytes]") -> None:
        """One more content."""
        self.looks += 1
        self.values = [
            value if value == known else None
            for value, known in zip(values, self.values)
        ]


_known: "Dict[Tuple[bytes, ...], _Learnt]" = {}


def _learnt(
    names: "Tuple[bytes, ...]", values: "List[bytes]", content: bytes
) -> _Learnt:
    """What is known of these names; who comes again and again is worth a layout."""
    known = _known.get(names)
    if known is None:
        if len(_known) >= _MOST_NAMES:
            _known.clear()
        known = _known[names] = _Learnt(names, values)
    if len(content) <= _LONGEST:
        known.see(values)
        if known.looks == _WORTH:
            known.looks = 0
            _lay_out(names, known)
    return known


def _lay_out(names: "Tuple[bytes, ...]", known: _Learnt) -> None:
    """Make a layout of what is known of contents with these names.

    A value that varies reaches up to the length of the next name. Values have no control
    bytes, or there is something to remark on them, and names are so short that their
    lengths are control bytes: so there is one way to match, and it takes no search.
    """
    if any(len(name) >= 0x20 for name in names):
        return
    fixed = [b"", *[value for value in known.values if value is not None]]
    pattern, places = b"", {}
    constant, varying = 1, len(fixed)
    for name, value in zip(names, known.values):
        pattern += re.escape(_written(len(name)))
        if value is None:
            pattern += _LENGTH + re.escape(name) + _VALUE
            places[name] = varying
            varying += 1
        else:
            pattern += re.escape(_written(len(value)) + name + value)
            places[name] = constant
            constant += 1
    usual = known.usual and are_values_usual(b"".join(fixed))
    del _layouts[_MOST - 1 :]
    for layout in _layouts:
        layout.uses //= 2
    _layouts[:] = [layout for layout in _layouts if layout.names != names]
    _layouts.append(_Layout(names, pattern, tuple(fixed), places, usual))


_LENGTH = rb"([\x00-\x7f]|[\x80-\xff]...)"
_VALUE = rb"([^\x00-\x1f\x7f]*)"
