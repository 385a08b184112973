"""Entries in, requests out: each with what all its records say; the row of `--by request`.

Rules:
- A field of the request, its params, its response and its remarks is asked of the request
  itself. Any other field stands for its values in all records of the request: each distinct
  value once, in the order of the wire, and only if it was asked for beforehand (`gather`).
- Its bodies are kept, decoded, only if they are asked for beforehand.
- What is kept of a request is bounded by `Limits`; what it had to leave out is a remark.
- Rows come in the order in which the requests began. A row waits for those that began
  before it, as long as not too many wait; `as_they_end` lets none wait.
"""

from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Set,
    Tuple,
    Type,
    Union,
)

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.remarks import QUIET, remarks
from fcgidissect.fcgi.requests import WHOLE, Request
from fcgidissect.fcgi.sent import NAMES, Sent
from fcgidissect.fcgi.spec import FROM_WEB_SERVER
from fcgidissect.fcgi.states import DATA, STDIN, STDOUT
from fcgidissect.fields import Extent, Field, Value
from fcgidissect.flight import Flight, Late, begun
from fcgidissect.in_order import InOrder
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.notes import TOO_MANY_VALUES, Note, note
from fcgidissect.registry import Access, Registry, Values, value_bytes

if TYPE_CHECKING:
    from fcgidissect.body.keeper import Keeper

OF_REQUEST = frozenset((Known, Sent, Pair, Note))
"""Nouns that a request has of its own."""
_Distinct = Dict[Value, None]
"""Distinct values in the order of their first appearance."""


_FILLED_LATER = frozenset(("gathered", "counted", "full", "_bytes", "_of_records"))


class Gathered:
    """Values of fields in the records of one row, bounded by `Limits`."""

    __slots__ = ("gathered", "counted", "full", "_bytes")

    gathered: "Dict[str, List[_Distinct]]"
    """Field -> its values, apart for each layer of its protocol."""
    counted: "Dict[str, int]"
    """Field -> how many values it has, repeats and those left out among them."""
    full: "Dict[str, None]"
    """Fields of which a limit left values out."""
    _bytes: "Dict[str, int]"

    def __getattr__(self, name: str) -> Any:
        """One of these, when it is asked for first: most rows gather nothing."""
        if name not in _FILLED_LATER:
            raise AttributeError(name)
        setattr(self, name, {})
        return getattr(self, name)

    @property
    def gathered_bytes(self) -> int:
        """Bytes of all its values."""
        return sum(self._bytes.values())

    @property
    def left_out(self) -> "Tuple[Note, ...]":
        """A remark for each field of which a limit left values out."""
        return tuple(note(TOO_MANY_VALUES, field=name) for name in self.full)

    def extents(self, protocol: str) -> Sequence[Extent]:
        """See `entry.Row.extents`; those that were gathered."""
        layers = self.gathered.get(protocol, ())
        return [value for layer in layers for value in layer]  # type: ignore[misc]

    def gather(
        self, name: str, layers: "Iterable[Sequence[Value]]", limits: Limits
    ) -> None:
        """Keep a field's values in one more record, those that are new."""
        kept = self.gathered.setdefault(name, [])
        for at, values in enumerate(layers):
            self.counted[name] = self.counted.get(name, 0) + len(values)
            if at == len(kept):
                kept.append({})
            for value in values:
                if value not in kept[at]:
                    self._keep(name, kept[at], value, limits)

    def _keep(self, name: str, kept: _Distinct, value: Value, limits: Limits) -> None:
        size = len(value) if isinstance(value, (bytes, str)) else 8
        size += self._bytes.get(name, 0)
        if len(kept) >= limits.row_values or size > limits.row_bytes:
            self.full[name] = None
        else:
            kept[value] = None
            self._bytes[name] = size


class RequestRow(Gathered):
    """A request in its place: the row of `--by request`."""

    __slots__ = ("request", "frame", "flow", "came", "keeper", "_of_records")
    _of_records: "Dict[Note, None]"
    """The remarks on its records."""

    def __init__(
        self,
        request: Request,
        frame: Frame,
        flow: Flow,
        keeper: "Optional[Keeper]" = None,
    ) -> None:
        self.request = request
        self.frame = frame
        """The frame in which it began, or of its first record there is."""
        self.flow = flow
        """The direction from the web server to the application."""
        self.came = frame.number
        """The frame with which its first record came: a later one where a gap held it up."""
        self.keeper = keeper
        """Of its bodies, if somebody asks for them."""

    def remark(self, notes: "Iterable[Note]", limits: Limits) -> None:
        """Keep the remarks on one of its records, those that are new."""
        for each in notes:
            if len(self._of_records) < limits.row_values:
                self._of_records[each] = None
            elif each not in self._of_records:
                self.full["_ws.expert"] = None

    @property
    def known(self) -> Known:
        """All that its records tell."""
        return known_of(self.request)

    @property
    def size(self) -> int:
        """Bytes of contents and values that it keeps."""
        kept = self.keeper.size if self.keeper else 0
        return self.request.kept + self.gathered_bytes + kept

    @property
    def left_out(self) -> "Tuple[Note, ...]":
        """See `Gathered`."""
        cut = self.keeper.cut if self.keeper else ()
        bodies = tuple([note(TOO_MANY_VALUES, field=name) for name in cut])
        return super().left_out + bodies

    @property
    def own_notes(self) -> "Tuple[Note, ...]":
        """The remarks on the whole of it."""
        return self.known.notes + self.left_out

    @property
    def notes(self) -> "Tuple[Note, ...]":
        """Every remark on it and on its records."""
        return (*self._of_records, *self.own_notes)

    @property
    def sent(self) -> Optional[Sent]:
        """Its bodies, if they were kept."""
        return self.keeper.sent(self.request) if self.keeper else None

    @property
    def ended_well(self) -> bool:
        """END_REQUEST came and said nothing bad."""
        end = self.request.end
        complete = self.request.outcome == "complete"
        return complete and (end is None or not (end.protocol_status or end.app_status))

    @property
    def asked_bytes(self) -> int:
        """Bytes of the request's body: STDIN and DATA."""
        return self.request.lengths[STDIN] + self.request.lengths[DATA]

    @property
    def answered_bytes(self) -> int:
        """Bytes of the response's body; of STDOUT while it has no whole header block."""
        body = self.known.body_length
        return self.request.lengths[STDOUT] if body is None else body

    def nouns(self, noun: type) -> Sequence[Any]:
        """See `entry.Row.nouns`; it has those of `OF_REQUEST` and its first frame."""
        if noun is Known:
            return (self.known,)
        if noun is Pair:
            return self.known.pairs
        if noun is Sent:
            return (self.sent,) if self.keeper else ()
        if noun is Note:
            return self.notes
        return (self.frame,) if noun is Frame else ()


class RequestFields:
    """The registry as rows by request read it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def find(self, name: str) -> Optional[Access]:
        """The field of that name, read from a request's row; or None."""
        access = self._registry.find(name)
        if access is None or access.noun in OF_REQUEST:
            return access
        return gathered(access)

    def names(self) -> "List[str]":
        """See `Registry.names`."""
        return self._registry.names()

    def __iter__(self) -> Iterator[Field]:
        return iter(self._registry)


def gathered(access: Access) -> Access:
    """A field of records, read from the row that gathered it."""
    name = access.field.name

    def layers(row: Any) -> "Sequence[Values]":
        return [list(layer) for layer in row.gathered.get(name, ())]

    def get(row: Any) -> Values:
        return [value for layer in row.gathered.get(name, ()) for value in layer]

    def raw(row: Any) -> "Sequence[bytes]":
        return [value_bytes(access.field, value) for value in get(row)]

    def times(row: Any) -> int:
        return row.counted.get(name, 0)  # type: ignore[no-any-return]

    return Access(access.field, Gathered, get, layers, raw, times=times)


class RequestRows:
    """Entries in, the rows of requests that are over out.

    Args:
        registry: knows the ways to the fields in a record.
        names: the fields that filter and writer will ask for.
        as_they_end: let no row wait for requests that began before it.
        limits: `held_rows` bounds how many wait; the row's limits what each keeps.
    """

    watcher = None
    """Nobody is to be told of connections."""

    def __init__(
        self,
        registry: Registry,
        names: "Iterable[str]" = (),
        as_they_end: bool = False,
        limits: Limits = Limits(),
    ) -> None:
        asked = set(names)
        found = [(name, registry.find(name)) for name in sorted(asked)]
        self._wanted = [
            (name, access.layers)
            for name, access in found
            if access is not None and access.noun not in OF_REQUEST
        ]
        self._keeper = _keeper(asked)
        self.flights = not self._wanted and self._keeper is None
        """It takes flights whole: nothing is wanted of their records."""
        self._limits = limits
        self._held: "InOrder[RequestRow]" = InOrder(
            0 if as_they_end else limits.held_rows, limits.held_bytes
        )
        self._over: List[Request] = []
        self.over = self._over.append
        """No more records of a request will come; for the corridor's ledger."""
        self._open: Dict[int, RequestRow] = {}
        """Number of a request -> its row, in the order in which they began."""

    def let_none_wait(self) -> None:
        """Give each row as soon as it is over, out of order."""
        self._held = InOrder(0)

    @property
    def oldest(self) -> Optional[RequestRow]:
        """The first row that is not over."""
        return next(iter(self._open.values()), None)

    def feed(
        self, entries: "Sequence[Union[Entry, Flight]]", late: "Sequence[Late]" = ()
    ) -> "List[RequestRow]":
        """The rows that the next entries, and the requests that are over, let go.

        Args:
            late: which of the entries came with another frame than their own.
        """
        rows, wanted = self._open, self._wanted
        busy = wanted or self._keeper is not None
        for entry in entries:
            if isinstance(entry, Flight):
                if entry.shape.asks:
                    asked: Any = entry.request
                    frame = entry.stretch.frame(entry.place, headers=True)
                    rows[asked.number] = RequestRow(asked, frame, entry.flow)
                continue
            request = entry[3]
            if request is not None:
                if entry[4] == 0:
                    rows[request.number] = self._begun(entry, request)
                record = entry[2]
                told = record.notes or not QUIET[record[0]]
                if (busy or told) and (its := rows.get(request.number)) is not None:
                    for name, layers in wanted:
                        its.gather(name, layers(entry), self._limits)
                    if told:
                        its.remark(record.notes + remarks(record), self._limits)
                    if its.keeper is not None:
                        its.keeper.take(request, entry[4], record)
        for entry, came in begun(entries, late) if late else ():
            rows[entry.request.number].came = came
        over: "List[Tuple[int, int, RequestRow]]" = []
        for request in self._over:
            number = request.number
            ended = rows.pop(number, None)
            if ended is not None:
                over.append((number, ended.size if busy else request.kept, ended))
        self._over.clear()
        self._held.put(over)
        return self._held.due(next(iter(rows), WHOLE))

    def finish(self) -> "List[RequestRow]":
        """The rows that are left."""
        self._held.put([(each, row.size, row) for each, row in self._open.items()])
        self._open = {}
        return self._held.due(WHOLE)

    def _begun(self, entry: Entry, request: Request) -> RequestRow:
        asks = entry.record.header[1] in FROM_WEB_SERVER
        flow = entry.flow if asks else entry.flow.peer
        keeper = self._keeper(self._limits) if self._keeper else None
        return RequestRow(request, entry.frame.headers, flow, keeper)


def _keeper(names: "Set[str]") -> "Optional[Type[Keeper]]":
    """What keeps bodies, if the names ask for them; it takes time to import."""
    if names.isdisjoint(NAMES):
        return None
    from fcgidissect.body.keeper import Keeper

    return Keeper
