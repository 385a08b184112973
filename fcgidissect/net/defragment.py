"""Fragments of IP datagrams in, whole datagrams out (RFC 791, section 3.2; RFC 8200, 4.5).

The first copy of a byte wins. When `Limits` are reached the oldest datagram is let go.
"""

from collections import OrderedDict
from typing import Optional

from fcgidissect.limits import Limits
from fcgidissect.net.pieces import Piece, insert
from fcgidissect.net.step import Fragment, Span

_Key = tuple[bytes, int, int]


class _Datagram:
    """The fragments of one datagram that are here."""

    __slots__ = ("pieces", "here", "total", "cost")

    def __init__(self) -> None:
        self.pieces: "list[Piece]" = []
        self.here = 0
        self.total: Optional[int] = None
        self.cost = 0

    def add(self, fragment: Fragment, span: Span) -> None:
        """Take one fragment."""
        data = span.data[span.start : span.end]
        cut = span.length - len(data)
        inserted = insert(self.pieces, Piece(fragment.offset, data, cut))
        self.here += inserted.fresh + (cut if inserted.cost else 0)
        self.cost += inserted.cost
        if not fragment.more and self.total is None:
            self.total = fragment.offset + span.length

    @property
    def payload(self) -> Optional[Span]:
        """What it carries when all is here, up to the first byte that the capture cut."""
        if self.total is None or self.here < self.total:
            return None
        parts, reach = [], 0
        for piece in self.pieces:
            if piece.start > reach:
                break
            parts.append(piece.data)
            reach = piece.end
        data = b"".join(parts)[: self.total]
        return Span(data, 0, len(data), self.total)


class Defragmenter:
    """All datagrams that wait for fragments."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._waiting: "OrderedDict[_Key, _Datagram]" = OrderedDict()
        self.held = 0
        """Bytes that all fragments take."""
        self.let_go = 0
        """Datagrams given up because a limit was reached."""

    def feed(self, addresses: bytes, fragment: Fragment, span: Span) -> Optional[Span]:
        """One fragment; the datagram's payload when it was the last one missing.

        Args:
            addresses: source and destination, which a datagram's fragments share.
            fragment: its place.
            span: its bytes.
        """
        key = (addresses, fragment.identification, fragment.protocol)
        datagram = self._waiting.setdefault(key, _Datagram())
        self.held -= datagram.cost
        datagram.add(fragment, span)
        self.held += datagram.cost
        payload = datagram.payload
        if payload is not None:
            self._forget(key)
        self._keep_within_limits()
        return payload

    def _forget(self, key: "_Key") -> None:
        self.held -= self._waiting.pop(key).cost

    def _keep_within_limits(self) -> None:
        most, most_bytes = self._limits.fragments, self._limits.fragment_bytes
        while len(self._waiting) > most or self.held > most_bytes:
            self._forget(next(iter(self._waiting)))
            self.let_go += 1
