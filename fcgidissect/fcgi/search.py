"""Bytes of a stream that is out of step in, the offset of the next certain header out."""

from typing import Optional

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.spec import HEADER_LENGTH
from fcgidissect.limits import Limits


class Search:
    """The search for a header in one direction of a connection."""

    def __init__(
        self, context: Context, direction: int, limits: Limits, lost: int
    ) -> None:
        self.context = context
        self.direction = direction
        self.limits = limits
        self.lost = lost
        self.held = bytearray()
        self.dropped = 0

    def feed(self, piece: bytes, mark: object) -> Optional[int]:
        """The offset in `held` of a header that is certain, if there is one."""
        self.held += piece
        offset = 0
        while offset + HEADER_LENGTH <= len(self.held):
            header = bytes(self.held[offset : offset + HEADER_LENGTH])
            noun = decode_header(header)
            if noun.version != 1 or header[7] or not 1 <= noun.type <= 11:
                return None
            offset += noun.size
        return 0 if offset == len(self.held) else None

    def gap(self) -> None:
        """What is held ends in a gap: it cannot be made certain any more."""
        self.dropped += len(self.held)
        self.held.clear()

    def finish(self) -> Optional[int]:
        """The offset of a header that the end of the stream makes certain."""
        return None
