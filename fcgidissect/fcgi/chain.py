"""A place in a stream in, the headers that follow from there and their evidence out."""

from typing import Container, FrozenSet, List, Set, Tuple, Union

from fcgidissect.fcgi.evidence import BROKEN, LOOKED_AT, SIDES, weigh
from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.spec import BODY_LENGTH, HEADER_LENGTH, RecordType

_TYPED = (RecordType.BEGIN_REQUEST, RecordType.END_REQUEST)
_ENDED_BY = {
    RecordType.BEGIN_REQUEST: (
        RecordType.BEGIN_REQUEST,
        RecordType.PARAMS,
        RecordType.STDIN,
        RecordType.DATA,
    ),
    RecordType.END_REQUEST: (RecordType.STDOUT, RecordType.STDERR),
}
"""Record type -> the streams of an id that may begin again behind it."""


class Chain:
    """Headers from one place on, each where the one before it says.

    Besides each header's own evidence they must agree: one direction, no record of a
    stream that has ended, no second BEGIN_REQUEST of an id before a stream of it ended.
    """

    __slots__ = (
        "start",
        "offsets",
        "next",
        "bits",
        "first_bits",
        "broken",
        "last",
        "_ids",
        "_types",
        "_over",
        "_aligned",
    )

    def __init__(
        self,
        start: int,
        ids: Container[int],
        types: "FrozenSet[int]",
        aligned: bool = False,
    ) -> None:
        self.start = start
        self.offsets: List[int] = []
        """Where its headers are."""
        self.next = start
        """Where the next one is due."""
        self.bits = 0
        """The evidence of all its headers."""
        self.first_bits = 0
        """The evidence of its first one alone."""
        self.broken = False
        self.last = b""
        self._ids = ids
        self._types = types
        self._aligned = aligned
        self._over: Set[Tuple[int, int]] = set()

    def follow(self, held: Union[bytes, bytearray], base: int) -> None:
        """Add all headers that are there: `held[0]` is at place `base`."""
        while not self.broken:
            at = self.next - base
            header = bytes(held[at : at + HEADER_LENGTH])
            start = at + HEADER_LENGTH
            typed = len(header) == HEADER_LENGTH and header[1] in _TYPED
            if len(held) < start + (BODY_LENGTH if typed else 0):
                return
            stop = start + min(int.from_bytes(header[4:6], "big"), LOOKED_AT)
            self.add(header, bytes(held[start:stop]))

    def add(self, header: bytes, content: bytes) -> None:
        """One more header, and the first bytes of its content."""
        head = decode_header(header)
        bits = weigh(header, content, self._ids, self._types)
        odd = self._aligned and head.size % 8
        if bits == BROKEN or odd or (head.id, head.type) in self._over:
            self.broken = True
            return
        if header == self.last:
            bits //= 2
        self.bits += bits
        self.first_bits = self.first_bits or bits
        self.last = header
        self._narrow(head.type)
        self._agree(head.type, head.id, head.content_length == 0)
        self.offsets.append(self.next)
        self.next += head.size

    @property
    def ends_request(self) -> bool:
        """Its last record ends what one side has to say in a request."""
        kind = self.last[1] if self.last else 0
        empty = self.last[4:6] == b"\0\0"
        ends = kind in (RecordType.STDIN, RecordType.DATA) and empty
        return ends or kind == RecordType.END_REQUEST

    def _narrow(self, kind: int) -> None:
        for side in SIDES:
            if kind in side:
                self._types = side

    def _agree(self, kind: int, id: int, empty: bool) -> None:
        for stream in _ENDED_BY.get(RecordType(kind), ()):
            self._over.discard((id, stream))
        if kind == RecordType.BEGIN_REQUEST:
            self._over.add((id, kind))
        elif empty and RecordType.PARAMS <= kind <= RecordType.DATA:
            self._over.add((id, kind))
            if kind in (RecordType.PARAMS, RecordType.STDIN):
                self._over.discard((id, RecordType.BEGIN_REQUEST))
