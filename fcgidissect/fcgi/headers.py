"""The eight bytes of a header in, what they say and whether they can be one out.

Headers repeat, so each distinct one is decoded and judged once, in bounded memos.
"""

from typing import NamedTuple

from fcgidissect.fcgi.spec import (
    BODIES,
    BODY_LENGTH,
    HEADER_LENGTH,
    Header,
    RecordType,
)
from fcgidissect.fields import layout
from fcgidissect.memo import Memo

_HEADER = layout(Header)
FIXED = {**{kind: BODY_LENGTH for kind in BODIES}, RecordType.ABORT_REQUEST: 0}
"""Record type -> the only content length that the specification gives it."""
NO_HEADER = 1 << 62
"""The size of a record whose header cannot be one: no chunk ever satisfies it."""


class _Headers(Memo[bytes, Header]):
    """The eight bytes of a header -> its noun, decoded once."""

    def __missing__(self, header: bytes) -> Header:
        noun = self[header] = Header._make(_HEADER.unpack_from(header))
        return noun


PADDED, UNALIGNED = 1, 2
"""Habits of a sender, as bits: a record is padded; its size is no multiple of eight."""


def habit(content: int, padding: int) -> int:
    """The habits that one record tells of its sender."""
    return PADDED * (padding > 0) | UNALIGNED * ((content + padding) % 8 > 0)


class Size(NamedTuple):
    """How far a record reaches from its header's first byte."""

    record: int
    """Bytes of header, content and padding."""
    content: int
    """Bytes of header and content."""
    habit: int
    """What its padding tells of its sender."""


class _Sizes(Memo[bytes, Size]):
    """The eight bytes of a header -> how far its record reaches.

    A header that cannot be one has a record no chunk ever holds: one comparison with the
    bytes at hand finds both that and a record that is not all here.
    """

    def __missing__(self, header: bytes) -> Size:
        noun = decode_header(header)
        told = habit(noun.content_length, noun.padding_length)
        size = Size(noun.size, HEADER_LENGTH + noun.content_length, told)
        size = self[header] = size if possible(header) else Size(NO_HEADER, 0, 0)
        return size


_headers = _Headers()
sizes = _Sizes()


def decode_header(header: bytes) -> Header:
    """The noun of a header's eight bytes, from a bounded memo."""
    return _headers[header]


def possible(header: bytes) -> bool:
    """Whether eight bytes where a header is due can be one.

    In step with the stream, what the specification forbids is still a record to show: an
    unknown type, a reserved byte left stale (as libfcgi leaves padding), any version with
    a type that fits it (php-fpm takes every version from 1 up and resets on 0).
    """
    version, reserved = header[0], header[7]
    noun = decode_header(header)
    known = RecordType.BEGIN_REQUEST <= noun.type <= RecordType.UNKNOWN_TYPE
    if version == 1:
        return known or not reserved
    return (
        known and not reserved and FIXED.get(noun.type) in (None, noun.content_length)
    )


def begins(header: bytes) -> bool:
    """Whether a stream that starts with these eight bytes is FastCGI.

    Stricter than `possible`: nothing before vouches for it. A type of its fixed length, or
    an unknown type with a small id as a tester sends it, and nothing reserved in use.
    """
    noun = decode_header(header)
    if header[7] or not possible(header):
        return False
    if noun.type in RecordType.__members__.values():
        return FIXED.get(noun.type) in (None, noun.content_length)
    return noun.type > RecordType.UNKNOWN_TYPE and noun.id < 256
