"""A content of PARAMS in, out come the few params that a list asks for.

Decoding all pairs costs five times as much as stepping over them (section 3.4), and of most
requests nobody asks for more than what they want and whether they promise a body. Even the
steps are spared where names and lengths stand as in a content before: a web server sends
the same names in the same order, and many of its requests differ in what their values say,
not in how long they are.
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
_Place = Tuple[int, int]
_NOWHERE: _Place = (0, 0)


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


_layouts: "Dict[int, Optional[_Layout]]" = {}
"""Bytes of a content -> the last layout of so many; None where it did not come twice."""


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    size = len(content)
    layout = _layouts.get(size)
    if layout is not None:
        mask, fixed, blanks, usual, method, uri, length = layout
        number = int.from_bytes(content, "little")
        if number & mask == fixed:
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
    method = uri = length = _NOWHERE
    names: "List[bytes]" = []
    values: "List[_Place]" = []
    at, end = 0, len(content) - 1
    while at < end:
        name = content[at]
        value = content[at + 1]
        if name > 127 or value > 127:
            name, value, at = _long_lengths(content, at)
        else:
            at += 2
        behind = at + name
        names.append(content[at:behind])
        at = behind + value
        values.append((behind, at))
        if name == 14:
            if names[-1] == b"REQUEST_METHOD":
                method = behind, at
            elif names[-1] == b"CONTENT_LENGTH":
                length = behind, at
        elif name == 11 and names[-1] == b"REQUEST_URI":
            uri = behind, at
    if at != end + 1:
        return None
    usual = are_names_usual(tuple([_text(name) for name in names]))
    _remember(content, values, usual, (method, uri, length))
    told = b"".join([content[start:stop] for start, stop in values])
    return Glance(
        content[method[0] : method[1]],
        content[uri[0] : uri[1]],
        content[length[0] : length[1]],
        usual and are_values_usual(told),
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _remember(
    content: bytes,
    values: "List[_Place]",
    usual: bool,
    wanted: "Tuple[_Place, _Place, _Place]",
) -> None:
    """Keep a layout whose length has come before, without one or with another."""
    size = len(content)
    if size > _LONGEST:
        return
    if _layouts.get(size, True) is not None:
        if len(_layouts) >= _MOST:
            _layouts.clear()
        _layouts[size] = None
        return
    ones, blanks = bytearray(b"\xff" * size), bytearray(b" " * size)
    for start, end in values:
        ones[start:end] = blanks[start:end] = bytes(end - start)
    mask = int.from_bytes(ones, "little")
    fixed = int.from_bytes(content, "little") & mask
    blank = int.from_bytes(blanks, "little")
    _layouts[size] = _Layout(mask, fixed, blank, usual, *wanted)


def _long_lengths(content: bytes, at: int) -> "tuple[int, int, int]":
    """Both lengths, either in four bytes, and the offset behind them."""
    lengths = []
    for _ in ("name", "value"):
        width = 4 if content[at : at + 1] >= b"\x80" else 1
        lengths.append(int.from_bytes(content[at : at + width], "big") & 0x7FFFFFFF)
        at += width
    return lengths[0], lengths[1], at
