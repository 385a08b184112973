"""A chunk in, out comes its shape if it is one of the two that nearly all traffic has.

A request without a body comes as BEGIN_REQUEST, PARAMS and both empty records in one
segment; a short response comes as STDOUT, with or without its empty record, and
END_REQUEST. Where the records of such a chunk lie is judged once for each distinct set of
headers, in a bounded memo; a stream of bodies, or whatever is unusual, has no shape.
"""

from typing import Dict, Optional, Tuple

from fcgidissect.fcgi.headers import sizes
from fcgidissect.fcgi.spec import BODY_LENGTH, HEADER_LENGTH, Role
from fcgidissect.fcgi.states import BEGIN, EMPTY, END, FULL, PARAMS, STDIN, STDOUT
from fcgidissect.limits import Limits

_BEFORE = 2 * HEADER_LENGTH + BODY_LENGTH
"""Bytes of BEGIN_REQUEST and the header of PARAMS."""
_BEHIND = 2 * HEADER_LENGTH
"""Bytes of an empty PARAMS and an empty STDIN; also of END_REQUEST."""
_LONGEST = 65535 + 255
"""Bytes of the longest content and its padding."""
_ROLES = tuple(role.to_bytes(2, "big") for role in Role)
_GOOD = bytes(5)
"""Application status 0 and FCGI_REQUEST_COMPLETE."""


class Shape:
    """Where the records of a chunk lie; each distinct one is one object."""

    __slots__ = (
        "size",
        "records",
        "id",
        "key",
        "asks",
        "start",
        "end",
        "padding",
        "habit",
    )

    def __init__(self, size: int = 0, records: "Records" = ()) -> None:
        self.size = size
        """Bytes of the chunk; 0 for what has no shape."""
        self.records = records
        """Each one's header, and the offsets of its content and behind that."""
        if not records:
            return
        self.asks = records[0][0][1] == BEGIN
        """It is the web server's."""
        header, self.start, self.end = records[self.asks]
        """Where PARAMS or STDOUT have their content."""
        self.padding = header[6]
        """Bytes of padding behind it."""
        self.key = header[2:4]
        """The two bytes of the id."""
        self.id = int.from_bytes(self.key, "big")
        self.habit = 0
        """The habits of all records."""
        for header, _, _ in records:
            self.habit |= sizes[header].habit


Records = Tuple[Tuple[bytes, int, int], ...]
_NONE = Shape()


def shape_of(data: bytes, start: int, end: int) -> Optional[Shape]:
    """The shape of a chunk that begins with a header; None if it has none."""
    if end - start <= _BEFORE:
        return None
    kind = data[start + 1]
    if kind == BEGIN:
        all_but_one = data[start : start + _BEFORE] + data[end - _BEHIND : end]
    elif kind == STDOUT:
        header = data[start : start + HEADER_LENGTH]
        behind = start + sizes[header][0]
        if not 0 < end - behind <= _BEFORE:
            return None
        all_but_one = header + data[behind:end]
    else:
        return None
    shape = _shapes[all_but_one]
    return shape if shape.size == end - start else None


class _Shapes(Dict[bytes, Shape]):
    """All bytes of a chunk but the content of its PARAMS or STDOUT -> its shape."""

    def __missing__(self, key: bytes) -> Shape:
        if len(self) >= Limits().memo:
            self.clear()
        shape = self[key] = _judged(key) or _NONE
        return shape


_shapes = _Shapes()


def _judged(key: bytes) -> Optional[Shape]:
    """The shape of a chunk of which these bytes are all but one content and its padding."""
    asks = key[1] == BEGIN
    behind = _BEFORE if asks else HEADER_LENGTH
    left_out = sizes[key[behind - HEADER_LENGTH : behind]].record - HEADER_LENGTH
    if left_out > _LONGEST:
        return None
    chunk = key[:behind] + bytes(left_out) + key[behind:]
    records, at = [], 0
    while at + HEADER_LENGTH <= len(chunk):
        header = chunk[at : at + HEADER_LENGTH]
        size, content, _ = sizes[header]
        records.append((header, at + HEADER_LENGTH, at + content))
        at += size
    kinds = tuple((header[:2], start < end) for header, start, end in records)
    if at != len(chunk) or kinds not in _KINDS:
        return None
    _, start, end = records[0 if asks else -1]
    body = chunk[start:end]
    good = body[:2] in _ROLES if asks else body.startswith(_GOOD)
    one_id = len({header[2:4] for header, _, _ in records}) == 1
    if not good or not one_id or len(body) != BODY_LENGTH:
        return None
    return Shape(len(chunk), tuple(records))


def _told(*kinds: "Tuple[int, bool]") -> "Tuple[Tuple[bytes, bool], ...]":
    return tuple((bytes((1, kind)), full) for kind, full in kinds)


_KINDS = {
    _told((BEGIN, FULL), (PARAMS, FULL), (PARAMS, EMPTY), (STDIN, EMPTY)),
    _told((STDOUT, FULL), (END, FULL)),
    _told((STDOUT, FULL), (STDOUT, EMPTY), (END, FULL)),
}
"""Version and type of each record, and whether it has content."""
