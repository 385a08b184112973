"""Entries and the turns of connections in, connections out: the row of `--by connection`.

Rules:
- Every connection on the ports in force is a row, also one that carried no FastCGI.
- A connection's ends (`tcp.stream`, ports, addresses) are those of its web server's
  direction. A field of its records stands for its distinct values in all of them, as in
  the row of a request; one of the frame, the link or the network for its value in the
  connection's first frame as well.
- Rows come in the order of the first frames. A row waits until its connection is closed
  and a second has passed (bytes may come after a FIN), and for those that began before it.
"""

from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

from fcgidissect.connection import Connection, moment
from fcgidissect.entry import Entry, of_frame
from fcgidissect.fields import Field, fields_of
from fcgidissect.flight import Flight, time_of
from fcgidissect.in_order import InOrder
from fcgidissect.limits import Limits
from fcgidissect.net.ends import ENDS
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.segment import Segment
from fcgidissect.net.tcp import ACK, END, RST, SYN, TURN
from fcgidissect.notes import Note
from fcgidissect.registry import Access, Registry, Values, access_of
from fcgidissect.request_row import Gathered, gathered
from fcgidissect.side import Side
from fcgidissect.text import BILLION

_GRACE = BILLION
"""Nanoseconds of the capture for which a closed connection is still watched."""
_LAST = 1 << 62
_AROUND_TCP = ("frame", "eth", "vlan", "ip", "ipv6")
"""Protocols of which a connection has values without a record: those of its first frame."""


class ConnectionRow(Gathered):
    """A connection in its place."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def frame(self) -> Frame:
        """The connection's first frame."""
        return self.connection.frame

    @property
    def flow(self) -> Flow:
        """The direction of the web server."""
        return self.connection.flow

    @property
    def notes(self) -> "Tuple[Note, ...]":
        """Every remark on it."""
        return self.connection.notes + self.left_out

    def nouns(self, noun: type) -> Sequence[Any]:
        """See `entry.Row.nouns`."""
        if noun is Connection:
            return (self.connection,)
        return self.notes if noun is Note else ()


class ConnectionFields:
    """The registry as rows by connection read it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._own = {
            field.name: access_of(Connection, field, attribute)
            for attribute, field in fields_of(Connection)
        }

    def find(self, name: str) -> Optional[Access]:
        """The field of that name, read from a connection's row; or None."""
        if name in self._own:
            return self._own[name]
        access = self._registry.find(name)
        if access is None or access.noun is Note:
            return access
        if name in ENDS:  # a connection has them without a record
            return gathered(access)._replace(
                get=_end_getter(name), layers=_in_one_layer(name), times=None
            )
        return gathered(access)

    def names(self) -> "List[str]":
        """See `Registry.names`."""
        return self._registry.names() + list(self._own)

    def __iter__(self) -> Iterator[Field]:
        yield from self._registry
        for access in self._own.values():
            yield access.field


def _end_getter(name: str) -> Any:
    return lambda row: ENDS[name](row.flow)


def _in_one_layer(name: str) -> Any:
    def layers(row: ConnectionRow) -> "Sequence[Values]":
        values: Values = ENDS[name](row.flow)
        return [values] if values else []

    return layers


class ConnectionRows:
    """Entries in, the rows of connections that are over out; it watches the corridor.

    Args:
        registry: knows the ways to the fields in a record.
        names: the fields that filter and writer will ask for.
        as_they_end: let no row wait for connections that began before it.
        limits: see `RequestRows`.
    """

    over = None
    """Requests as they end are no news here."""

    def __init__(
        self,
        registry: Registry,
        names: "Iterable[str]" = (),
        as_they_end: bool = False,
        limits: Limits = Limits(),
    ) -> None:
        found = [(name, registry.find(name)) for name in sorted(set(names))]
        self._wanted = [
            (name, access.layers)
            for name, access in found
            if access is not None and access.noun is not Note and name not in ENDS
        ]
        self._of_first = [
            (name, layers)
            for name, layers in self._wanted
            if name.partition(".")[0] in _AROUND_TCP
        ]
        self.flights = not self._wanted
        """It takes flights whole: nothing is wanted of their records."""
        self._limits = limits
        self._held: "InOrder[ConnectionRow]" = InOrder(
            0 if as_they_end else limits.held_rows, limits.held_bytes
        )
        self._rows: Dict[int, ConnectionRow] = {}
        """tcp.stream -> its row."""
        self._closed: Dict[int, int] = {}
        """tcp.stream of what is closed -> when."""
        self._gone: Set[int] = set()
        """tcp.stream of rows that were handed on while the corridor still follows them."""
        self._ended: List[Flow] = []

    @property
    def watcher(self) -> "ConnectionRows":
        """See `dissect.Watcher`."""
        return self

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `dissect.Watcher`."""
        row = self._rows.get(flow.number)
        if row is None:
            if flow.number in self._gone:
                return
            row = self._rows[flow.number] = ConnectionRow(_begun(flow, frame, segment))
            first = of_frame(frame, flow)
            for name, layers in self._of_first:
                row.gather(name, layers(first), self._limits)
        if segment.flags & TURN:  # others come here by some ways of the corridor alone
            row.connection.see(frame.number, frame.time_epoch)
        if segment.flags & END:
            self._close(row.connection, flow, frame, segment)

    def ended(self, flow: Flow) -> None:
        """See `dissect.Watcher`."""
        self._ended.append(flow)

    def feed(self, entries: "Sequence[Union[Entry, Flight]]") -> "List[ConnectionRow]":
        """The rows that the next entries, and the connections that are over, let go."""
        for entry in entries:
            row = self._rows.get(entry.flow.number)
            if row is not None:
                self._take(row, entry)
        for flow in self._ended:
            self._let_go(flow.number)
            self._gone.discard(flow.number)
        self._ended.clear()
        if entries:
            now = time_of(entries[-1])
            for number, time in list(self._closed.items()):
                if time > now - _GRACE:
                    break
                self._let_go(number)
                self._gone.add(number)
        return self._held.due(next(iter(self._rows), _LAST))

    def finish(self) -> "List[ConnectionRow]":
        """The rows that are left."""
        for number in list(self._rows):
            self._let_go(number)
        return self._held.due(_LAST)

    def _close(
        self, connection: Connection, flow: Flow, frame: Frame, segment: Segment
    ) -> None:
        side: Side = flow.reader
        how = "RST" if segment.flags & RST else "FIN"
        asks = _asks(flow, flow is connection.flow)
        when = moment(side.requests)
        by = "web server" if asks else "application"
        connection.take_close(by, how, when, frame.time_epoch)
        if how == "RST" and connection.opened and flow.next is None:
            connection.take_refusal()
        if connection.over:
            self._closed.setdefault(flow.number, frame.time_epoch)

    def _take(self, row: ConnectionRow, entry: "Union[Entry, Flight]") -> None:
        connection = row.connection
        if not connection.records:
            asks = _asks(entry.flow, entry.flow is connection.flow)
            connection.flow = entry.flow if asks else entry.flow.peer
        if isinstance(entry, Flight):
            connection.take_flight(entry)
            return
        connection.take(entry)
        for name, layers in self._wanted:
            row.gather(name, layers(entry), self._limits)

    def _let_go(self, number: int) -> None:
        self._closed.pop(number, None)
        row = self._rows.pop(number, None)
        if row is not None:
            _look_at_foreign(row.connection)
            self._held.put([(number, row.gathered_bytes, row)])


def _begun(flow: Flow, frame: Frame, segment: Segment) -> Connection:
    syn, ack = segment.flags & SYN, segment.flags & ACK
    opens = bool(syn and not ack)
    asks = opens if syn else _asks(flow, flow.source_port > flow.destination_port)
    return Connection(flow if asks else flow.peer, frame.headers, opens)


def _asks(flow: Flow, otherwise: bool) -> bool:
    """Whether a flow is its web server's direction, where the records or ports tell."""
    side: Optional[Side] = flow.reader
    if side is None or side.requests.context.web_server is None:
        return otherwise
    return side.direction == side.requests.context.web_server


def _look_at_foreign(connection: Connection) -> None:
    for flow in (connection.flow, connection.flow.peer):
        side: Optional[Side] = flow.reader
        if side is None or connection.records or connection.notes:
            continue
        if side.reader.first:
            connection.take_foreign(side.reader.first)
