"""A record in, what there is to say about it alone out: its header, its body, its pairs."""

from typing import Tuple

from fcgidissect.fcgi.headers import FIXED, decode_header
from fcgidissect.fcgi.pairs import PairReader
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.spec import VALUES, RecordType
from fcgidissect.memo import Memo
from fcgidissect.notes import (
    BODY_LENGTH,
    MALFORMED_PAIRS,
    UNKNOWN_RECORD_TYPE,
    UNKNOWN_VERSION,
    Note,
    note,
)


def remarks(record: Record) -> Tuple[Note, ...]:
    """What the specification forbids in a record, whatever came before it.

    No remark: a reserved byte that is not zero, padding of any length and content.
    """
    if QUIET[record.header]:
        return ()
    found = []
    head = record.head
    kind = head.type
    if head.version != 1:
        found.append(note(UNKNOWN_VERSION, version=head.version))
    if kind not in RecordType.__members__.values():
        found.append(note(UNKNOWN_RECORD_TYPE, type=kind))
    wanted = FIXED.get(kind, head.content_length)
    if wanted != head.content_length:
        found.append(note(BODY_LENGTH, length=head.content_length, wanted=wanted))
    if kind in VALUES and not record.missing:
        reader = PairReader()
        reader.feed(record.content)
        if reader.wanted:
            have = len(reader.rest)
            found.append(note(MALFORMED_PAIRS, have=have, wanted=reader.wanted))
    return tuple(found)


class _Quiet(Memo[bytes, bool]):
    """The eight bytes of a header -> whether any content will do."""

    def __missing__(self, header: bytes) -> bool:
        head = decode_header(header)
        known = head.type in RecordType.__members__.values()
        fits = FIXED.get(head.type, head.content_length) == head.content_length
        quiet = head.version == 1 and known and fits and head.type not in VALUES
        self[header] = quiet
        return quiet


QUIET = _Quiet()
"""Header -> there is nothing to say about a record with it, whatever it holds."""
