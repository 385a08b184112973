"""FastCGI for Scapy: packet classes whose fields are those of `fcgi.spec`.

    >>> from fcgidissect.scapy_layers import FCGI, bind
    >>> bind(9000)
    >>> FCGI(type="PARAMS", id=1, content=[("REQUEST_METHOD", "GET")])

Records follow each other as payloads; with Scapy's TCPSession one that lies in several
segments is put together. Lengths that are not given are computed.
"""

from struct import pack
from typing import Any, List, Optional, Tuple, Union

from scapy.fields import (
    ByteEnumField,
    ByteField,
    IntField,
    MultipleTypeField,
    PacketLenField,
    ShortEnumField,
    ShortField,
    StrFixedLenField,
    StrLenField,
)
from scapy.layers.inet import TCP
from scapy.packet import Packet, bind_layers

from fcgidissect.fcgi.pairs import decode, encode
from fcgidissect.fcgi.spec import (
    BODIES,
    BODY_LENGTH,
    HEADER_LENGTH,
    PAIRS,
    Header,
    RecordType,
)
from fcgidissect.fields import UINT8, UINT16, UINT32, fields_of, layout

_PLAIN = {UINT8: ByteField, UINT16: ShortField, UINT32: IntField}
_NAMED = {UINT8: ByteEnumField, UINT16: ShortEnumField}
_LENGTHS = ("content_length", "padding_length")
_DEFAULTS = {"version": 1, "type": RecordType.BEGIN_REQUEST, "role": 1}


def _scapy_fields(noun: type, length: int) -> "List[Any]":
    """Scapy's fields for a noun's attributes, and the reserved bytes up to its length."""
    fields = []
    for name, field in fields_of(noun):
        if name not in noun._fields:  # type: ignore[attr-defined]
            continue
        default = None if name in _LENGTHS else int(_DEFAULTS.get(name, 0))
        if field.names is None:
            fields.append(_PLAIN[field.kind](name, default))
        else:
            names = {member.value: member.name for member in field.names}  # type: ignore
            fields.append(_NAMED[field.kind](name, default, names))
    reserved = length - layout(noun).size
    return [*fields, StrFixedLenField("reserved", bytes(reserved), reserved)]


class _Body(Packet):  # type: ignore[misc]
    """A body of fixed length; what follows it in a record is its padding."""

    def extract_padding(self, data: bytes) -> "Tuple[bytes, Optional[bytes]]":
        """Nothing of a body is payload."""
        return b"", data


_BODY_CLASSES = {
    kind: type(
        "FCGI" + noun.__name__,
        (_Body,),
        {
            "__doc__": noun.__doc__,
            "__module__": __name__,
            "name": f"FastCGI {noun.__name__}",
            "fields_desc": _scapy_fields(noun, BODY_LENGTH),
        },
    )
    for kind, noun in BODIES.items()
}
FCGIBeginRequest = _BODY_CLASSES[RecordType.BEGIN_REQUEST]
FCGIEndRequest = _BODY_CLASSES[RecordType.END_REQUEST]
FCGIUnknownType = _BODY_CLASSES[RecordType.UNKNOWN_TYPE]


class PairsField(StrLenField):  # type: ignore[misc]
    """A content of name-value pairs; takes a list of them as well as bytes."""

    def any2i(
        self, pkt: Optional[Packet], x: "Union[bytes, str, List[Tuple[str, str]]]"
    ) -> Any:
        """Bytes, from pairs or as they are."""
        return encode(x) if isinstance(x, (list, tuple)) else super().any2i(pkt, x)

    def i2repr(self, pkt: Packet, x: bytes) -> str:
        """The pairs, where the content is whole pairs."""
        pairs, rest = decode(bytes(x or b""))
        return repr(x) if rest else repr([tuple(pair) for pair in pairs])


def _content_length(packet: Packet) -> int:
    return packet.content_length or 0


def _has_body(kind: int) -> Any:
    def condition(packet: Packet) -> bool:
        return packet.type == kind and packet.content_length in (None, BODY_LENGTH)

    return condition


def _body_field(kind: int) -> "Tuple[Any, Any]":
    body = _BODY_CLASSES[kind]
    field = PacketLenField("content", body(), body, length_from=_content_length)
    return field, _has_body(kind)


class FCGI(Packet):  # type: ignore[misc]
    """A FastCGI record (section 3.3); the next one is its payload."""

    name = "FastCGI"
    fields_desc = [
        *_scapy_fields(Header, HEADER_LENGTH),
        MultipleTypeField(
            [
                *[_body_field(kind) for kind in BODIES],
                (
                    PairsField("content", b"", length_from=_content_length),
                    lambda packet: packet.type in PAIRS,
                ),
            ],
            StrLenField("content", b"", length_from=_content_length),
        ),
        StrLenField("padding", b"", length_from=lambda p: p.padding_length or 0),
    ]

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """Fill in the lengths that were not given."""
        content = self.getfieldval("content")
        if self.content_length is None:
            size = len(content or b"")
            pkt = pkt[:4] + pack(">H", size) + pkt[6:]
        if self.padding_length is None:
            pkt = pkt[:6] + bytes([len(self.padding or b"")]) + pkt[7:]
        return pkt + pay

    def guess_payload_class(self, payload: bytes) -> type:
        """A record follows a record."""
        return FCGI

    @classmethod
    def tcp_reassemble(
        cls, data: bytes, metadata: "dict[str, Any]", session: "dict[str, Any]"
    ) -> "Optional[FCGI]":
        """Scapy's TCPSession: a packet as soon as whole records are there."""
        at = 0
        while at + HEADER_LENGTH <= len(data):
            head = Header._make(layout(Header).unpack_from(data, at))
            at += head.size
        return cls(data) if at == len(data) and data else None


def bind(port: int = 8000) -> None:
    """Dissect the payload of TCP segments from and to a port as FastCGI."""
    bind_layers(TCP, FCGI, sport=port)
    bind_layers(TCP, FCGI, dport=port)
