"""One record in its place: the frame that completed it, its flow, its request, its notes.

Here the network and FastCGI meet. A row of any kind (a record, a request, a connection)
answers two questions: which nouns of a type it has, and which bytes of a protocol. The
registry makes every field out of the answers.
"""

from typing import Annotated, Any, Callable, NamedTuple, Optional, Protocol, Sequence

from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.brief_known import is_remarked, known_of
from fcgidissect.fcgi.glance import Glance
from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import Pair, decode
from fcgidissect.fcgi.records import Record
from fcgidissect.fcgi.remarks import QUIET, remarks
from fcgidissect.fcgi.requests import Request
from fcgidissect.fcgi.sent import Sent
from fcgidissect.fcgi.spec import (
    PAIRS,
    BeginRequest,
    EndRequest,
    Header,
    RecordType,
    UnknownType,
)
from fcgidissect.fields import BYTES, FRAMENUM, STRING, UINT32, Extent, Field
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import Layer, layers
from fcgidissect.net.link import Ethernet, Vlan
from fcgidissect.net.step import Header as Passed
from fcgidissect.net.tcp import Tcp, TcpInStream
from fcgidissect.notes import MALFORMED_PAIRS, Note

PROTOCOLS = {
    "frame": "Frame",
    "eth": "Ethernet",
    "vlan": "802.1Q Virtual LAN",
    "ip": "Internet Protocol Version 4",
    "ipv6": "Internet Protocol Version 6",
    "tcp": "Transmission Control Protocol",
    "fcgi": "FastCGI",
}
"""Protocol -> its title, outermost first."""
_PROTOCOL_OF = {Ethernet: "eth", Vlan: "vlan", Ipv4: "ip", Ipv6: "ipv6", Tcp: "tcp"}
_WITH_TYPE = ("eth", "vlan", "ieee8021ad", "sll")
"""Protocols behind which Wireshark names the EtherType as a layer of its own."""


class Row(Protocol):
    """What a line of output, a JSON object and a filter decision stand for."""

    def nouns(self, noun: type) -> Sequence[Any]:
        """The nouns of a type that the row has, in the order of the wire."""

    def extents(self, protocol: str) -> Sequence[Extent]:
        """The bytes of each layer of a protocol."""


class Entry(NamedTuple):
    """A record in its place; the row of `--by record`."""

    frame: Frame
    """The frame in which its last byte arrived."""
    flow: Flow
    """The direction of the connection that carried it."""
    record: Record
    request: Optional[Request]
    """The request that it belongs to; None for a management record, and for all where nobody
    follows requests. One that went as nearly all go is a `Brief` until more of it is asked."""
    position: int
    """Its place among the records of its request."""

    @property
    def protocols(
        self,
    ) -> Annotated[str, Field("frame.protocols", STRING, "Protocols in frame")]:
        """The protocols of its frame, outermost first, joined by colons."""
        names: "list[str]" = []
        for layer in self.layers:
            name = _protocol(layer)
            if names and names[-1] in _WITH_TYPE and name != "llc":
                names.append("ethertype")
            names.append(name)
        return ":".join([*names, "fcgi"])

    @property
    def segments(
        self,
    ) -> Annotated[Optional[int], Field("tcp.segment.count", UINT32, "Segment count")]:
        """Segments that it was put together from, where it took several."""
        return self.record.segments if self.record.segments > 1 else None

    @property
    def brought_by(
        self,
    ) -> Annotated[
        "tuple[int, ...]", Field("tcp.segment", FRAMENUM, "TCP Segment in frame")
    ]:
        """The frames of these segments, in the order of the stream."""
        return self.record.brought_by

    @property
    def reassembled_length(
        self,
    ) -> Annotated[
        Optional[int],
        Field("tcp.reassembled.length", UINT32, "Reassembled TCP length"),
    ]:
        """Bytes of the record, where it took several segments."""
        return self.record.head.size if self.record.segments > 1 else None

    @property
    def content_data(
        self,
    ) -> Annotated[Optional[bytes], Field("fcgi.content.data", BYTES, "Content Data")]:
        """Content that has no typed body, or one that could not be decoded whole."""
        return (self.record.content or None) if self._untyped else None

    @property
    def content_text(
        self,
    ) -> Annotated[Optional[str], Field("fcgi.content.text", STRING, "Content Text")]:
        """The same as text."""
        data = self.content_data
        return None if data is None else data.decode("utf-8", "surrogateescape")

    @property
    def _untyped(self) -> bool:
        record = self.record
        if record.header[1] not in PAIRS:
            return record.body is None
        return any(note.code is MALFORMED_PAIRS for note in self.notes)

    @property
    def notes(self) -> "tuple[Note, ...]":
        """Every remark on it."""
        record, known = self.record, self.known
        notes = record.notes + remarks(record)
        return notes if known is None else notes + known.notes

    @property
    def is_remarked(self) -> bool:
        """Whether it may have any: mostly not, and quickly told."""
        record, request = self.record, self.request
        if record.notes or not QUIET[record.header]:
            return True
        return request is not None and is_remarked(request, self.position)

    @property
    def known(self) -> Optional[Known]:
        """Its request as far as it is known when this record has come."""
        return None if self.request is None else known_of(self.request, self.position)

    @property
    def pairs(self) -> "tuple[Pair, ...]":
        """The name-value pairs that end in it."""
        if self.record.header[1] not in PAIRS:
            return ()
        if self.request is None or isinstance(self.request, Brief):
            return decode(self.record.content)[0]
        return Known(self.request, self.position).pairs

    @property
    def goes_on(self) -> bool:
        """It begins with the rest of an earlier pair."""
        request = self.request
        if request is None or isinstance(request, Brief):
            return False
        return any(at == self.position for at, *_ in request.split)

    @property
    def layers(self) -> "list[Layer]":
        """The headers of its frame, outermost first, with their places."""
        return _LAST.layers_of(self.frame)

    def nouns(self, noun: type) -> Sequence[Any]:
        """See `Row.nouns`."""
        return _NOUNS[noun](self)

    def extents(self, protocol: str) -> Sequence[Extent]:
        """See `Row.extents`."""
        if protocol == "frame":
            return [_extent(self.frame.bytes, self.frame.cap_len)]
        if protocol == "fcgi":
            return [_extent(self.record.raw, self.record.head.size)]
        return [
            _extent(layer.data[layer.start : layer.stop], layer.end - layer.start)
            for layer in self.layers
            if _protocol(layer) == protocol
        ]


_NO_RECORD = Record(b"", b"", 0, 0)


def of_frame(frame: Frame, flow: Flow) -> Entry:
    """An entry for who asks nothing of its record: it has none."""
    return Entry(frame, flow, _NO_RECORD, None, 0)


def seen_params(row: Any) -> Optional[Glance]:
    """What a look has told of all PARAMS, each of them there once, in their record; else None."""
    if not isinstance(row, Entry):
        return None
    _, _, (header, _, start, end, *_), request, position = row
    seen: Optional[Glance] = None
    if isinstance(request, Brief):
        seen = request.question.seen if position == 1 else None
    elif request is not None and header[1] == RecordType.PARAMS and start < end:
        seen = request.seen  # it is of PARAMS in one record
    return seen if seen is not None and seen.distinct else None


class _Last:
    """The frame that was asked last: its records ask one after the other."""

    frame: Optional[Frame] = None
    layers: "list[Layer]" = []

    def layers_of(self, frame: Frame) -> "list[Layer]":
        """Its layers, read once."""
        if frame is not self.frame:
            self.frame, self.layers = frame, layers(frame)
        return self.layers


_LAST = _Last()


def _protocol(layer: Layer) -> str:
    noun = layer.noun
    return noun.protocol if isinstance(noun, Passed) else _PROTOCOL_OF[type(noun)]


def _extent(data: bytes, own: int) -> Extent:
    extent = Extent(data)
    extent.own = own
    return extent


def _body(noun: type) -> "Callable[[Entry], Sequence[Any]]":
    def give(entry: Entry) -> Sequence[Any]:
        body = entry.record.body
        return (body,) if isinstance(body, noun) else ()

    return give


def _layer(noun: type) -> "Callable[[Entry], Sequence[Any]]":
    def give(entry: Entry) -> Sequence[Any]:
        return [layer.noun for layer in entry.layers if isinstance(layer.noun, noun)]

    return give


def _in_stream(entry: Entry) -> "Sequence[TcpInStream]":
    analysis = entry.frame.analysis
    return [TcpInStream(tcp, entry.flow, analysis) for tcp in entry.nouns(Tcp)]


def _known(entry: Entry) -> "Sequence[Known]":
    known = entry.known
    return () if known is None else (known,)


_NOUNS: "dict[type, Callable[[Entry], Sequence[Any]]]" = {
    Frame: lambda entry: (entry.frame,),
    Ethernet: _layer(Ethernet),
    Vlan: _layer(Vlan),
    Ipv4: _layer(Ipv4),
    Ipv6: _layer(Ipv6),
    Tcp: _layer(Tcp),
    TcpInStream: _in_stream,
    Header: lambda entry: (decode_header(entry.record.header),),
    BeginRequest: _body(BeginRequest),
    EndRequest: _body(EndRequest),
    UnknownType: _body(UnknownType),
    Pair: lambda entry: entry.pairs,
    Record: lambda entry: (entry.record,),
    Entry: lambda entry: (entry,),
    Known: _known,
    Sent: lambda entry: (),
    Note: lambda entry: entry.notes,
}
NOUNS = tuple(_NOUNS)
"""The nouns that rows have, in the order of fields everywhere."""
