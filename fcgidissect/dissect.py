"""The corridor: batches of packets in, entries out; it wires the stages and is none of them.

    Batch -> Frame -> Segment -> Chunk -> Record -> Entry

The way is one loop, because a call a packet and a stage costs more than the stages do. What
nearly every packet is (TCP over IPv4 without options, the next segment of its flow) goes
straight through the loop's numbered steps; everything else takes `_packet`, stage by stage,
with the same outcome, or joins its way behind the stages that the loop has seen to.
"""

from collections import Counter
from operator import attrgetter
from struct import Struct
from typing import (
    Any,
    Callable,
    Container,
    Dict,
    List,
    NamedTuple,
    Optional,
    Protocol,
    Set,
)

from fcgidissect.entry import Entry
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.requests import Request, Taken
from fcgidissect.fcgi.search import looks_like_fastcgi
from fcgidissect.fcgi.shape import ENDINGS
from fcgidissect.fcgi.spec import FROM_WEB_SERVER
from fcgidissect.flight import Flight, Late, number_of
from fcgidissect.limits import Limits
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.flow import SETTLED, Conversation, Conversations, Flow
from fcgidissect.net.frame import Batch, Frame, OneFrame, Source, Stretch
from fcgidissect.net.link import LINK_TYPES
from fcgidissect.net.segment import (
    TUNNEL_PORTS,
    Chunk,
    Segment,
    datagram_of,
    segment_of,
)
from fcgidissect.net.tcp import END, RST, SYN, TURN
from fcgidissect.net.usual import (
    ETHERTYPE,
    HEADER_BYTES,
    TCP,
    UDP,
    VERSION_AND_LENGTH,
    WHOLE,
    looks,
)
from fcgidissect.notes import LIMIT_REACHED, Note, note
from fcgidissect.side import Side, Sides

_PLAIN = looks("BxHxxIxx12sIxxxxH")
"""Link type -> bytes of its header, and what is read of a frame: EtherType; version and
header length; total length; flags, fragment offset, time to live and protocol as one;
addresses and ports as one; sequence number; data offset and control bits as one."""
_NEVER = 0, Struct("")
_ack = Struct(">28xI").unpack_from  # the acknowledgment number, from the IP header on
_HALVES = bytes(bin(each).count("1") & 1 for each in range(256))
"""What the last bytes of two ports make together -> the half of their conversation. Systems
give every second port, so the last bit alone would not tell them apart."""
_NO_TURN = 0xFFFF ^ TURN
_new = tuple.__new__
_by_number = attrgetter("number")


class Findings(NamedTuple):
    """What is known behind a capture's end, beside its records."""

    found: bool
    """See `Dissector.found`."""
    elsewhere: "Dict[int, int]"
    """See `Dissector.elsewhere`."""
    let_go: "Dict[str, int]"
    """Limit -> how often it was reached."""


def half_of(key: bytes) -> int:
    """To which half of all conversations the one with a `Segment.key` belongs."""
    return _HALVES[key[-3] ^ key[-1]]


class Watcher(Protocol):
    """Who wants to know how connections begin and end, not only what they carry."""

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """A segment of a followed flow that begins, ends or disturbs something."""

    def ended(self, flow: Flow) -> None:
        """No more comes on a flow; its peer's turn may be still to come."""


class Dissector:
    """Batches in, entries out.

    Args:
        ports: TCP ports on which connections carry FastCGI.
        limits: what it may hold.
        over: called with each request of which no more records are expected.
        watcher: told of the segments that leave the loop, and of flows that end.
        tracked: follow requests; without it entries have none, nor its notes.
        flights: give flights as they are; without it their entries.
    """

    def __init__(
        self,
        ports: Container[int],
        limits: Limits = Limits(),
        over: "Optional[Callable[[Request], None]]" = None,
        watcher: Optional[Watcher] = None,
        tracked: bool = True,
        flights: bool = False,
    ) -> None:
        self.frames = 0
        """Frames so far, over all captures: the last one's number."""
        self.elsewhere: "Counter[int]" = Counter()
        """Port -> its connections that carry FastCGI though nobody asked for it; counted
        only until a record is `found`."""
        self.found = False
        """There were records on the ports that were asked for."""
        self.unknown_links: "Counter[int]" = Counter()
        """Link type that nobody knows -> its frames."""
        self.conversations = Conversations(
            lambda source, destination: source in ports or destination in ports, limits
        )
        self._limits = limits
        self._sides = Sides(ports, limits, over, tracked)
        self._watcher = watcher
        self._flights = flights
        self.half: Optional[int] = None
        """0 or 1 to dissect that half of the conversations as if there were no others; set
        before the first batch."""
        self.late: List[Late] = []
        """Those of what it gave last, where it dissects a half."""
        self.begun: List[int] = []
        """With which frames of the last batch a conversation of that half began."""
        self._learnt: "Counter[str]" = Counter()
        self._defragmenter = Defragmenter(limits)
        self._first_time: Optional[int] = None
        self._time = 0
        self._probed: Set[int] = set()
        self._stretch = Stretch(Batch(b"", [], Source(0)), 1, 0, 0)
        """What is being fed, or was."""
        self._before = self._stretch
        """What was fed before that."""
        self._network = 0
        """Bytes of a packet's link header there."""
        self._unfinished: Set[Side] = set()
        """Those whose `last` frame came in this batch."""
        self._waiting: Set[Side] = set()
        """Those whose `last` frame came in the batch before it."""

    def feed(self, batch: Batch) -> "List[Any]":
        """The records that end in the next packets."""
        data, packets, source, _ = batch
        entries: "List[Any]" = []
        self.late, self.begun = [], []
        if not packets:
            return entries
        if self._first_time is None:
            self._first_time = self._time = packets[0][0]
        base, probing = self.frames + 1, not self.found
        stretch = Stretch(batch, base, self._first_time, self._time)
        # 0. What was closed long ago.
        self.conversations.advance(len(packets))
        if self.conversations.ending:
            self._end(entries, self.conversations.ended())
            entries.sort(key=number_of)
        add = self._adding(entries)
        flow_of: "Callable[[bytes], Any]" = self.conversations.flows.get
        network, look = _PLAIN.get(source.link_type, _NEVER)
        see, least = look.unpack_from, look.size if network else 1 << 62
        self._before, self._stretch, self._network = self._stretch, stretch, network
        steps: "List[Callable[..., None]]" = [self._packet, self._aside, self._rest]
        connect, half = self._sides.connect, self.half
        headers, watched = HEADER_BYTES, self._watcher is not None
        if half is not None:
            steps = [self._telling(step) for step in steps]
        packet, aside, decode = steps
        for number, (time, start, cap_len, length) in enumerate(packets, base):
            if cap_len < least:
                packet(entries, number - base)
                continue
            ethertype, head, total, piece, key, seq, control = see(data, start)
            # 1. TCP over IPv4 without options, whole?
            if (
                piece & WHOLE != TCP
                or head != VERSION_AND_LENGTH
                or ethertype != ETHERTYPE
            ):
                # Or what can have neither TCP in it nor a tunnel?
                if (
                    piece & WHOLE != UDP
                    or head != VERSION_AND_LENGTH
                    or ethertype != ETHERTYPE
                    or key[-2:] in TUNNEL_PORTS
                ):
                    packet(entries, number - base)
                continue
            # `half_of`, without a call.
            if half is not None and _HALVES[key[-3] ^ key[-1]] != half:
                continue
            flow = flow_of(key)
            # 2. Of a conversation that nobody decodes, and that it does not begin?
            if type(flow) is not Flow:
                if (
                    flow is None
                    or flow < SETTLED
                    or control & SYN
                    or (probing and flow.number not in self._probed)
                ):
                    aside(entries, number - base, flow, key, seq, control, total)
                continue
            # 3. What its flow expects next, while nothing waits, and whole?
            size = total - headers[control]
            if (
                seq != flow.next
                or not flow.knows
                or size < 0
                or flow.held
                or flow.peer.held
                or ((size or watched) and (flow.closed or network + total > cap_len))
            ):
                aside(entries, number - base, flow, key, seq, control, total)
                continue
            if not size:
                continue
            flow.next = seq + size
            end = start + network + total
            payload = end - size
            side, index = flow.reader or connect(flow), number - base
            reader = side.reader
            # 4. All records of a question or an answer?
            if not reader.wanted:
                take = side.short or side.take
                taken = take(data, payload, end, number, time)
                if taken is not None:
                    at = stretch, index, flow, data, payload
                    add(_new(Flight, at + taken))
                    continue
                # 5. Or one record by itself?
                record = reader.alone(data, payload, end)
                if record is not None:
                    frame = stretch.frame(index)
                    found = side.requests.feed(side.direction, record, number, time)
                    entries.append(_new(Entry, (frame, flow, record, *found)))
                    continue
            # 6. No more than a part of a record that goes on?
            elif reader.wanted > size and not reader.unusual:
                reader.hold(data, payload, end, number)
                side.last = number
                self._unfinished.add(side)
                continue
            # 7. The records that end in it, one by one.
            decode(entries, index, flow, data, payload, end)
        # Most go on in the next batch: only those that have not need a frame of the one before.
        for side in self._waiting - self._unfinished:
            if side.last is not None:
                side.last = self._last(side).alone
        self._waiting, self._unfinished = self._unfinished, set()
        self.frames, self._time = self.frames + len(packets), packets[-1][0]
        self.found = self.found or bool(entries)
        return entries

    @property
    def findings(self) -> "Findings":
        """What it has found out of the connections that it has seen."""
        times = Counter(self.conversations.let_go)
        times["total_bytes"] = self.conversations.budget.let_go
        times["searched_bytes"] = self._sides.searches.let_go
        return Findings(self.found, dict(self.elsewhere), dict(times))

    def learn(self, findings: "Findings") -> None:
        """What was found out of the other half of all connections."""
        self.found = self.found or findings.found
        self.elsewhere.update(findings.elsewhere)
        self._learnt.update(findings.let_go)

    @property
    def limits_reached(self) -> "List[Note]":
        """The limits that made it forget something, each once."""
        times = self._learnt + Counter(self.findings.let_go)
        times["fragments"] = self._defragmenter.let_go  # both halves see all of them
        return [
            note(
                LIMIT_REACHED, limit=name, most=getattr(self._limits, name), count=count
            )
            for name, count in times.items()
            if count
        ]

    def finish(self) -> "List[Any]":
        """The records that only the end of the capture completes, in the order of their frames."""
        entries: "List[Any]" = []
        self.late, self.begun = [], []
        flows = [
            flow for flow in self.conversations.flows.values() if type(flow) is Flow
        ]
        self._end(entries, sorted(flows, key=_by_number))
        entries.sort(key=number_of)
        self.found = self.found or bool(entries)
        return entries

    # Stage by stage

    def _packet(self, entries: "List[Any]", index: int) -> None:
        """A packet of any kind."""
        data, packets, source, _ = self._stretch.batch
        _, start, cap_len, length = packets[index]
        if source.link_type not in LINK_TYPES:
            self.unknown_links[source.link_type] += 1
            return
        segment = segment_of(
            data, start, start + cap_len, length, source.link_type, self._defragmenter
        )
        if segment is None:
            return
        if self.half is None or half_of(segment.key) == self.half:
            self._arrived(entries, index, segment)

    def _arrived(self, entries: "List[Any]", index: int, segment: Segment) -> None:
        """A segment of any conversation, known or new."""
        flow = self.conversations.flow(segment)
        if self.conversations.ending:
            self._end(entries, self.conversations.ended())
        _, seq, _, flags, data, start, end, length = segment
        if not isinstance(flow, Flow):
            if start < end and not self.found:
                self._probe(flow, segment.key, data, start, end)
            return
        bare = not (length or self._watcher)
        if bare and flow.turns(flow.peer, seq, flags):
            if flags & END:
                self._close(entries, flow, flags, self._stretch.packets[index][0])
        else:
            frame = self._stretch.frame(index)
            if data is not self._stretch.batch.data:
                frame = frame._replace(datagram=datagram_of(segment))
            self._segment(entries, flow, frame, segment)

    def _aside(
        self,
        entries: "List[Any]",
        index: int,
        flow: Any,
        key: bytes,
        seq: int,
        control: int,
        total: int,
    ) -> None:
        """TCP over IPv4 without options that is not just what its flow expects.

        Args:
            flow: that of the segment's key, if it is known.
            control: its data offset and control bits.
            total: bytes of the datagram.
        """
        time, start, cap_len, _ = self._stretch.packets[index]
        size, behind = total - HEADER_BYTES[control & _NO_TURN], self._network + total
        if size < 0 or behind > cap_len:
            self._packet(entries, index)
            return
        flags = control & 0xFF
        # 1. A FIN or RST alone?
        amid = type(flow) is Flow and flow.knows and not flags & SYN
        if amid and flags & TURN and not size and not self._watcher:
            if flow.turns(flow.peer, seq, flags):
                self.conversations.close(flow, flags)
                self._close(entries, flow, flags, time)
                return
        # 2. Any other.
        data, end = self._stretch.batch.data, start + behind
        (ack,) = _ack(data, start + self._network)
        told = key, seq, ack, flags, data, end - size, end, size
        segment = _new(Segment, told)
        if amid and not flags & TURN:
            self._amid(entries, flow, index, segment)
        else:
            self._arrived(entries, index, segment)

    def _amid(
        self, entries: "List[Any]", flow: Flow, index: int, segment: Segment
    ) -> None:
        """A segment in the middle of a flow that is not just what its flow expects."""
        # 1. An ACK alone, of which only its peer is to know?
        quiet = not (segment.length or flow.held or self._watcher)
        if quiet and segment.seq == flow.next:
            had = flow.peer.acknowledge(segment.ack, segment.flags)
            if had:
                self._chunks(entries, flow.peer, self._stretch.frame(index), had)
        # 2. Any other.
        else:
            self._segment(entries, flow, self._stretch.frame(index), segment)

    def _rest(
        self,
        entries: "List[Any]",
        index: int,
        flow: Flow,
        data: bytes,
        start: int,
        end: int,
    ) -> None:
        """The next bytes of a flow, record by record."""
        self._decode(entries, flow, self._stretch.frame(index), data, start, end)

    def _telling(self, step: "Callable[..., None]") -> "Callable[..., None]":
        """The same step, which tells of what it gives late and of conversations that begin."""
        conversations = self.conversations

        def telling(entries: "List[Any]", index: int, *told: Any) -> None:
            start, count = len(entries), conversations.count
            step(entries, index, *told)
            number = self._stretch.number + index
            if conversations.count > count:
                self.begun.append(number)
            if any([number_of(row) != number for row in entries[start:]]):
                self.late.append(Late(start, len(entries), number))

        return telling

    def _last(self, side: Side) -> Any:
        """The frame that brought the last bytes of a record that is not complete."""
        number = side.last
        if isinstance(number, int):
            now = self._stretch
            stretch = now if number >= now.number else self._before
            side.last = stretch.frame(number - stretch.number)
        return side.last

    def _segment(
        self, entries: "List[Any]", flow: Flow, frame: Frame, segment: Segment
    ) -> None:
        """A segment of a flow: first what it acknowledges, then what it brings."""
        if flow.reader is None:
            self._sides.connect(flow)
        peer, flags = flow.peer, segment.flags
        closes = flags & END
        # 1. What its sender has had, or will never get.
        if peer.awaits:
            says_more = segment.length > 0 or closes > 0
            had = peer.acknowledge(segment.ack, flags, says_more)
            self._chunks(entries, peer, frame, had)
        # 2. What is next with it.
        brought = flow.feed(segment, frame)
        seen = frame._replace(analysis=flow.last) if flow.last else frame
        if brought:
            self._chunks(entries, flow, seen, brought)
        # 3. The end of its direction.
        if closes:
            self._close(entries, flow, flags, frame.time_epoch)
        # 4. Who waits while all hold too much.
        while flow.held and (late := self.conversations.overflowing()) is not None:
            self._chunks(entries, late, seen, late.finish())
        if self._watcher is not None:
            self._watcher.segment(flow, frame, segment)

    def _close(self, entries: "List[Any]", flow: Flow, flags: int, time: int) -> None:
        """A FIN or RST has come on a flow, at a time in nanoseconds since the epoch."""
        side: Optional[Side] = flow.reader
        if side is None:
            flow.closed_at = time if flow.closed_at is None else flow.closed_at
            return
        if not flow.held:
            self._finish(entries, flow, side)
        side.requests.closed(side.direction, "RST" if flags & RST else "FIN", time)

    def _chunks(
        self, entries: "List[Any]", flow: Flow, frame: Frame, chunks: "List[Chunk]"
    ) -> None:
        """What a flow gives, some of it brought by earlier frames."""
        side: Side = flow.reader
        waited = (chunk.frame for chunk in chunks if chunk.frame)
        latest = brought = self._last(side) or next(waited, frame)
        for data, start, end, lost, notes, earlier in chunks:
            if start < end:  # else what ends here does so with what had come before
                brought = earlier or frame
                latest = brought if brought.number > latest.number else latest
            if lost or notes or brought is not latest:
                self._decode(
                    *(entries, flow, latest, data, start, end, lost, notes, brought)
                )
            else:
                self._take(entries, flow, latest, data, start, end)

    def _take(
        self,
        entries: "List[Any]",
        flow: Flow,
        frame: Frame,
        data: bytes,
        start: int,
        end: int,
    ) -> None:
        """The next bytes of a flow, all of them in its latest frame: the records that end there."""
        side: Side = flow.reader
        taken: "Optional[Taken]" = None
        if not side.reader.wanted:
            taken = side.take(data, start, end, frame.number, frame.time_epoch)
        if taken is None:
            self._decode(entries, flow, frame, data, start, end)
            return
        self._adding(entries)(Flight(OneFrame(frame), 0, flow, data, start, *taken))

    def _adding(self, entries: "List[Any]") -> "Callable[[Flight], None]":
        """What adds a flight, or its entries where those are wanted."""
        if self._flights:
            return entries.append
        return lambda flight: entries.extend(flight.entries())

    def _decode(
        self,
        entries: "List[Any]",
        flow: Flow,
        frame: Frame,
        data: bytes,
        start: int,
        end: int,
        lost: int = 0,
        notes: "tuple[Note, ...]" = (),
        brought: Optional[Frame] = None,
    ) -> None:
        """The next bytes of a flow, or their absence: the records that end there.

        Args:
            frame: the one with which all bytes up to these were there.
            brought: the one that brought them, if that was an earlier one.
        """
        side: Side = flow.reader
        reader = side.reader
        side.last = None
        # 1. The rest of an answer, which is taken as if all of it had come at once.
        left = end - start - reader.wanted
        if reader.wanted and left in ENDINGS and not (lost or notes):
            number = (brought or frame).number
            flight = side.gather(flow, data, start, end, frame, number)
            if flight is not None:
                self._adding(entries)(flight)
                return
        # 2. Anything else.
        records = reader.feed(data, start, end, lost, notes, brought or frame)
        if records:
            self._place(entries, flow, side, frame, records)
        if reader.unusual:
            side.short = None
        if reader.wanted:
            side.last = frame
            self._unfinished.add(side)

    def _place(
        self,
        entries: "List[Any]",
        flow: Flow,
        side: Side,
        frame: Frame,
        records: "List[Record]",
    ) -> None:
        """Each record in its request, and both in their place."""
        feed, direction = side.requests.feed, side.direction
        for record in records:
            brought: Any = record.mark or frame
            number, time = brought[0], brought[1]
            request, position = feed(direction, record, number, time)
            entries.append(_new(Entry, (brought, flow, record, request, position)))

    def _finish(self, entries: "List[Any]", flow: Flow, side: Side) -> None:
        """No more bytes come on a flow: what its reader still has."""
        reader = side.reader
        if reader.wanted or reader.unusual:
            records = reader.finish()
            if records:
                self._place(entries, flow, side, self._last(side), records)
            side.last = None

    def _end(self, entries: "List[Any]", flows: "List[Flow]") -> None:
        """No more comes on connections: what waits is as good as it gets."""
        for flow in flows:
            if type(flow) is not Flow:
                continue  # it has parted from its peer, which stands before it
            if flow.reader is not None:
                for each in flow.both:
                    side: Side = each.reader
                    if held := each.held:
                        last: Any = self._last(side) or held[0].frame
                        self._chunks(entries, each, last, each.finish())
                    self._finish(entries, each, side)
                flow.reader.requests.finish()
                if self._watcher is not None:
                    for each in flow.both:
                        self._watcher.ended(each)
            flow.part()

    def _probe(
        self, flow: Conversation, key: bytes, data: bytes, start: int, end: int
    ) -> None:
        """Look once whether a conversation that nobody asked for carries FastCGI."""
        if flow.number in self._probed:
            return
        if len(self._probed) < self._limits.conversations:
            self._probed.add(flow.number)
        if looks_like_fastcgi(data, start, end):
            asks = data[start + 1] in FROM_WEB_SERVER
            port = key[-2:] if asks else key[-4:-2]
            self.elsewhere[int.from_bytes(port, "big")] += 1
