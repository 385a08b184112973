"""Batches come in; their FastCGI goes into a copy without its secrets, or into what is known.

    Batch -> frame -> Segment -> Chunk -> Record -> Channel -> copy

It is the general path of `dissect`, with the same stages, and keeps what that has no use
for: where each byte lies. Everything that may be FastCGI is blank in the copy until it is
settled, so what is not understood is not in it.
"""

from collections import OrderedDict
from typing import Container, Dict, Iterable, List, Optional, Tuple

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.spec import (
    BODIES,
    FROM_WEB_SERVER,
    HEADER_LENGTH,
    STREAMS,
    VALUES,
    RecordType,
)
from fcgidissect.fields import layout
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.flow import Conversations, Flow
from fcgidissect.net.frame import Batch
from fcgidissect.net.segment import Chunk, Segment, segment_of
from fcgidissect.net.step import Span
from fcgidissect.net.tcp import END, wrapped
from fcgidissect.redact.copy import Copy
from fcgidissect.redact.exchange import UNKNOWN, Exchange
from fcgidissect.redact.keeper import Keeper
from fcgidissect.redact.rules import Rules
from fcgidissect.redact.stream import Stream, Window, placed

NO_RECORD = "bytes in no record"
_ASKED = (RecordType.PARAMS, RecordType.STDIN, RecordType.DATA)
_ANSWERED = (RecordType.STDOUT, RecordType.STDERR)
_CERTAIN = {kind: layout(noun).size for kind, noun in BODIES.items()}
"""Type of a fixed body -> its bytes before the reserved ones, which may be stale."""


class Connection:
    """What both directions of a connection share."""

    def __init__(self) -> None:
        self.context = Context()
        self.exchanges: "Dict[int, Exchange]" = {}


class Side:
    """One direction of a connection; it stands in its `Flow.reader`."""

    def __init__(
        self, connection: Connection, reader: RecordReader, stream: Stream
    ) -> None:
        self.connection = connection
        self.reader = reader
        self.stream = stream
        self.at: Optional[int] = None
        """The place behind the last chunk."""


class Censor:
    """One pass over the packets of a capture.

    Args:
        ports: TCP ports whose connections carry FastCGI.
        rules: what to redact; what it knows of secrets grows with each pass.
        copy: takes the frames; None for a pass that only learns.
    """

    def __init__(
        self, ports: Container[int], rules: Rules, copy: Optional[Copy] = None
    ) -> None:
        self._ports = ports
        self._rules = rules
        self._limits = rules.limits
        self._keeper = (
            Keeper(copy, rules.values.secrets, rules.limits) if copy else None
        )
        self._defragmenter = Defragmenter(rules.limits)
        self._conversations = Conversations(
            lambda source, destination: source in ports or destination in ports,
            rules.limits,
        )
        self._window = Window(rules.limits)
        self._open: "OrderedDict[Exchange, Tuple[Connection, int]]" = OrderedDict()

    def pass_over(self, batches: "Iterable[Batch]") -> None:
        """All packets."""
        for batch in batches:
            self.feed(batch)
        self.finish()

    def feed(self, batch: Batch) -> None:
        """The next packets."""
        keeper, link_type = self._keeper, batch.source.link_type
        self._conversations.advance(len(batch.packets))
        for index, (time, start, cap_len, length) in enumerate(batch.packets):
            span = Span(batch.data, start, start + cap_len, max(length, cap_len))
            segment = (
                keeper.segment(span, link_type)
                if keeper
                else segment_of(*span, link_type, self._defragmenter)
            )
            flow = self._conversations.flow(segment) if segment else None
            for ended in self._conversations.ended():
                self._end(ended)
            if keeper is not None:
                comments, packet = batch.comments.get(index, ()), (
                    time,
                    cap_len,
                    length,
                )
                followed = isinstance(flow, Flow)
                keeper.keep(span, packet, batch.source, comments, followed)
            if isinstance(flow, Flow) and segment is not None:
                self._segment(flow, segment)

    def finish(self) -> None:
        """The capture is over."""
        ends = self._conversations.flows.values()
        flows = {flow.key: flow for flow in ends if isinstance(flow, Flow)}
        for flow in flows.values():
            self._end(flow)

    # Stage by stage

    def _segment(self, flow: Flow, segment: Segment) -> None:
        """A segment of a flow: first what it acknowledges, then what it brings."""
        if flow.reader is None:
            self._connect(flow)
        if self._keeper is not None:
            self._keeper.carry(flow.reader.stream, segment)
        peer, closes = flow.peer, segment.flags & END
        says_more = segment.length > 0 or closes > 0
        acknowledged = peer.acknowledge(segment.ack, segment.flags, says_more)
        self._chunks(peer, acknowledged)
        self._chunks(flow, flow.feed(segment))
        while (late := self._conversations.overflowing()) is not None:
            self._chunks(late, late.finish())

    def _connect(self, flow: Flow) -> None:
        connection = Connection()
        if (flow.destination_port in self._ports) != (flow.source_port in self._ports):
            connection.context.web_server = int(flow.source_port in self._ports)
        for direction, each in enumerate((flow, flow.peer)):
            reader = RecordReader(connection.context, direction, self._limits)
            each.reader = Side(connection, reader, Stream(self._window))

    def _chunks(self, flow: Flow, chunks: "List[Chunk]") -> None:
        if not chunks:
            return
        side: Side = flow.reader
        assert flow.next is not None
        end = side.stream.place(wrapped(flow.next - flow.closed))
        found = placed(chunks, side.at, end)
        side.at = end
        for place, chunk in found:
            if not side.reader.foreign:
                side.stream.take([(place, chunk)])
            data, first, last, lost, _, _ = chunk
            self._records(side, side.reader.feed(data, first, last, lost))

    def _end(self, flow: Flow) -> None:
        side: Side = flow.reader
        if side is None:
            return
        self._chunks(flow, flow.finish())
        self._records(side, side.reader.finish())
        self._rules.values.secrets.blanked[NO_RECORD] += side.reader.undecoded
        for id in list(side.connection.exchanges):
            self._close(side.connection, id)

    # Records

    def _records(self, side: Side, records: "List[Record]") -> None:
        for record in records:
            due = side.stream.next
            place = side.stream.find(record)
            if place != due:
                self._tear(side, record)
            if place is not None:
                self._record(side, record, place)

    def _tear(self, side: Side, record: Record) -> None:
        """Records may be missing before this one: what they began is not known."""
        asking = record.header[1] in FROM_WEB_SERVER
        for exchange in side.connection.exchanges.values():
            exchange.tear(*(_ASKED if asking else _ANSWERED))

    def _record(self, side: Side, record: Record, place: int) -> None:
        kind, id = record.header[1], record.head.id
        side.stream.settle(place, record.header)
        exchanges = side.connection.exchanges
        if kind == RecordType.BEGIN_REQUEST:
            self._begin(side.connection, id)
        if kind in STREAMS and id in exchanges:
            self._content(side.stream, exchanges[id], kind, record, place)
        elif kind in _CERTAIN:
            content = record.content[: _CERTAIN[kind]]
            side.stream.settle(place + HEADER_LENGTH, content)
        elif kind in VALUES and not record.missing:
            content = self._rules.values.secrets.clear(record.content)
            side.stream.settle(place + HEADER_LENGTH, content)
        elif record.start < record.end:
            self._rules.blank(UNKNOWN).feed(record.content)
        if kind == RecordType.END_REQUEST and id in exchanges:
            exchanges[id].answered()

    def _content(
        self, stream: Stream, exchange: Exchange, kind: int, record: Record, place: int
    ) -> None:
        """A record of a stream: its content, where it lies; an empty one ends it."""
        at = 0
        for begin, part in record.runs():
            if begin != at:
                exchange.tear(kind)
            exchange.channel(kind).feed(stream, place + HEADER_LENGTH + begin, part)
            at = begin + len(part)
        if at < record.head.content_length:
            exchange.tear(kind)
        if not record.head.content_length:
            exchange.end(kind)

    def _begin(self, connection: Connection, id: int) -> None:
        self._close(connection, id)
        exchange = connection.exchanges[id] = Exchange(self._rules)
        connection.context.ids.add(id)
        self._open[exchange] = connection, id
        if len(self._open) > self._limits.requests:
            self._close(*next(iter(self._open.values())))

    def _close(self, connection: Connection, id: int) -> None:
        exchange = connection.exchanges.pop(id, None)
        if exchange is not None:
            exchange.end(*STREAMS)
            self._open.pop(exchange, None)
