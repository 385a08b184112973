"""A content of PARAMS in, out come the few params that a list asks for.

Decoding all pairs costs ten times as much as this (section 3.4), and of most requests
nobody asks for more than what they want and whether they promise a body. A web server sends
the same names in the same order, and most of them with the same values: between the few
values that vary lie runs of bytes that are compared, not read.
"""

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


_LONGEST = 4096
_MOST_NAMES = 512
_MOST = 8
"""Bytes of a content whose layout is remembered; how many lists of names, and layouts."""
_WANTED = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
_PLACES = {name: place for place, name in enumerate(_WANTED)}


class _Pair(NamedTuple):
    """A pair of a content, and what all contents of its layout have of it."""

    name: bytes
    value: bytes
    opening: bytes
    """The length of its name, as it is written."""
    whole: Optional[bytes]
    """All its bytes; None where contents differ in the value."""


_Step = Tuple[bytes, int, bytes, int]
"""What lies before the length of a value that varies, how many bytes, its name, its length."""


class _Layout(NamedTuple):
    """How contents are laid out that differ in a few values alone."""

    names: "Tuple[bytes, ...]"
    pairs: "List[_Pair]"
    steps: "List[_Step]"
    tail: bytes
    """What lies behind the last value that varies."""
    fixed: "List[bytes]"
    """Method, URI and CONTENT_LENGTH as far as they do not vary."""
    places: "Tuple[int, int, int]"
    """Where all three are among these and the values that vary."""
    usual: bool
    """There is nothing to remark on the names and the values that do not vary."""


_layouts: "List[_Layout]" = []
"""The one that was of use last comes first."""
_usual: "Dict[Tuple[bytes, ...], bool]" = {}
"""Names of all params -> whether there is nothing to remark on them."""


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    for layout in _layouts:
        values = _values(layout, content)
        if values is not None:
            if layout is not _layouts[0]:
                _layouts.remove(layout)
                _layouts.insert(0, layout)
            method, uri, length = layout[5]
            usual = layout[6] and are_values_usual(b"".join(values))
            return _new(Glance, (values[method], values[uri], values[length], usual))
    return _walk(content)


def _values(layout: _Layout, content: bytes) -> "Optional[List[bytes]]":
    """The values that are fixed and those that vary; None if it is laid out otherwise."""
    begins = content.startswith
    values = layout[4][:]
    at = 0
    try:
        for before, size, name, width in layout[2]:
            if not begins(before, at):
                return None
            at += size
            length = content[at]
            if length > 127:
                length, at = _length(content, at)
            else:
                at += 1
            if not begins(name, at):
                return None
            at += width
            values.append(content[at : at + length])
            at += length
    except IndexError:
        return None
    return values if content[at:] == layout[3] and at <= len(content) else None


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
    usual = _judged(tuple(names), content)
    told = dict(zip(names, values)).get
    method, uri, length = [told(name, b"") for name in _WANTED]
    usual = usual and are_values_usual(b"".join(values))
    return Glance(method, uri, length, usual)


def _judged(names: "Tuple[bytes, ...]", content: bytes) -> bool:
    """Whether the names are usual; who comes again is worth a layout."""
    known = _usual.get(names)
    if known is None:
        if len(_usual) >= _MOST_NAMES:
            _usual.clear()
        texts = [name.decode("utf-8", "surrogateescape") for name in names]
        known = _usual[names] = are_names_usual(tuple(texts))
    elif len(content) <= _LONGEST:
        _learn(names, known, content)
    return known


def _learn(names: "Tuple[bytes, ...]", usual: bool, content: bytes) -> None:
    """Lay out the contents that have these names so that this one fits, too."""
    pairs = _pairs(content)
    for layout in _layouts:
        if layout.names == names:
            _layouts.remove(layout)
            pairs = [
                pair if pair == known else pair._replace(whole=None)
                for pair, known in zip(pairs, layout.pairs)
            ]
            break
    _layouts.insert(0, _laid_out(names, pairs, usual))
    del _layouts[_MOST:]


def _pairs(content: bytes) -> "List[_Pair]":
    pairs: "List[_Pair]" = []
    at = 0
    while at < len(content):
        start = at
        name, opened = _length(content, start)
        value, at = _length(content, opened)
        middle, end = at + name, at + name + value
        opening, whole = content[start:opened], content[start:end]
        pairs.append(_Pair(content[at:middle], content[middle:end], opening, whole))
        at = end
    return pairs


def _laid_out(names: "Tuple[bytes, ...]", pairs: "List[_Pair]", usual: bool) -> _Layout:
    steps: "List[_Step]" = []
    told: "Dict[bytes, bytes]" = {}
    places = dict(_PLACES)
    run = b""
    for name, value, opening, whole in pairs:
        if whole is None:
            run += opening
            places[name] = len(_WANTED) + len(steps)
            steps.append((run, len(run), name, len(name)))
            run = b""
        else:
            run += whole
            places[name] = _PLACES.get(name, -1)
            told[name] = value
    fixed = [told.get(name, b"") for name in _WANTED]
    method, uri, length = [places[name] for name in _WANTED]
    usual = usual and are_values_usual(b"".join(told.values()))
    return _Layout(names, pairs, steps, run, fixed, (method, uri, length), usual)


def _length(content: bytes, at: int) -> "Tuple[int, int]":
    """A length of one byte or of four, and the offset behind it."""
    width = 4 if content[at : at + 1] >= b"\x80" else 1
    length = int.from_bytes(content[at : at + width], "big")
    return length & 0x7FFFFFFF, at + width
