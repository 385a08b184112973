"""Segments in, the flow of each out: who spoke to whom, and which stream it is.

Streams are numbered as Wireshark's `tcp.stream`: every TCP conversation of the capture in
the order of its first segment, and a SYN whose sequence number is not the conversation's
own begins a new one on the same addresses and ports.

Only the ports in question are followed. What nobody decodes is remembered, for its number
alone, as one integer.
"""

from collections import Counter, OrderedDict, deque
from functools import lru_cache
from itertools import islice
from struct import Struct
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from fcgidissect.limits import Budget, Limits
from fcgidissect.net.reassembly import Assembler
from fcgidissect.net.segment import Segment
from fcgidissect.net.tcp import ACK, END, RST, SYN, wrapped
from fcgidissect.text import address_text

_SECOND_CHANCES = 16
"""Busy connections that may be passed over in search of an idle one to let go."""
_ports: "Callable[[bytes], tuple[int, int]]" = Struct(">HH").unpack
"""The last bytes of a key -> whence and where to its segments go."""


class Flow(Assembler):
    """One direction of a conversation that is followed; it puts its own bytes in order."""

    __slots__ = (
        "number",
        "place",
        "key",
        "peer",
        "base_seq",
        "knows",
        "closing",
        "closed_at",
        "reader",
        "_parted",
    )
    peer: "Flow"
    reader: Any
    """Free for whoever decodes the bytes; None at first."""
    _parted: "tuple[Optional[int], Any]"
    """What the other flow had for `base_seq` and `reader`, behind `part`."""

    def __init__(
        self,
        number: int,
        key: bytes,
        base_seq: Optional[int] = None,
        limits: Limits = Limits(),
        budget: "Optional[Budget[Assembler]]" = None,
    ) -> None:
        Assembler.__init__(self, limits, budget)
        self.number = number
        """`tcp.stream`; who counts with others may set it anew."""
        self.place = number
        """The same at first: by this it is known here."""
        self.key = key
        self.base_seq = base_seq
        """What `tcp.seq` counts from; None before it is known."""
        self.knows = False
        """It and its peer know that: only a SYN teaches more."""
        self.closing = False
        """It has sent its FIN or RST."""
        self.closed_at: Optional[int] = None
        """When, where that came before anybody decodes the bytes; his to tell, and to ask."""
        self.reader = None

    @property
    def source(self) -> bytes:
        """The source address as on the wire."""
        return self.key[: len(self.key) // 2 - 2]

    @property
    def destination(self) -> bytes:
        """The destination address as on the wire."""
        return self.key[len(self.key) // 2 - 2 : -4]

    @property
    def ports(self) -> "tuple[int, int]":
        """Whence it comes, and where it goes."""
        return _ports(self.key[-4:])

    @property
    def source_port(self) -> int:
        """Whence it comes."""
        return self.ports[0]

    @property
    def destination_port(self) -> int:
        """Where it goes."""
        return self.ports[1]

    @property
    def source_text(self) -> str:
        """The source address, dotted or as RFC 5952 has it."""
        return _address(self.source)

    @property
    def destination_text(self) -> str:
        """The destination address, dotted or as RFC 5952 has it."""
        return _address(self.destination)

    @property
    def both(self) -> "tuple[Flow, ...]":
        """It and the other one; it alone, if it is its own peer."""
        return (self, self.peer) if self.peer is not self else (self,)

    def part(self) -> None:
        """No more comes on either flow: be no longer in a circle with the other one.

        So both go when nobody holds them any more, and need not be searched for.
        """
        peer = self.peer
        self._parted = peer.base_seq, peer.reader
        peer._parted = self.base_seq, self.reader
        for each in self.both:
            del each.peer
            each.__class__ = _Parted


class _Parted(Flow):
    """A flow behind `part`, which tells of the other one from memory.

    A class of its own, because a `__getattr__` makes every look at an object slow.
    """

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def peer(self) -> Flow:
            """What the other flow was, for who still asks for it."""
            base_seq, reader = self._parted
            key, budget = _reverse(self.key), self._budget
            peer = Flow(self.number, key, base_seq, self._limits, budget)
            peer.peer, peer.reader, peer.closing = self, reader, self.closing
            return peer


_address = lru_cache(Limits().memo)(address_text)


class Unfollowed(int):
    """A conversation that nobody decodes, as one integer of some 50 bytes.

    From the lowest bit: 32 of its number, then 32 for the base sequence number of the
    direction with the smaller key, 32 for the other's, and for each one that says whether
    it is known.
    """

    __slots__ = ()

    @classmethod
    def of(cls, number: int, bases: "_Bases") -> "Unfollowed":
        """Pack a number and what is known of both base sequence numbers."""
        one, other = bases
        if one is not None:
            number |= one << 32 | _ONE_KNOWN
        if other is not None:
            number |= other << 64 | _OTHER_KNOWN
        return cls(number)

    @property
    def number(self) -> int:
        """`tcp.stream`."""
        return self & 0xFFFFFFFF

    @property
    def bases(self) -> "_Bases":
        """What `tcp.seq` counts from, the direction with the smaller key first."""
        return (
            self >> 32 & 0xFFFFFFFF if self & _ONE_KNOWN else None,
            self >> 64 & 0xFFFFFFFF if self & _OTHER_KNOWN else None,
        )


_ONE_KNOWN, _OTHER_KNOWN = 1 << 96, 1 << 97
SETTLED = _ONE_KNOWN | _OTHER_KNOWN
"""A conversation that nobody decodes is this or more when it has no more to learn from
whatever comes but a SYN."""
_Bases = tuple[Optional[int], Optional[int]]
_NEITHER: _Bases = None, None
"""Neither direction's is known."""
Conversation = Union[Flow, Unfollowed]


class Conversations:
    """All TCP conversations of a capture.

    Args:
        follow: whether a conversation between two ports is to be decoded.
        limits: how many are remembered, and how much they hold.
    """

    def __init__(
        self, follow: Callable[[int, int], bool], limits: Limits = Limits()
    ) -> None:
        self.flows: "dict[bytes, Conversation]" = {}
        """`Segment.key` -> its flow; both directions of a conversation are here."""
        self.count = 0
        """Conversations so far, and the next one's number."""
        self.let_go: "Counter[str]" = Counter()
        """Limit -> how often it was reached, and something let go."""
        self._follow = follow
        self._limits = limits
        self.budget: "Budget[Assembler]" = Budget(limits.total_bytes)
        """What all flows hold."""
        self.ending: "list[Flow]" = []
        """Those that `ended` will give."""
        self.begun: "Optional[list[tuple[Flow, ...]]]" = None
        """Those that have begun, for who wants to know: gives a list, and empties it. Of each
        both directions, or nothing if it is not followed."""
        self._open: "_Queue" = OrderedDict()
        self._closed: "OrderedDict[int, tuple[Flow, _Progress, int]]" = OrderedDict()
        """Place -> the flow, how far it had come when it was closed, and `_frame` then."""
        self._frame = 0
        """Frames of which `advance` has told."""
        self._ended: "deque[tuple[bytes, int]]" = deque()
        """Key and number of those that were closed and are followed no longer."""

    def flow(self, segment: Segment) -> Conversation:
        """The flow that a segment belongs to, found or begun."""
        key, seq, ack, flags, _, _, _, _ = segment
        found = self.flows.get(key)
        # 1. One that is followed, and has nothing to learn from it: nearly all.
        if type(found) is Flow and not flags & SYN and found.knows:
            if flags & END:
                self.close(found, flags)
            return found
        # 2. Any other.
        bases = _NEITHER
        if found is not None:
            bases = self._bases(found, key)
            # A SYN that is no retransmission of the one that opened the conversation?
            if flags & (SYN | ACK) == SYN and bases[0] not in (None, seq):
                self._end(found)
                found, bases = None, _NEITHER
        learnt = _learn(seq, ack, flags, bases)
        if found is None:
            found = self._begin(key, learnt)
        if type(found) is Flow:
            found.base_seq, found.peer.base_seq = learnt
            found.knows = found.peer.knows = None not in learnt
            if flags & END:
                self.close(found, flags)
        elif learnt != bases:
            found = self._remember(found.number, key, _reverse(key), learnt)
        return found

    def close(self, flow: Flow, flags: int) -> None:
        """A FIN or RST has come on a flow.

        When both have sent a FIN, or one a RST, not much comes any more.
        """
        flow.closing = True
        over = flags & RST or flow.peer.closing
        if over and self._open.pop(flow.place, None) is not None:
            self._closed[flow.place] = flow, _progress(flow), self._frame

    def advance(self, frames: int) -> None:
        """So many more frames are coming: what was closed long ago ends, if it is quiet.

        Reckoned in frames, and not in other connections, because what becomes of one must
        not depend on how many others are looked at.
        """
        frame = self._frame = self._frame + frames
        closed = self._closed
        while closed:
            number, (flow, progress, since) = next(iter(closed.items()))
            if frame - since <= self._limits.closed_frames:
                return
            del closed[number]
            if progress == _progress(flow):
                self._outlive(flow)
            else:
                closed[number] = flow, _progress(flow), frame

    def unfollow(self, flow: Flow) -> None:
        """Decode a conversation no longer; keep its number alone."""
        self._open.pop(flow.place, None)
        self._closed.pop(flow.place, None)
        if self.flows.get(flow.key) is flow:
            peer = flow.peer
            bases = flow.base_seq, peer.base_seq
            self._remember(flow.number, flow.key, peer.key, bases)

    def ended(self) -> "list[Flow]":
        """Flows that get no more segments, each once; who decodes them finishes them.

        Their addresses and ports were used again, they were closed, or a limit let them go.
        """
        ended, self.ending = self.ending, []
        return ended

    def overflowing(self) -> Optional[Flow]:
        """The flow that has waited longest, while all hold more than `total_bytes`.

        It is to be told to finish, until nobody is returned.
        """
        oldest = self.budget.overflowing()
        if oldest is None:
            return None
        assert isinstance(oldest, Flow)
        return oldest

    def _bases(self, found: Conversation, key: bytes) -> _Bases:
        """Both base sequence numbers, this direction's first."""
        if isinstance(found, Flow):
            return found.base_seq, found.peer.base_seq
        one, other = found.bases
        return (one, other) if key <= _reverse(key) else (other, one)

    def _begin(self, key: bytes, bases: _Bases) -> Conversation:
        number = self.count
        self.count = number + 1
        if len(self.flows) >= 2 * self._limits.conversations:
            self._forget_oldest()
        if not self._follow(*_ports(key[-4:])):
            if self.begun is not None:
                self.begun.append(())
            return self._remember(number, key, _reverse(key), bases)
        if len(self._open) >= self._limits.connections:
            idle = _idle(self._open)
            self._forget(idle, idle.key)
            self.let_go["connections"] += 1
        reverse, limits, budget = _reverse(key), self._limits, self.budget
        flow = peer = self.flows[key] = Flow(number, key, None, limits, budget)
        if key != reverse:
            peer = self.flows[reverse] = Flow(number, reverse, None, limits, budget)
        flow.peer, peer.peer = peer, flow
        if self.begun is not None:
            self.begun.append((flow, peer))
        self._open[number] = flow, _NEITHER
        return flow

    def _remember(
        self, number: int, key: bytes, reverse: bytes, bases: _Bases
    ) -> Unfollowed:
        ordered = bases if key <= reverse else (bases[1], bases[0])
        unfollowed = Unfollowed.of(number, ordered)
        self.flows[key] = self.flows[reverse] = unfollowed
        return unfollowed

    # Letting go

    def _end(self, conversation: Conversation) -> None:
        if isinstance(conversation, Flow):
            self.unfollow(conversation)
            self.ending += conversation.both

    def _outlive(self, flow: Flow) -> None:
        """End a closed connection; its number is remembered until enough others have ended."""
        self._end(flow)
        self._ended.append((flow.key, flow.number))
        if len(self._ended) > self._limits.ended_connections:
            key, number = self._ended.popleft()
            oldest = self.flows.get(key)
            if oldest is not None and oldest.number == number:
                self._forget(oldest, key)

    def _forget(self, flow: Conversation, key: bytes) -> None:
        """End a conversation, its number with it: what comes later is another one."""
        self._end(flow)
        for each in {key, _reverse(key)}:
            del self.flows[each]

    def _forget_oldest(self) -> None:
        """Forget a sixteenth, oldest first, what nobody decodes before what someone does."""
        most = max(1, self._limits.conversations // 16)
        keys = (k for k, flow in self.flows.items() if isinstance(flow, Unfollowed))
        oldest = list(islice(keys, 2 * most)) or list(islice(self.flows, 2 * most))
        for key in oldest:
            if key in self.flows:
                self._forget(self.flows[key], key)
        self.let_go["conversations"] += 1


_Progress = tuple[Optional[int], ...]
_Queue = OrderedDict[int, tuple[Flow, _Progress]]


def _idle(queue: _Queue) -> Flow:
    """Out of a queue its oldest flow on which nothing has come since it was looked at."""
    for _ in range(_SECOND_CHANCES):
        number, (flow, progress) = queue.popitem(last=False)
        if progress == _progress(flow):
            return flow
        queue[number] = flow, _progress(flow)
    return queue.popitem(last=False)[1][0]


_SWAPPED = {
    len(places): bytes(places)
    for places in (
        [*range(4, 8), *range(4), 10, 11, 8, 9],
        [*range(16, 32), *range(16), 34, 35, 32, 33],
    )
}
"""Bytes of a key -> where in it those of the other direction's key stand."""


def _reverse(key: bytes) -> bytes:
    """The key of the other direction."""
    return _SWAPPED[len(key)].translate(key.ljust(256))


def _learn(seq: int, ack: int, flags: int, bases: _Bases) -> _Bases:
    """The base sequence numbers as Wireshark sets them.

    The initial one where the SYN is seen, else one before the first byte; the other
    direction's by the first acknowledgment. A SYN and ACK is believed at any time.
    """
    ours, theirs = bases
    if flags & SYN:
        ours = seq if ours is None or flags & ACK else ours
    elif ours is None:
        ours = wrapped(seq - 1)
    if theirs is None and flags & ACK:
        theirs = wrapped(ack - 1)
    return ours, theirs


def _progress(flow: Flow) -> _Progress:
    return flow.next, flow.peer.next
