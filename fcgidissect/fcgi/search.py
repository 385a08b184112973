"""Bytes of a stream that is out of step in, the offset of the next certain header out.

Rules:
- Each place that may be a header starts a chain, which follows the records' lengths from
  header to header and adds up their evidence. One bad header breaks it.
- Evidence alone is not enough: a body may hold FastCGI itself (a saved stream, say). A
  chain is certain when it also outlasts the longest record that could hold it, or ends a
  request where a chunk ends, or starts a request where the bytes start again.
- Where records of a chain hold strong chains of their own, the stream does carry such a
  body, and only the first of these records and what follows it is certain.
- What is held is bounded: the older half goes when there is too much, and all that the
  search that has waited longest holds when all searches together hold too much.
- So is the work: a chunk costs some steps for each of MOST_CHAINS chains at most, and a
  certain chain goes on to the end of what is held, so nothing of that is searched again.
"""

import re
from bisect import bisect_right
from typing import FrozenSet, List, NamedTuple, Optional, Set, Tuple

from fcgidissect.fcgi.chain import Chain
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.evidence import SIDES
from fcgidissect.fcgi.record import Mark
from fcgidissect.fcgi.spec import HEADER_LENGTH
from fcgidissect.limits import Budget, Limits

CERTAIN = 64
"""Bits of evidence for a header somewhere in a stream."""
CERTAIN_AT_START = 48
"""Bits for one in the first place where bytes start again: records start with segments."""
PLAUSIBLE = 33
"""Bits of a chain that may hold another one in a record of its own: one whole header."""
LONGEST = HEADER_LENGTH + 0xFFFF + 0xFF
"""Bytes of the longest record."""
_CANDIDATE = re.compile(rb"(?s)\x01(?=[\x01-\x0b].{5}\x00)")
FIRST = 32
"""Bytes that are no FastCGI which are kept to be shown."""
MOST_CHAINS = 256
"""Chains followed at once; of chance, one million bytes start one."""
MOST_PIECES = 4096
"""Chunks held at once, so that a stream byte by byte costs no more than its bytes."""
OVERHEAD = 600
"""About what Python takes for one chunk beside its bytes and its frame's."""


class Piece(NamedTuple):
    """One chunk of a stream, as `RecordReader.feed` takes it."""

    data: bytes
    start: int
    end: int
    lost: int
    mark: Optional[Mark]


class Search:
    """The search for a header in one direction of a connection.

    Places are counted from the search's first byte, lost ones included.

    Args:
        lost: bytes missing directly before the search's first ones; -1 for unknown many.
        aligned: the peer has padded every record so far to a multiple of eight bytes: what
            is not padded so is none of its records.
        budget: what all searches may hold.
    """

    def __init__(
        self,
        context: Context,
        direction: int,
        limits: Limits,
        lost: int,
        aligned: bool,
        budget: "Optional[Budget[Search]]" = None,
    ) -> None:
        self.lost = lost
        self.dropped = 0
        """Bytes that were there and had to be let go."""
        self.first = b""
        """The first of them."""
        self.barren = False
        """The limit was reached without a gap: no FastCGI goes so long without a header."""
        self._context = context
        self._direction = direction
        self._aligned = aligned
        self._limit = limits.resynchronise_bytes
        self._budget = budget or Budget(limits.searched_bytes)
        self._held = bytearray()
        """What is searched; lost bytes in its middle are zeros."""
        self._base = 0
        """The place of its first byte."""
        self._pieces: List[Tuple[int, int, int, Optional[Mark]]] = []
        """The chunks in it: place of start and end, bytes lost in front, mark."""
        self._scanned = 0
        self._chains: List[Chain] = []
        """In the order of their places."""
        self._taken: Set[int] = set()
        """Places of headers that belong to a chain."""
        self._strong: List[int] = []
        """Places of all chains that ever had the evidence of a certain one."""
        self._restarts = {0}
        """Places where bytes start again."""

    def feed(self, chunk: Piece) -> "Optional[list[Piece]]":
        """The stream from a certain header on, as chunks, if there is one by now."""
        if chunk.lost and self._pieces:
            self._lose(chunk.lost)
        lost = chunk.lost if self._pieces else 0
        start = self._end
        self._held += memoryview(chunk.data)[chunk.start : chunk.end]
        mark = chunk.mark and chunk.mark.alone
        self._pieces.append((start, self._end, lost, mark))
        self._look()
        found = self._certain(at_end=False)
        if found is not None:
            return self._from(found)
        if len(self._held) > self._limit:
            self.barren = not any(lost for _, _, lost, _ in self._pieces)
            self._let_go(self._end - self._limit // 2)
        elif len(self._pieces) > MOST_PIECES:
            self._let_go(self._pieces[MOST_PIECES // 2][0])
        self._keep_within_budget()
        return None

    def finish(self) -> "Optional[list[Piece]]":
        """The stream from a header on that the stream's end makes certain."""
        found = self._certain(at_end=True)
        return None if found is None else self._from(found)

    def rest(self) -> bytes:
        """All bytes held that were there."""
        base = self._base
        return b"".join(
            self._held[max(start - base, 0) : end - base]
            for start, end, _, _ in self._pieces
        )

    def release(self) -> None:
        """It is over: what it held counts no more."""
        self._budget.hold(self, 0)

    def _keep_within_budget(self) -> None:
        self._budget.hold(self, 2 * len(self._held) + OVERHEAD * len(self._pieces))
        while (oldest := self._budget.overflowing()) is not None:
            oldest._let_go(oldest._end)
            self._budget.hold(oldest, 0)

    @property
    def _end(self) -> int:
        return self._base + len(self._held)

    def _lose(self, lost: int) -> None:
        """More is lost: the chains that reach over it live on."""
        behind = self._end + lost
        if not 0 < lost < self._limit:
            self._let_go(self._end)
            behind = self._end
        else:
            self._held += bytes(lost)
            self._chains = [chain for chain in self._chains if chain.next >= behind]
        self._scanned = behind
        self._restarts.add(behind)

    def _let_go(self, place: int) -> None:
        """Hold nothing before a place any more."""
        kept, base = [], self._base
        for piece in self._pieces:
            first = max(piece[0] - base, 0)
            gone = self._held[first : max(min(piece[1], place) - base, first)]
            self.dropped += len(gone)
            self.first += bytes(gone[: FIRST - len(self.first)])
            if piece[1] > place:
                kept.append(piece)
        self._pieces = kept
        del self._held[: place - self._base]
        self._base = place
        self._chains = [chain for chain in self._chains if chain.start >= place]
        self._strong = [start for start in self._strong if start >= place]
        self._taken = {start for start in self._taken if start >= place}
        self._restarts = {start for start in self._restarts if start >= place}

    def _look(self) -> None:
        """Follow the chains, and start one at each further place that may be a header."""
        end, base = self._end, self._base
        for chain in self._chains:
            if chain.next + HEADER_LENGTH <= end:
                self._follow(chain)
        self._chains = [chain for chain in self._chains if not chain.broken]
        taken, types = self._taken, self._types()
        for match in _CANDIDATE.finditer(self._held, max(self._scanned - base, 0)):
            place = match.start() + base
            if place not in taken and len(self._chains) < MOST_CHAINS:
                chain = Chain(place, self._context.ids, types, self._aligned)
                self._follow(chain)
                if not chain.broken:
                    self._chains.append(chain)
        self._scanned = max(self._scanned, self._end - HEADER_LENGTH + 1)

    def _follow(self, chain: Chain) -> None:
        weak, known = chain.bits < CERTAIN, len(chain.offsets)
        chain.follow(self._held, self._base)
        self._taken.update(chain.offsets[known:])
        if weak and chain.bits >= CERTAIN:
            self._strong.append(chain.start)

    def _certain(self, at_end: bool) -> Optional[int]:
        """The place of the first header that is certain."""
        covered = -1
        for chain in self._chains:
            if chain.start < covered:
                continue
            if self._is_certain(chain, at_end):
                return self._outermost(chain)
            if chain.bits >= PLAUSIBLE:
                covered = chain.next
        return None

    def _is_certain(self, chain: Chain, at_end: bool) -> bool:
        restarts = chain.start in self._restarts
        if chain.bits < (CERTAIN_AT_START if restarts else CERTAIN):
            return False
        if restarts and chain.first_bits >= CERTAIN_AT_START:
            return True
        if chain.next == self._end and (at_end or chain.ends_request):
            return True
        return self._end - chain.start >= LONGEST

    def _outermost(self, chain: Chain) -> int:
        """The first header of a chain, or of its record that holds a strong chain."""
        offsets = chain.offsets
        own = set(offsets)
        inside = [place for place in self._strong if place not in own]
        inside = [place for place in inside if chain.start < place < chain.next]
        if not inside:
            return chain.start
        return offsets[bisect_right(offsets, min(inside)) - 1]

    def _from(self, place: int) -> "list[Piece]":
        """What is held from a place on; what comes before it is dropped."""
        self._let_go(place)
        held = bytes(self._held)
        return [
            Piece(
                held, max(start - place, 0), end - place, lost * (start > place), mark
            )
            for start, end, lost, mark in self._pieces
        ]

    def _types(self) -> "FrozenSet[int]":
        """The record types that can come in this direction."""
        server = self._context.web_server
        if server is None:
            return SIDES[0] | SIDES[1]
        return SIDES[server != self._direction]


def looks_like_fastcgi(data: bytes, start: int, end: int) -> bool:
    """Whether a stream's bytes, from a record's first one on, are FastCGI for certain.

    By the bytes alone: HTTP, TLS and noise never are.
    """
    chain = Chain(0, (), SIDES[0] | SIDES[1])
    chain.follow(data[start:end], 0)
    return not chain.broken and chain.bits >= CERTAIN_AT_START
