"""Segments of one direction in, its bytes in order out; a gap is data, not an exception.

The rules (RFC 9293, section 3.4 and 3.10.7.4):

- The first copy of a byte wins; a second one that differs is a note.
- What lies ahead is held until what is missing before it comes. A gap is given up when the
  peer has acknowledged past it and it still has not come after a few more segments (the
  capture does not have it), when `Limits` are reached, and at the end.
- SYN and FIN take one sequence number each. Bytes after the FIN are none of the stream's.
- A stream that starts without its SYN starts at its first segment, with `lost` -1.
- A segment further away than `Limits.reach` is noise, unless the next ones go on from it.

`next` is the sequence number expected, taken modulo 2^32. While nothing is held whoever
hands on an in-order segment by himself may add its length to `next`, and need do no more;
not behind a FIN, where nothing but an ACK alone is in order.
"""

from typing import Optional

from fcgidissect.limits import Budget, Limits
from fcgidissect.net.frame import Frame
from fcgidissect.net.pieces import Piece, insert, overlaps
from fcgidissect.net.segment import Chunk, Segment
from fcgidissect.net.tcp import (
    ACK,
    FIN,
    LOST_SEGMENT,
    OUT_OF_ORDER,
    RETRANSMISSION,
    RST,
    SYN,
    TURN,
    ahead,
    wrapped,
)
from fcgidissect.notes import (
    AFTER_FIN,
    DIFFERING_OVERLAP,
    OUT_OF_REACH,
    Code,
    Note,
    note,
)

PATIENCE = 4
"""Segments of either direction for which a gap may still be filled after its ACK.

Captures record a packet and its ACK in either order when two queues of a card take them."""
DUPLICATES = 3
"""ACKs for what is missing after which its sender sends it again (RFC 5681, section 3.2)."""
OUT_OF_ORDER_WITHIN = 3_000_000
"""Nanoseconds after what it should have come before: later, it was sent again (Wireshark's
rule where it does not know the round-trip time)."""
STRAYS = 3
"""Segments far away that must follow each other before the stream is there now."""
_new = tuple.__new__


class Assembler:
    """One direction of one connection."""

    __slots__ = (
        "next",
        "held",
        "closed",
        "last",
        "_limits",
        "_budget",
        "_cost",
        "_acked",
        "_patience",
        "_duplicates",
        "_opened",
        "_guessed",
        "_stray",
        "_strays",
        "_told",
        "_notes",
    )

    def __init__(
        self,
        limits: Limits = Limits(),
        budget: "Optional[Budget[Assembler]]" = None,
    ) -> None:
        self.next: Optional[int] = None
        self.held: "list[Piece]" = []
        """What waits, at places that are counted on from `next` without wrapping."""
        self.closed = False
        """The FIN has come, and everything before it."""
        self.last = 0
        """What the last segment fed seems to be: `TcpInStream.analysis`."""
        self._limits = limits
        self._budget = budget or Budget(limits.total_bytes)
        self._cost = self._acked = self._strays = 0
        self._patience = PATIENCE
        self._duplicates = 0
        """ACKs of the peer's for the first thing that is missing."""
        self._opened: Optional[int] = None
        """The first byte's sequence number, where the SYN was seen."""
        self._guessed: Optional[int] = None
        """Where a segment without bytes says that a stream starts: a keep-alive says one
        too few (RFC 9293, section 3.8.4)."""
        self._stray = -1
        self._told: "tuple[Code, ...]" = ()
        self._notes: "tuple[Note, ...]" = ()

    @property
    def awaits(self) -> bool:
        """An acknowledgment may tell it something."""
        return self.next is None or bool(self.held)

    def feed(self, segment: Segment, frame: Optional[Frame] = None) -> "list[Chunk]":
        """A segment of this direction; the bytes and gaps that it settles, in order.

        Args:
            segment: where its bytes lie.
            frame: what brought it; handed back with bytes that had to wait.
        """
        self.last = 0
        _, begin, _, flags, data, start, end, length = segment
        # 1. The next one, while nothing waits: nearly all.
        if begin == self.next and not (
            flags & (SYN | RST)
            or self.held
            or self.closed
            or self._notes
            or end - start != length
        ):
            self.closed = flags & FIN != 0
            self.next = wrapped(begin + length + self.closed)
            return [_new(Chunk, (data, start, end, 0, (), None))] if length else []
        # 2. One that follows on all that waits.
        chunks: "list[Chunk]" = []
        place = self.held[-1].end if self.held else 0
        if (
            begin == wrapped(place)
            and end - start == length > 0
            and not flags & (SYN | FIN | RST)
            and self.held
            and place - (self.next or 0) <= self._limits.reach
        ):
            kept = frame and frame.kept(0)
            piece = _new(Piece, (place, data[start:end], 0, False, kept))
            self._append(piece, chunks)
            self._lose_patience(chunks)
            return self._settled(chunks)
        # 3. Any other.
        if flags & RST:
            return self.finish()
        seq = wrapped(segment.seq + 1) if flags & SYN else segment.seq
        distance = self._locate(seq, segment, chunks)
        if distance is not None:
            self._take(distance, segment, frame, chunks)
            self._lose_patience(chunks)
        return self._settled(chunks)

    def turns(self, peer: "Assembler", seq: int, flags: int) -> bool:
        """Take a SYN, FIN or RST without bytes, while nothing waits.

        It is all that `feed`, and `acknowledge` of the other direction, would make of it.

        Args:
            peer: the other direction's.

        Returns:
            False, with nothing done, for any other segment without bytes.
        """
        if self.held or peer.held:
            return False
        turn = flags & TURN
        if turn == FIN:
            if seq != self.next or self.closed:
                return False
            self.next, self.closed = wrapped(seq + 1), True
        elif turn == SYN:
            if self.next is not None or peer.next is None and flags & ACK:
                return False
            self.next = self._opened = wrapped(seq + 1)
        elif turn != RST:
            return False
        self.last = 0
        return True

    def acknowledge(
        self, ack: int, flags: int = ACK, says_more: bool = False
    ) -> "list[Chunk]":
        """An acknowledgment by the other direction; the gaps that it gives up.

        Args:
            ack: the acknowledgment number as on the wire.
            flags: the control bits of the segment that carries it.
            says_more: it carries data or a FIN. Whoever goes on speaking has read what he
                acknowledges, so that comes first and is waited for no longer.
        """
        if self.next is None and flags & SYN and flags & ACK:
            self.next = ack
        if not self.held or self.next is None:
            return []
        if flags & RST:
            return self.finish()
        chunks: "list[Chunk]" = []
        if flags & ACK:
            acked = self.next + ahead(ack, self.next)
            self._duplicates += acked == self.next and not says_more
            self._acked = max(self._acked, acked)
            self._patience = 0 if says_more else self._patience
            self._lose_patience(chunks)
        return self._settled(chunks)

    def finish(self) -> "list[Chunk]":
        """Everything that is held, in order, with its gaps."""
        chunks: "list[Chunk]" = []
        while self.held:
            self._give_up(chunks)
        return self._settled(chunks)

    # Where a segment lies

    def _locate(
        self, seq: int, segment: Segment, chunks: "list[Chunk]"
    ) -> Optional[int]:
        """How far its first byte is ahead of `next`; None for noise."""
        if self.next is None:
            amid = not segment.flags & SYN
            self._opened = None if amid else seq
            self._guessed = seq if amid and not segment.length else None
            self._start(seq, amid, chunks)
            return 0
        if segment.flags & SYN:
            self._open(seq, chunks)
        distance = ahead(seq, self.next)
        if distance == 1 and self.next == self._guessed:
            self.next, distance = self.next + 1, 0
        if abs(distance) <= self._limits.reach:
            return distance
        return self._locate_stray(seq, distance, segment, chunks)

    def _locate_stray(
        self, seq: int, distance: int, segment: Segment, chunks: "list[Chunk]"
    ) -> Optional[int]:
        self._strays = self._strays + 1 if seq == self._stray else 1
        self._stray = wrapped(seq + segment.length)
        if self._strays >= STRAYS and segment.length:
            self._restart(seq, chunks)
            return 0
        self._tell_once(note(OUT_OF_REACH, distance=distance, seq=seq))
        return None

    def _start(self, seq: int, amid: bool, chunks: "list[Chunk]") -> None:
        self.next, self.closed = seq, False
        self._strays = 0
        self._acked = 0
        if amid:
            chunks.append(Chunk(b"", 0, 0, -1))

    def _open(self, seq: int, chunks: "list[Chunk]") -> None:
        """A SYN on a stream that has begun: its own, come late or again, or another's."""
        assert self.next is not None
        late = -self._limits.stream_bytes <= ahead(seq, self.next) <= 0
        if self._opened is None and not late or self._opened not in (None, seq):
            self._restart(seq, chunks)
        self._opened = seq

    def _restart(self, seq: int, chunks: "list[Chunk]") -> None:
        chunks += self.finish()
        self._start(seq, True, chunks)

    # What it brings

    def _take(
        self,
        distance: int,
        segment: Segment,
        frame: Optional[Frame],
        chunks: "list[Chunk]",
    ) -> None:
        """Hand on what is next, hold what is ahead, leave what is known.

        next:                |
        1  known       |----||            a retransmission, a keep-alive
        2  in part     |-----|====|       its new bytes are next
        3  next              |====|
        4  ahead             |    |====|  held: something is missing before it
        """
        assert self.next is not None
        skip = max(0, -distance)
        fin = segment.flags & FIN != 0
        if self.closed:
            if segment.length > skip:
                self._tell_once(note(AFTER_FIN, count=segment.length - skip))
            return
        if segment.length <= skip and not (fin and segment.length == skip):
            if segment.length > 1 or distance < -1:
                self.last = RETRANSMISSION if segment.length else 0
            return
        if skip > 1:  # one byte is what a zero-window probe brought
            self.last = RETRANSMISSION
        start = min(segment.start + skip, segment.end)
        size = segment.end - start
        missing = segment.length - skip - size
        place = self.next + distance + skip
        if self.held:
            self.last = self.last or self._suspect(place, place + size, frame)
        elif distance > 0:
            self.last = self.last or LOST_SEGMENT
        if distance > 0 or self.held and (missing or place + size > self.held[0].start):
            data = segment.data[start : segment.end]
            self._hold(Piece(place, data, missing, fin, frame), chunks)
            return
        if size:
            chunks.append(_new(Chunk, (segment.data, start, segment.end, 0, (), None)))
        if self.held:
            self._patience, self._duplicates = PATIENCE, 0
        self.next += size
        self._pass_end(missing, fin, chunks)
        self._drain(chunks)

    def _suspect(self, start: int, end: int, frame: Optional[Frame]) -> int:
        """What a segment is by its place, and by its time where it fills a gap."""
        highest = self.held[-1]
        if start >= highest.end:
            return LOST_SEGMENT if start > highest.end else 0
        if overlaps(self.held, start, end):
            return RETRANSMISSION
        late, before = 0, highest.frame
        if frame and before:
            late = frame.time_epoch - before.time_epoch
        again = late >= OUT_OF_ORDER_WITHIN or self._duplicates >= DUPLICATES
        return RETRANSMISSION if again else OUT_OF_ORDER

    def _hold(self, piece: Piece, chunks: "list[Chunk]") -> None:
        """Hold what is ahead; or what is next, if it is not all that is missing."""
        held = self.held
        frame = piece.frame and piece.frame.kept(self.last)
        piece = _new(Piece, (*piece[:-1], frame))
        # 1. Behind all that is held: it stays there.
        if piece.data and (not held or piece.start >= held[-1].end):
            self._append(piece, chunks)
            return
        # 2. Before or over some of it.
        inserted = insert(held, piece)
        if inserted.differing:
            found = note(DIFFERING_OVERLAP, count=inserted.differing)
            self._notes += (found,)
        self._account(inserted.cost)
        self._drain(chunks)
        self._bound(chunks)

    def _append(self, piece: Piece, chunks: "list[Chunk]") -> None:
        """Hold what is behind all that is held."""
        self.held.append(piece)
        self._account(piece.cost)
        self._bound(chunks)

    # What is held

    def _bound(self, chunks: "list[Chunk]") -> None:
        """Give up gaps while all that is held is too much."""
        while self._cost > self._limits.stream_bytes:
            self._give_up(chunks)

    def _drain(self, chunks: "list[Chunk]") -> None:
        """Hand on what is held and next."""
        held = self.held
        while held and self.next is not None and held[0].start <= self.next:
            piece = held.pop(0)
            self._account(-piece.cost)
            self._patience, self._duplicates = PATIENCE, 0
            start, data, missing, last, frame = piece
            skip, size = self.next - start, len(data)
            if skip < size:
                chunks.append(_new(Chunk, (data, skip, size, 0, (), frame)))
                self.next = start + size
            if missing or last:
                if held:
                    missing = min(missing, held[0].start - self.next)
                self._pass_end(missing, last and missing == piece.missing, chunks)

    def _pass_end(self, missing: int, fin: bool, chunks: "list[Chunk]") -> None:
        """Go on behind a segment: over what was cut from it, over its FIN."""
        assert self.next is not None
        if missing > 0:
            chunks.append(Chunk(b"", 0, 0, missing))
            self.next += missing
        if fin:
            self._discard()
            self.next, self.closed = self.next + 1, True

    def _give_up(self, chunks: "list[Chunk]") -> None:
        """Wait no longer for the first thing that is missing."""
        assert self.next is not None
        lost = self.held[0].start - self.next
        if lost > 0:
            chunks.append(Chunk(b"", 0, 0, lost))
            self.next += lost
        self._drain(chunks)

    def _lose_patience(self, chunks: "list[Chunk]") -> None:
        """Give up the gaps that the peer has acknowledged and that nothing fills."""
        if not self.held or self._acked < self.held[0].start:
            return
        self._patience -= 1
        if self._patience <= 0:
            while self.held and self._acked >= self.held[0].start:
                self._give_up(chunks)

    def _discard(self) -> None:
        self.held.clear()
        self._account(-self._cost)

    # Accounts

    def _account(self, cost: int) -> None:
        self._cost += cost
        self._budget.hold(self, self._cost)

    def _tell_once(self, remark: Note) -> None:
        """A remark that would repeat itself with every segment of its kind."""
        if remark.code not in self._told:
            self._told += (remark.code,)
            self._notes += (remark,)

    def _settled(self, chunks: "list[Chunk]") -> "list[Chunk]":
        """Add the notes; bring `next` back into its space when no place counts on it."""
        if not self.held and self.next is not None:
            self.next = wrapped(self.next)
            self._acked = 0
        if self._notes:
            first = chunks.pop(0) if chunks else Chunk(b"", 0, 0)
            chunks.insert(0, first._replace(notes=self._notes))
            self._notes = ()
        return chunks
