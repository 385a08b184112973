"""A chunk in, out comes its shape if it is one of the few that nearly all traffic has.

A request comes as BEGIN_REQUEST, PARAMS, perhaps one STDIN, and both empty records in one
segment; a short response comes as STDOUT, with or without its empty record, and
END_REQUEST, perhaps behind one STDERR with the warnings of php-fpm. All but the contents and
padding of PARAMS, STDIN, STDERR or STDOUT, their lengths and what lies in them, is the same
again and again: it is judged once for each distinct sequence of bytes, in a bounded memo.
Long bodies, or whatever is unusual, have no shape.
"""

from struct import Struct
from typing import Any, List, Optional, Tuple

from fcgidissect.fcgi.headers import habit, sizes
from fcgidissect.fcgi.spec import BODY_LENGTH, GOOD_END, HEADER_LENGTH, ROLES
from fcgidissect.fcgi.states import (
    BEGIN,
    EMPTY,
    END,
    FULL,
    PARAMS,
    STDERR,
    STDIN,
    STDOUT,
)
from fcgidissect.memo import Memo

_ID_ENDS = 4
"""Bytes of a header up to its content length."""
_PADDING = 6
"""Where a header has its padding length."""
_BEGIN = HEADER_LENGTH + BODY_LENGTH
"""Bytes of BEGIN_REQUEST."""
_MOST = 3 * HEADER_LENGTH
"""Bytes behind PARAMS or STDOUT at most, where there is no STDIN with a content: fewer than
those of any chunk with a shape."""
ENDINGS = 2 * HEADER_LENGTH, 3 * HEADER_LENGTH
"""How many bytes can be behind the first STDOUT of an answer with a shape."""
_STDIN_STARTS = HEADER_LENGTH
"""Where it starts behind PARAMS."""
_ONE = b"\0\1\0\0x"
"""What stands for lengths, reserved byte and content while a shape is judged."""

Place = Tuple[bytes, int, int]
"""A record's header, and the offsets of its content and behind that."""


class Shape:
    """What chunks have in common that differ in contents alone, those of `_OWN`."""

    __slots__ = (
        *("asks", "ends_stdout", "key", "id"),
        *("kinds", "headers", "body", "habit", "_size"),
    )

    def __init__(self, records: "Tuple[Place, ...]", body: bytes) -> None:
        self.asks = records[0][0][1] == BEGIN
        """It is the web server's."""
        self.key = records[0][0][2:4]
        """The two bytes of the id."""
        self.id = int.from_bytes(self.key, "big")
        self.kinds = tuple([header[1] for header, _, _ in records])
        """The type of each record."""
        self.headers = tuple(
            None if header[1] in _OWN and start < end else header
            for header, start, end in records
        )
        """That of each record; None where chunks differ in it."""
        self.ends_stdout = not self.asks and self.headers[-2] is not None
        """An empty STDOUT is among the records."""
        self.body = body
        """The content of BEGIN_REQUEST or END_REQUEST."""
        self.habit = self._size = 0
        """The habits, and the bytes, of the records with a header that is known."""
        for header in filter(None, self.headers):
            self.habit |= sizes[header].habit
            self._size += sizes[header].record

    def __len__(self) -> int:
        return len(self.headers)

    def places(self, data: bytes, start: int) -> "List[Place]":
        """Where the records of such a chunk lie in `data`, in which it begins at `start`."""
        places = []
        for known in self.headers:
            header = known or data[start : start + HEADER_LENGTH]
            size, content, _ = sizes[header]
            places.append((header, start + HEADER_LENGTH, start + content))
            start += size
        return places

    def place(self, data: bytes, start: int, index: int) -> Place:
        """Where one of them lies."""
        if index <= self.asks:  # behind BEGIN_REQUEST at most
            start += _BEGIN * index
        else:
            for known in self.headers[:index]:
                start += sizes[known or data[start : start + HEADER_LENGTH]].record
        header = self.headers[index] or data[start : start + HEADER_LENGTH]
        return header, start + HEADER_LENGTH, start + sizes[header].content

    def varying(self, data: bytes, start: int) -> bytes:
        """The headers in which such chunks differ, one behind the other."""
        at = start + _BEGIN * self.asks
        header = data[at : at + HEADER_LENGTH]
        if self.headers.count(None) == 1:
            return header
        at += sizes[header].record + _STDIN_STARTS * self.asks
        return header + data[at : at + HEADER_LENGTH]

    def size(self, data: bytes, start: int) -> int:
        """Bytes of all records."""
        varying = self.varying(data, start)
        size = self._size + sizes[varying[:HEADER_LENGTH]].record
        if len(varying) > HEADER_LENGTH:
            size += sizes[varying[HEADER_LENGTH:]].record
        return size


Fit = Tuple[Shape, int, int, int, Any, int]
"""What a chunk has of its own beside its shape: where the content of PARAMS or STDOUT begins
and the offset behind it; bytes of padding there; how many STDIN has in a question, or what
STDERR has in an answer; the habits of all its records."""


def question_in(data: bytes, start: int, end: int) -> Optional[Fit]:
    """How a chunk of the web server's, that begins with a header, fits a shape; None if not."""
    if end - start <= _MOST:
        return None
    # 1. Where the record lies that differs from chunk to chunk.
    before, length, padding, reserved = _question(data, start)
    content = start + _BEGIN + HEADER_LENGTH
    stop = content + length
    behind = stop + padding
    # 2. The shape that all before and behind it is known to be.
    shape, stdin = _questions[before + data[behind:end]], 0
    # 3. With another record that differs?
    if shape is None and end - behind > _MOST:
        shape, stdin = _with_body(before, data, behind, end)
    if shape is None or reserved or not length:
        return None
    habits = _HABITS[padding][length & 7] | shape.habit
    if stdin:
        padded = data[behind + _STDIN_STARTS + _PADDING]
        habits |= _HABITS[padded][stdin & 7]
    return shape, content, stop, padding, stdin, habits


def question_shape(id: int, begin: bytes, with_body: bool) -> Optional[Shape]:
    """The shape of a question in one piece; None where that had none.

    Args:
        begin: the content of its BEGIN_REQUEST.
        with_body: it has STDIN with a content.
    """

    def header(kind: int, length: int = 0) -> bytes:
        return bytes((1, kind)) + id.to_bytes(2, "big") + bytes((0, length, 0, 0))

    before = header(BEGIN, BODY_LENGTH) + begin + header(PARAMS)[:_ID_ENDS]
    params, stdin = header(PARAMS), header(STDIN)
    if not with_body:
        return _questions[before + params + stdin]
    return _with_bodies[before + params + stdin[:_ID_ENDS] + stdin]


def answer_in(data: bytes, start: int, end: int) -> Optional[Fit]:
    """The same of one of the application's."""
    if end - start <= _MOST:
        return None
    before, length, padding, reserved = _answer(data, start)
    content = start + HEADER_LENGTH
    stop = content + length
    shape = _answers[before + data[stop + padding : end]]
    if shape is None or reserved or not length:
        warns = before[1] == STDERR and length and not reserved
        return _warning(before, data, content, stop, padding, end) if warns else None
    habits = _HABITS[padding][length & 7] | shape.habit
    return shape, content, stop, padding, b"", habits


def _warning(
    before: bytes, data: bytes, begin: int, behind: int, padded: int, end: int
) -> Optional[Fit]:
    """The same of one with STDERR before STDOUT.

    Args:
        before: what is before the lengths in the header of STDERR.
        begin: where its content begins, and `behind` the offset behind that.
        padded: bytes of padding there.
    """
    start = behind + padded
    if end - start <= _MOST:
        return None
    own, length, padding, reserved = _answer(data, start)
    content = start + HEADER_LENGTH
    stop = content + length
    shape = _warnings[before + own + data[stop + padding : end]]
    if shape is None or reserved or not length:
        return None
    habits = _HABITS[padding][length & 7] | _HABITS[padded][behind - begin & 7]
    return shape, content, stop, padding, data[begin:behind], habits | shape.habit


def _with_body(
    before: bytes, data: bytes, behind: int, end: int
) -> "Tuple[Optional[Shape], int]":
    """The shape of a question with a body, and the bytes of that.

    Args:
        behind: the offset behind its PARAMS.
    """
    to = behind + _STDIN_STARTS
    stdin, padding, reserved = _lengths(data, to + _ID_ENDS)
    if reserved or not stdin or end - to != 2 * HEADER_LENGTH + stdin + padding:
        return None, 0
    last = data[end - HEADER_LENGTH : end]
    return _with_bodies[before + data[behind : to + _ID_ENDS] + last], stdin


_question = Struct(">20sHBB").unpack_from
"""BEGIN_REQUEST and what is before the lengths in PARAMS' header; content length, padding
length and what is reserved."""
_answer = Struct(">4sHBB").unpack_from
"""The same of STDOUT's header."""
_lengths = Struct(">HBB").unpack_from
"""Those three, from a header's fifth byte on."""
_PADDINGS = [[habit(length, padding) for length in range(8)] for padding in range(9)]
_HABITS = _PADDINGS[:1] + _PADDINGS[1:] * 32
"""[padding length][content length, modulo 8] -> the habits of a record."""


class _Shapes(Memo[bytes, Optional[Shape]]):
    """All bytes of a chunk but what is its own -> its shape.

    Args:
        kind: the type of its first record.
        cuts: where what is a record's own is left out, the first one first.
    """

    def __init__(self, kind: int, *cuts: int) -> None:
        super().__init__()
        self._kind = kind
        self._cuts = cuts

    def __missing__(self, key: bytes) -> Optional[Shape]:
        if key[1] != self._kind or len(key) > max(self._cuts) + _MOST:
            return None
        chunk = key
        for cut in reversed(self._cuts):
            chunk = chunk[:cut] + _ONE + chunk[cut:]
        shape = self[key] = _judged(chunk)
        return shape


_questions = _Shapes(BEGIN, _BEGIN + _ID_ENDS)
_with_bodies = _Shapes(BEGIN, _BEGIN + _ID_ENDS, -HEADER_LENGTH)
_answers = _Shapes(STDOUT, _ID_ENDS)
_warnings = _Shapes(STDERR, _ID_ENDS, 2 * _ID_ENDS)


def _judged(chunk: bytes) -> Optional[Shape]:
    """The shape of a chunk with contents of one byte."""
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
    good = body[:2] in ROLES if asks else body.startswith(GOOD_END)
    one_id = len({header[2:4] for header, _, _ in records}) == 1
    reserved = any(header[7] for header, _, _ in records)
    if not good or not one_id or reserved or len(body) != BODY_LENGTH:
        return None
    return Shape(tuple(records), body)


def _told(*kinds: "Tuple[int, bool]") -> "Tuple[Tuple[bytes, bool], ...]":
    return tuple((bytes((1, kind)), full) for kind, full in kinds)


_ASKED = (BEGIN, FULL), (PARAMS, FULL), (PARAMS, EMPTY)
_KINDS = {
    _told(*_ASKED, (STDIN, EMPTY)),
    _told(*_ASKED, (STDIN, FULL), (STDIN, EMPTY)),
    _told((STDOUT, FULL), (END, FULL)),
    _told((STDOUT, FULL), (STDOUT, EMPTY), (END, FULL)),
    _told((STDERR, FULL), (STDOUT, FULL), (END, FULL)),
    _told((STDERR, FULL), (STDOUT, FULL), (STDOUT, EMPTY), (END, FULL)),
}
"""Version and type of each record, and whether it has content."""
_OWN = (PARAMS, STDIN, STDOUT, STDERR)
"""Types of which a chunk has a content of its own."""
