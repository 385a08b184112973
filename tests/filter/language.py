"""Filters in tests: rows as plain mappings, and the three verbs matches, accepts, rejects."""

from typing import Any, Callable, Mapping, NamedTuple, Optional, Sequence

from fcgidissect.fcgi.spec import Header, RecordType
from fcgidissect.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    BYTES,
    ETHER,
    FRAMENUM,
    IPV4,
    IPV6,
    NONE,
    PROTOCOL,
    RELATIVE_TIME,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    Extent,
    Field,
    Kind,
)
from fcgidissect.filter import Filter, FilterError, compile_filter
from fcgidissect.filter.escapes import bytes_of

Row = Mapping[str, Sequence[Any]]
"""field name -> its values; a name that is not there is a missing field."""

FIELDS = [
    Field("fcgi", PROTOCOL, "FastCGI"),
    Field("fcgi.version", UINT8, "Version"),
    Field("fcgi.type", UINT8, "Type", RecordType),
    Field("fcgi.id", UINT16, "Request ID"),
    Field("fcgi.content.length", UINT16, "Content Length"),
    Field("fcgi.content.data", BYTES, "Content Data"),
    Field("fcgi.padding.data", BYTES, "Padding Data"),
    Field("fcgi.nv_name", STRING, "Name"),
    Field("fcgi.request.first_frame", FRAMENUM, "First Frame"),
    Field("frame.number", UINT32, "Frame Number"),
    Field("frame.time", ABSOLUTE_TIME, "Arrival Time"),
    Field("frame.time_relative", RELATIVE_TIME, "Time"),
    Field("frame.time_delta", RELATIVE_TIME, "Delta"),
    Field("eth.src", ETHER, "Source"),
    Field("ip.src", IPV4, "Source"),
    Field("ip.addr", IPV4, "Address"),
    Field("ipv6.src", IPV6, "Source"),
    Field("tcp.port", UINT16, "Port"),
    Field("tcp.flags.syn", BOOLEAN, "Syn", {1: "Set", 0: "Not set"}),
    Field("tcp.flags.ack", BOOLEAN, "Ack"),
    Field("temperature", Kind("INT8", "signed integer, 8 bits", 1, "b"), "Signed"),
    Field("_ws.malformed", NONE, "Malformed"),
]


class Access(NamedTuple):
    """A field of a row that is a mapping; each value is a layer of its own."""

    field: Field
    always: bool = False
    times: Optional[Callable[[Row], int]] = None

    @property
    def noun(self) -> Optional[type]:
        return Header if self.field.name == "fcgi.type" else None

    def get(self, row: Row) -> Sequence[Any]:
        return row.get(self.field.name, ())

    def layers(self, row: Row) -> "Sequence[Sequence[Any]]":
        return [(value,) for value in self.get(row)]

    def raw(self, row: Row) -> "Sequence[bytes]":
        return [self._bytes(value) for value in self.get(row)]

    def _bytes(self, value: Any) -> bytes:
        if isinstance(value, int):
            return value.to_bytes(self.field.kind.width or 8, "big", signed=value < 0)
        return bytes_of(value) if isinstance(value, str) else bytes(value)


class Registry:
    """Knows FIELDS, and every `fcgi.param.NAME`."""

    known = {field.name: Access(field) for field in FIELDS}

    def find(self, name: str) -> Optional[Access]:
        if name.startswith("fcgi.param.") and name != "fcgi.param.":
            return Access(Field(name, STRING, name))
        return self.known.get(name)

    def names(self) -> "list[str]":
        return list(self.known)


def extent(own: bytes, behind: bytes = b"") -> Extent:
    """A protocol's value: its own bytes and what lies behind them."""
    value = Extent(own + behind)
    value.own = len(own)
    return value


RECORD: Row = {
    "fcgi": [extent(b"\x01\x04\x00\x07\x00\x05\x01\x00\x03\x00Abc\x00")],
    "fcgi.version": [1],
    "fcgi.type": [4],
    "fcgi.id": [7],
    "fcgi.content.length": [5],
    "fcgi.content.data": [b"GET /\r\n"],
    "fcgi.nv_name": ["PATH_INFO", "REQUEST_URI", "x\udcff"],
    "fcgi.param.REQUEST_URI": ["/login?a=b"],
    "fcgi.request.first_frame": [9],
    "frame.number": [12],
    "frame.time": [1_500_000_000_000_000_000],
    "frame.time_relative": [1_500_000_000],
    "frame.time_delta": [250_000_000],
    "eth.src": [b"\x00\x0b\xcd\x82\x8f\x86"],
    "ip.src": [b"\x0a\x00\x00\x09"],
    "ip.addr": [b"\x0a\x00\x00\x09", b"\xc0\xa8\x01\x02"],
    "ipv6.src": [bytes.fromhex("fe800000000000000000000000000001")],
    "tcp.port": [9000, 51000],
    "tcp.flags.syn": [False],
    "tcp.flags.ack": [True],
    "temperature": [-5],
}
"""The row that expressions in tables are asked about."""


def compiled(expression: str, **named: Any) -> Filter:
    return compile_filter(expression, Registry(), **named)


def matches(expression: str, row: Row = RECORD) -> bool:
    """The verdict of a right expression on a row; it must be a plain bool."""
    verdict = compiled(expression).matches(row)
    assert verdict is True or verdict is False, expression
    return verdict


def accepts(expression: str) -> bool:
    return bool(compiled(expression).source)


def rejects(expression: str) -> "tuple[str, str]":
    """(message, the piece of text that the caret marks) of a wrong expression."""
    try:
        compiled(expression)
    except FilterError as wrong:
        assert 0 <= wrong.start <= wrong.end <= len(wrong.expression)
        assert "\n" not in wrong.message and wrong.message.endswith((".", "?"))
        return wrong.message, wrong.expression[wrong.start : wrong.end]
    raise AssertionError(f"{expression} was taken")
