"""A chunk in, out comes its shape if it is one of the two that nearly all traffic has.

A request without a body comes as BEGIN_REQUEST, PARAMS and both empty records in one
segment; a short response comes as STDOUT, with or without its empty record, and
END_REQUEST. All but the content and padding of PARAMS or STDOUT, its lengths and what lies
in it, is the same again and again: it is judged once for each distinct sequence of bytes,
in a bounded memo. A stream of bodies, or whatever is unusual, has no shape.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

from fcgidissect.fcgi.headers import sizes
from fcgidissect.fcgi.spec import BODY_LENGTH, HEADER_LENGTH, Role
from fcgidissect.fcgi.states import BEGIN, EMPTY, END, FULL, PARAMS, STDIN, STDOUT
from fcgidissect.limits import Limits

_ID_ENDS = 4
"""Bytes of a header up to its content length."""
_BEGIN = HEADER_LENGTH + BODY_LENGTH
"""Bytes of BEGIN_REQUEST."""
_LEAST, _MOST = 2 * HEADER_LENGTH, 3 * HEADER_LENGTH
"""Bytes behind PARAMS or STDOUT."""
_ROLES = tuple(role.to_bytes(2, "big") for role in Role)
_GOOD = bytes(5)
"""Application status 0 and FCGI_REQUEST_COMPLETE."""
_ONE = b"\0\1\0\0x"
"""What stands for lengths, reserved byte and content while a shape is judged."""

Place = Tuple[bytes, int, int]
"""A record's header, and the offsets of its content and behind that."""


class Shape:
    """What chunks have in common that differ in one content alone: PARAMS' or STDOUT's."""

    __slots__ = ("asks", "key", "id", "at", "last", "_records", "habit")

    def __init__(self, records: "Tuple[Place, ...]") -> None:
        self.asks = records[0][0][1] == BEGIN
        """It is the web server's."""
        self.key = records[0][0][2:4]
        """The two bytes of the id."""
        self.id = int.from_bytes(self.key, "big")
        self.at = _BEGIN if self.asks else 0
        """Where the record with that content begins."""
        self.last = records[-1][1:]
        """Where the last record's content is, behind a content of one byte."""
        self._records = records
        self.habit = 0
        """The habits of the others."""
        for index, (header, _, _) in enumerate(records):
            self.habit |= sizes[header].habit * (index != self.asks)

    def __len__(self) -> int:
        return len(self._records)

    def places(self, data: bytes, start: int) -> "List[Place]":
        """Where the records of such a chunk lie in `data`, in which it begins at `start`."""
        at = start + self.at
        varying = data[at : at + HEADER_LENGTH]
        size, content, _ = sizes[varying]
        places, shift = [], 0
        for index, (header, begin, end) in enumerate(self._records):
            if index == self.asks:
                places.append((varying, at + HEADER_LENGTH, at + content))
                shift = size - HEADER_LENGTH - 1
            else:
                places.append((header, start + begin + shift, start + end + shift))
        return places


class Fit(NamedTuple):
    """A shape, and what a chunk has of its own."""

    shape: Shape
    start: int
    """Where its content begins."""
    end: int
    """The offset behind it."""
    padding: int
    """Bytes of padding there."""


def fit_of(data: bytes, start: int, end: int) -> Optional[Fit]:
    """The shape of a chunk that begins with a header, in its place; None if it has none."""
    if end - start <= _MOST:
        return None
    kind = data[start + 1]
    if kind == BEGIN:
        at = start + _BEGIN
    elif kind == STDOUT:
        at = start
    else:
        return None
    content, padding = at + HEADER_LENGTH, data[at + 6]
    stop = content + (data[at + 4] << 8 | data[at + 5])
    behind = stop + padding
    if stop == content or not _LEAST <= end - behind <= _MOST:
        return None
    key = data[start : at + _ID_ENDS] + data[behind:end]
    try:
        shape = _shapes[key]
    except KeyError:
        shape = _remember(key, at + _ID_ENDS - start)
    return None if shape is None else _new(Fit, (shape, content, stop, padding))


_new = tuple.__new__
_shapes: "Dict[bytes, Optional[Shape]]" = {}
"""All bytes of a chunk but what is its own -> its shape."""


def _remember(key: bytes, cut: int) -> Optional[Shape]:
    if len(_shapes) >= Limits().memo:
        _shapes.clear()
    shape = _shapes[key] = _judged(key[:cut] + _ONE + key[cut:])
    return shape


def _judged(chunk: bytes) -> Optional[Shape]:
    """The shape of a chunk with one byte of content."""
    records, at = [], 0
    while at + HEADER_LENGTH <= len(chunk):
        header = chunk[at : at + HEADER_LENGTH]
        size, content, _ = sizes[header]
        records.append((header, at + HEADER_LENGTH, at + content))
        at += size
    kinds = tuple((header[:2], start < end) for header, start, end in records)
    if at != len(chunk) or kinds not in _KINDS:
        return None
    asks = kinds[0][0][1] == BEGIN
    _, start, end = records[0 if asks else -1]
    body = chunk[start:end]
    good = body[:2] in _ROLES if asks else body.startswith(_GOOD)
    one_id = len({header[2:4] for header, _, _ in records}) == 1
    if not good or not one_id or len(body) != BODY_LENGTH:
        return None
    return Shape(tuple(records))


def _told(*kinds: "Tuple[int, bool]") -> "Tuple[Tuple[bytes, bool], ...]":
    return tuple((bytes((1, kind)), full) for kind, full in kinds)


_KINDS = {
    _told((BEGIN, FULL), (PARAMS, FULL), (PARAMS, EMPTY), (STDIN, EMPTY)),
    _told((STDOUT, FULL), (END, FULL)),
    _told((STDOUT, FULL), (STDOUT, EMPTY), (END, FULL)),
}
"""Version and type of each record, and whether it has content."""
