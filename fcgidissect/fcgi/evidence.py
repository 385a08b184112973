"""A header and what follows it in, how sure it makes us that it is one out, in bits.

A bit halves the chance that bytes which are no record header look so by accident. In
step with a stream nobody asks; out of step, a header is believed on this evidence alone,
so it is strict: what is odd, though a record may be so, is no evidence.
"""

import re
from typing import Callable, Container, Dict

from fcgidissect.fcgi.headers import FIXED, decode_header
from fcgidissect.fcgi.spec import (
    BODY_LENGTH,
    FROM_APPLICATION,
    FROM_WEB_SERVER,
    NULL_REQUEST_ID,
    RecordType,
)

BROKEN = -1
"""Not a header to be believed."""
SIDES = (FROM_WEB_SERVER, FROM_APPLICATION)
"""The types that the web server sends, and those that the application sends."""
LOOKED_AT = 64
"""Bytes of a content that are looked at."""

_FRAME = 21
"""Version (8 bits), reserved byte (8) and a type of six out of 256 (5)."""
_ID_IN_USE, _ID_ONE, _ID_SMALL = 14, 12, 6
"""An id that was begun; 1, which most web servers always use; one below 256."""
_FIXED_LENGTH = 16
_PADDED_TO_EIGHT = 5
_BODY = 31
"""BEGIN_REQUEST's role, flags and five reserved bytes."""
_STATUS = 16
_NAME = 20
_FIELD = 24
_PARAM_NAME = re.compile(
    rb"(?s)[\x01-\x7f](?:[\x00-\x7f]|[\x80-\xff].{3})[A-Z][A-Z_]{3}"
)
_HEADER_FIELD = re.compile(rb"[A-Z][A-Za-z0-9-]{1,40}:[\x20-\x7e]{2}")


def weigh(
    header: bytes, content: bytes, ids: Container[int], types: Container[int]
) -> int:
    """The evidence, in bits, that eight bytes are a header; BROKEN if they are none.

    Args:
        content: its first bytes, LOOKED_AT at most; none where the capture has none.
        ids: request ids in use.
        types: the types that this direction can carry.
    """
    head = decode_header(header)
    if head.version != 1 or header[7] or head.type not in types:
        return BROKEN
    managing = head.type >= RecordType.GET_VALUES
    if managing != (head.id == NULL_REQUEST_ID) and head.id not in ids:
        return BROKEN
    if FIXED.get(head.type, head.content_length) != head.content_length:
        return BROKEN
    look = _CONTENTS.get(head.type)
    seen = look(content) if look and len(content) >= BODY_LENGTH else 0
    if seen == BROKEN:
        return BROKEN
    aligned = 0 < head.padding_length < 8 and not head.size % 8
    return (
        _FRAME
        + _id(head.id, ids)
        + (_FIXED_LENGTH if head.type in FIXED and head.content_length else 0)
        + (_PADDED_TO_EIGHT if aligned else 0)
        + seen
    )


def _id(id: int, ids: Container[int]) -> int:
    if id in ids:
        return _ID_IN_USE
    return _ID_ONE if id == 1 else _ID_SMALL if id < 256 else 0


def _begin(content: bytes) -> int:
    role, flags = int.from_bytes(content[:2], "big"), content[2]
    return _BODY if 1 <= role <= 3 and flags <= 1 and not any(content[3:8]) else BROKEN


def _end(content: bytes) -> int:
    return _STATUS if content[4] <= 3 else BROKEN


def _params(content: bytes) -> int:
    return _NAME if _PARAM_NAME.match(content) else 0


def _stdout(content: bytes) -> int:
    return _FIELD if _HEADER_FIELD.match(content) else 0


_CONTENTS: Dict[int, Callable[[bytes], int]] = {
    RecordType.BEGIN_REQUEST: _begin,
    RecordType.END_REQUEST: _end,
    RecordType.PARAMS: _params,
    RecordType.STDOUT: _stdout,
}
