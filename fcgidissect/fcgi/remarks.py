"""A record in, what there is to say about it alone out: its header, its body, its pairs."""

from typing import Tuple

from fcgidissect.fcgi.headers import FIXED
from fcgidissect.fcgi.pairs import PairReader
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.notes import (
    BODY_LENGTH,
    MALFORMED_PAIRS,
    UNKNOWN_RECORD_TYPE,
    UNKNOWN_VERSION,
    Note,
    note,
)

_OF_PAIRS = (RecordType.GET_VALUES, RecordType.GET_VALUES_RESULT)


def remarks(record: Record) -> Tuple[Note, ...]:
    """What the specification forbids in a record, whatever came before it.

    No remark: a reserved byte that is not zero, padding of any length and content.
    """
    header = record.header
    kind = header[1]
    if header[0] == 1 and kind in _PLAIN:
        return ()
    found = []
    head = record.head
    if head.version != 1:
        found.append(note(UNKNOWN_VERSION, version=head.version))
    if kind not in RecordType.__members__.values():
        found.append(note(UNKNOWN_RECORD_TYPE, type=kind))
    wanted = FIXED.get(kind, head.content_length)
    if wanted != head.content_length:
        found.append(note(BODY_LENGTH, length=head.content_length, wanted=wanted))
    if kind in _OF_PAIRS and not record.missing:
        reader = PairReader()
        reader.feed(record.content)
        if reader.wanted:
            have = len(reader.rest)
            found.append(note(MALFORMED_PAIRS, have=have, wanted=reader.wanted))
    return tuple(found)


_PLAIN = frozenset(RecordType) - set(FIXED) - set(_OF_PAIRS)
"""Types of which any content will do here."""
