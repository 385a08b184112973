"""A body in chunked transfer coding comes in, the bytes of its chunks go out (RFC 9112)."""

import re
from typing import Iterator

from fcgidissect.body.coding import Damaged

_LONGEST_LINE = 8192
"""Bytes of a chunk's line with its extensions; no sender comes near it."""
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL).fullmatch
_AT_SIZE, _AT_BREAK, _IN_TRAILER, _ENDED = range(4)
"""What the next line is."""


class Chunked:
    """The chunks of section 7.1, without their extensions and the trailer; see `Coding`."""

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        self._state = _AT_SIZE

    @property
    def ended(self) -> bool:
        """See `Coding`."""
        return self._state == _ENDED

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See `Coding`."""
        at = 0
        while at < len(data):
            if self._left:
                piece = data[at : at + self._left]
                self._left -= len(piece)
                at += len(piece)
                yield piece
            else:
                at = self._take_line(data, at)

    def _take_line(self, data: bytes, at: int) -> int:
        """Read up to the end of a line; the offset behind it."""
        end = data.find(b"\n", at) + 1
        self._line += data[at : end or len(data)]
        if len(self._line) > _LONGEST_LINE:
            raise Damaged("a line where a chunk's size should be has no end")
        if not end:
            return len(data)
        line, self._line = self._line.rstrip(b"\r\n"), b""
        self._state = self._after(line)
        return end

    def _after(self, line: bytes) -> int:
        """What the line behind this one is."""
        if self._state == _AT_SIZE:
            found = _SIZE(line)
            if not found:
                raise Damaged("no chunk's size where one should be")
            self._left = int(found[1], 16)
            return _AT_BREAK if self._left else _IN_TRAILER
        if self._state == _IN_TRAILER:
            return _IN_TRAILER if line else _ENDED
        if line or self._state == _ENDED:
            raise Damaged("a chunk is longer than its size says")
        return _AT_SIZE
