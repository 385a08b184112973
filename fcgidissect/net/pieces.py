"""Bytes that came before their turn: sorted, disjoint, the first copy of each byte kept.

The one place where overlaps are decided, for TCP segments and for IP fragments alike.
"""

from bisect import bisect_left
from typing import NamedTuple, Optional

from fcgidissect.net.frame import Frame

OVERHEAD = 600
"""About what Python takes for one piece beside its bytes and its frame's."""


class Piece(NamedTuple):
    """Bytes at a place."""

    start: int
    data: bytes
    missing: int = 0
    """Bytes behind these that were on the wire and that the capture cut off."""
    last: bool = False
    """Nothing comes behind this one (and what it misses)."""
    frame: Optional[Frame] = None
    """The frame that brought them."""

    @property
    def end(self) -> int:
        """The place behind its last byte."""
        return self.start + len(self.data)

    @property
    def cost(self) -> int:
        """What keeping it takes."""
        frame = self.frame.cap_len if self.frame else 0
        return len(self.data) + frame + OVERHEAD


class Inserted(NamedTuple):
    """What became of a piece."""

    fresh: int
    """Bytes of it that were not here yet."""
    cost: int
    """What the new pieces take."""
    differing: int
    """Bytes of it that were here already, and other ones."""


def insert(pieces: "list[Piece]", piece: Piece) -> Inserted:
    """Add to `pieces` what they do not have of a piece.

    The cases, as one walk from left to right meets them; `=` goes in, `x` is compared:

        held:        |---a---|     |---b---|
        1  before    |  |     |     |       |
           |==|      |  |     |     |       |
        2  head      |xx|     |     |       |
           |=========|xx|     |     |       |
        3  inside    |xxxxxx| |     |       |
        4  tail      |   |xxxx|====||       |
        5  bridge    |   |xxxx|=====|xxxx|  |
        6  round  |==|xxxxxxxx|=====|xxxxxxx|==|
    """
    index = bisect_left(pieces, piece.start + 1, key=_end)
    at, end, data = piece.start, piece.end, piece.data
    fresh = cost = differing = 0
    while at < end and index < len(pieces) and pieces[index].start < end:
        old = pieces[index]
        if at < old.start:
            head = data[at - piece.start : old.start - piece.start]
            new = Piece(at, head, frame=piece.frame)
            pieces.insert(index, new)
            fresh, cost = fresh + len(new.data), cost + new.cost
            at, index = old.start, index + 1
        upto = min(end, old.end)
        differing += _differing(
            data[at - piece.start : upto - piece.start],
            old.data[at - old.start : upto - old.start],
        )
        at, index = upto, index + 1
    rest = piece._replace(start=at, data=data[at - piece.start :])
    if rest.data or not _ends_at(pieces, rest):
        pieces.insert(index, rest)
        fresh, cost = fresh + len(rest.data), cost + rest.cost
    return Inserted(fresh, cost, differing)


def overlaps(pieces: "list[Piece]", start: int, end: int) -> bool:
    """Whether some of the bytes from `start` to `end` are here already."""
    index = bisect_left(pieces, start + 1, key=_end)
    return index < len(pieces) and pieces[index].start < end


def _end(piece: Piece) -> int:
    return piece.end


def _ends_at(pieces: "list[Piece]", rest: Piece) -> bool:
    """Nothing is new in an empty rest: no end, or one that is known."""
    if not (rest.missing or rest.last):
        return True
    index = bisect_left(pieces, rest.start, key=_end)
    return any(
        old.end == rest.start and (old.missing, old.last) == (rest.missing, rest.last)
        for old in pieces[index : index + 2]
    )


def _differing(ours: bytes, theirs: bytes) -> int:
    return 0 if ours == theirs else sum(a != b for a, b in zip(ours, theirs))
