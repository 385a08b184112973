"""A content of PARAMS in, out come the few params that a list asks for.

Decoding all pairs costs five times as much as stepping over them (section 3.4), and of most
requests nobody asks for more than what they want and whether they promise a body. Even the
steps are spared where names and lengths stand as in a content before: a web server sends
the same names in the same order, and many of its requests differ in what their values say,
not in how long they are.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

_new = tuple.__new__


class Glance(NamedTuple):
    """What one look at PARAMS tells; the last of several counts, as for php-fpm."""

    method: bytes
    """REQUEST_METHOD."""
    uri: bytes
    """REQUEST_URI."""
    content_length: bytes
    """CONTENT_LENGTH."""


_LONGEST = 4096
_MOST = 512
"""Bytes of a content whose layout is remembered, and of how many: at most 4 MiB."""
_Place = Tuple[int, int]
_Layout = Tuple[int, int, _Place, _Place, _Place]
"""Ones where names and lengths stand, these bytes, and where the three values are."""
_layouts: "Dict[int, Optional[_Layout]]" = {}
"""Bytes of a content -> the last layout of so many; None where it did not come twice."""


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    layout = _layouts.get(len(content))
    if layout is not None:
        mask, fixed, method, uri, content_length = layout
        if int.from_bytes(content, "little") & mask == fixed:
            return _new(
                Glance,
                (
                    content[method[0] : method[1]],
                    content[uri[0] : uri[1]],
                    content[content_length[0] : content_length[1]],
                ),
            )
    return _walk(content)


def _walk(content: bytes) -> Optional[Glance]:
    """The same, step by step."""
    method = uri = content_length = 0, 0
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
        if name == 14:
            if content.startswith(b"REQUEST_METHOD", at):
                method = behind, behind + value
            elif content.startswith(b"CONTENT_LENGTH", at):
                content_length = behind, behind + value
        elif name == 11 and content.startswith(b"REQUEST_URI", at):
            uri = behind, behind + value
        at = behind + value
        values.append((behind, at))
    if at != end + 1:
        return None
    _remember(content, values, (method, uri, content_length))
    a, b, c = method, uri, content_length
    return Glance(content[a[0] : a[1]], content[b[0] : b[1]], content[c[0] : c[1]])


def _remember(
    content: bytes, values: "List[_Place]", wanted: "Tuple[_Place, _Place, _Place]"
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
    ones = bytearray(b"\xff" * size)
    for start, end in values:
        ones[start:end] = bytes(end - start)
    mask = int.from_bytes(ones, "little")
    _layouts[size] = (mask, int.from_bytes(content, "little") & mask, *wanted)


def _long_lengths(content: bytes, at: int) -> "tuple[int, int, int]":
    """Both lengths, either in four bytes, and the offset behind them."""
    lengths = []
    for _ in ("name", "value"):
        width = 4 if content[at : at + 1] >= b"\x80" else 1
        lengths.append(int.from_bytes(content[at : at + width], "big") & 0x7FFFFFFF)
        at += width
    return lengths[0], lengths[1], at
