"""A content of PARAMS in, out come the few params that a list asks for.

Decoding all pairs costs five times as much as stepping over them (section 3.4), and of most
requests nobody asks for more than what they want and whether they promise a body. Even the
steps are spared where names and lengths stand as in a content before: a web server sends
the same names in the same order, and where requests are many they often differ in what
their values say alone, not in how long they are.
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
_MOST = 512
"""Bytes of a content whose layout is remembered, and of how many: at most 4 MiB."""
_PATIENCE = 192
_PRICE = 3
"""A layout costs as much to make as this many uses of one save; what is spent before."""
_Place = Tuple[int, int]


class _Layout(NamedTuple):
    """How contents are laid out that differ in nothing but the bytes of their values."""

    mask: int
    """Ones where the values are not."""
    fixed: int
    """The bytes that are there, and zeros."""
    blanks: int
    """The same with blanks for these bytes."""
    usual: bool
    """There is nothing to remark on the names."""
    method: _Place
    uri: _Place
    content_length: _Place


class _Layouts(Dict[int, _Layout]):
    """Bytes of a content -> the last layout of so many that was worth remembering."""

    purse = _PATIENCE
    """What may still be spent on them."""


_layouts = _Layouts()
_usual: "Dict[Tuple[bytes, ...], bool]" = {}
"""Names of all params -> whether there is nothing to remark on them."""


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    size = len(content)
    layout = _layouts.get(size)
    if layout is not None:
        mask, fixed, blanks, usual, method, uri, length = layout
        number = int.from_bytes(content, "little")
        if number & mask == fixed:
            if _layouts.purse < _PATIENCE:
                _layouts.purse += 1
            values = (number ^ fixed | blanks).to_bytes(size, "little")
            return _new(
                Glance,
                (
                    content[method[0] : method[1]],
                    content[uri[0] : uri[1]],
                    content[length[0] : length[1]],
                    usual and are_values_usual(values),
                ),
            )
    return _walk(content)


def _walk(content: bytes) -> Optional[Glance]:
    """The same, step by step."""
    names: "List[bytes]" = []
    values: "List[bytes]" = []
    at, end = 0, len(content) - 1
    while at < end:
        name = content[at]
        value = content[at + 1]
        if name | value > 127:
            name, value, at = _lengths(content, at)
        else:
            at += 2
        behind = at + name
        names.append(content[at:behind])
        at = behind + value
        values.append(content[behind:at])
    if at != end + 1:
        return None
    usual = _are_usual(tuple(names))
    if _layouts.purse >= _PRICE and len(content) <= _LONGEST:
        _layouts.purse -= _PRICE
        _remember(content, usual)
    told = dict(zip(names, values)).get
    return Glance(
        told(b"REQUEST_METHOD", b""),
        told(b"REQUEST_URI", b""),
        told(b"CONTENT_LENGTH", b""),
        usual and are_values_usual(b"".join(values)),
    )


def _are_usual(names: "Tuple[bytes, ...]") -> bool:
    known = _usual.get(names)
    if known is None:
        if len(_usual) >= _MOST:
            _usual.clear()
        texts = [name.decode("utf-8", "surrogateescape") for name in names]
        known = _usual[names] = are_names_usual(tuple(texts))
    return known


def _remember(content: bytes, usual: bool) -> None:
    """Keep the layout of whole pairs for the next content of as many bytes."""
    if len(_layouts) >= _MOST:
        _layouts.clear()
    size, at = len(content), 0
    ones, blanks = bytearray(b"\xff" * size), bytearray(b" " * size)
    places: "Dict[bytes, _Place]" = {}
    while at < size:
        name, value, at = _lengths(content, at)
        behind = at + name
        place = places[content[at:behind]] = behind, behind + value
        ones[slice(*place)] = blanks[slice(*place)] = bytes(value)
        at = behind + value
    wanted = (b"REQUEST_METHOD", b"REQUEST_URI", b"CONTENT_LENGTH")
    mask = int.from_bytes(ones, "little")
    _layouts[size] = _Layout(
        mask,
        int.from_bytes(content, "little") & mask,
        int.from_bytes(blanks, "little"),
        usual,
        *[places.get(name, (0, 0)) for name in wanted],
    )


def _lengths(content: bytes, at: int) -> "tuple[int, int, int]":
    """Both lengths, each in one byte or in four, and the offset behind them."""
    lengths = []
    for _ in ("name", "value"):
        width = 4 if content[at : at + 1] >= b"\x80" else 1
        lengths.append(int.from_bytes(content[at : at + width], "big") & 0x7FFFFFFF)
        at += width
    return lengths[0], lengths[1], at
