"""The records of one request come in, what a person can read of each goes out.

PARAMS are NAME=VALUE, a body is decoded. A character that is split over records is told with
the second. Lines stay lines; whatever else could act on a terminal is an escape.
"""

from codecs import IncrementalDecoder, getincrementaldecoder
from collections import defaultdict
from typing import DefaultDict, Iterator, NamedTuple

from fcgidissect.body.bodies import Bodies
from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import STREAMS, RecordType
from fcgidissect.limits import Limits
from fcgidissect.text import escape

_READ = 16 << 20
"""Bytes that a body is unpacked to for a person to read."""
_utf8 = getincrementaldecoder("utf-8")


class Told(NamedTuple):
    """Some text of a stream."""

    type: int
    """The stream's record type."""
    text: str
    coding: str = ""
    """The codings that were undone."""


class Ascii:
    """What the records of one request say, as text."""

    def __init__(self) -> None:
        self._bodies = Bodies(Limits()._replace(body_bytes=_READ))
        self._characters: "DefaultDict[int, IncrementalDecoder]" = defaultdict(
            lambda: _utf8("surrogateescape")
        )

    def told(self, row: Entry) -> Iterator[Told]:
        """What the next record says."""
        kind = row.record.header[1]
        if kind == RecordType.PARAMS:
            pairs = [f"{escape(name)}={escape(value)}\n" for name, value in row.pairs]
            yield Told(kind, "".join(pairs))
        elif kind == RecordType.END_REQUEST:
            yield from self._end(row)
        elif kind in STREAMS:
            yield from self._stream(row, kind)

    def _stream(self, row: Entry, kind: int) -> Iterator[Told]:
        assert row.request is not None
        bodies, content = self._bodies, row.record.content
        decoded = b"".join(bodies.feed(row.request, row.position, row.record))
        body = bodies.of(kind)
        if body is None or not body.codings:
            yield Told(kind, self._text(kind, content))
        else:
            yield Told(kind, self._text(kind, content[: bodies.before]))
            yield Told(kind, self._text(kind, decoded), ", ".join(body.codings))

    def _end(self, row: Entry) -> Iterator[Told]:
        """What waited for the rest of a character, and why a body is not decoded whole."""
        assert row.request is not None
        for kind in list(self._characters):
            yield Told(kind, self._text(kind, b"", True))
        self._bodies.finish(row.request)
        for kind in (RecordType.STDIN, RecordType.STDOUT):
            body = self._bodies.of(kind)
            if body is not None and body.codings and body.fault:
                fault = f"[{escape(body.fault)}]\n"
                yield Told(kind, fault, ", ".join(body.codings))

    def _text(self, kind: int, content: bytes, last: bool = False) -> str:
        text: str = self._characters[kind].decode(content, last)
        lines = text.replace("\r\n", "\n").split("\n")
        return "\n".join([escape(line) for line in lines])
