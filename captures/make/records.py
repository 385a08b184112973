"""FastCGI records, byte by byte: values in, bytes out; for tests and made captures.

Written straight from the FastCGI specification 1.0 and apart from the fcgidissect package,
so that a test cannot repeat a mistake of what it tests.
"""

import struct
from typing import Dict, Iterable, List, Tuple, Union

BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN = 1, 2, 3, 4, 5
STDOUT, STDERR, DATA, GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE = 6, 7, 8, 9, 10, 11
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
REQUEST_COMPLETE, CANT_MPX_CONN, OVERLOADED, UNKNOWN_ROLE = 0, 1, 2, 3
KEEP_CONN = 1

Text = Union[str, bytes]
Values = Union[Dict[str, str], Iterable[Tuple[Text, Text]]]
"""Names and values, those that come twice too."""


def record(
    type: int, id: int, content: bytes = b"", padding: int = 0, version: int = 1
) -> bytes:
    """One record (section 3.3); its padding is zero bytes, its reserved byte is zero."""
    header = struct.pack(">BBHHBB", version, type, id, len(content), padding, 0)
    return header + content + bytes(padding)


def begin(id: int, role: int = RESPONDER, flags: int = 0, version: int = 1) -> bytes:
    """BEGIN_REQUEST (section 5.1)."""
    body = struct.pack(">HB5x", role, flags)
    return record(BEGIN_REQUEST, id, body, version=version)


def abort(id: int) -> bytes:
    """ABORT_REQUEST (section 5.4)."""
    return record(ABORT_REQUEST, id)


def end(id: int, app_status: int = 0, protocol_status: int = 0) -> bytes:
    """END_REQUEST (section 5.5)."""
    return record(END_REQUEST, id, struct.pack(">IB3x", app_status, protocol_status))


def length(size: int, long: bool = False) -> bytes:
    """A name's or value's length (section 3.4): one byte up to 127, unless long."""
    return struct.pack(">I", size | 1 << 31) if long or size > 127 else bytes([size])


def pair(
    name: Text, value: Text, long_name: bool = False, long_value: bool = False
) -> bytes:
    """One name-value pair (section 3.4); long gives a short length four bytes."""
    first, second = encoded(name), encoded(value)
    lengths = length(len(first), long_name) + length(len(second), long_value)
    return lengths + first + second


def pairs(values: Values) -> bytes:
    """Name-value pairs one after the other."""
    items = values.items() if isinstance(values, dict) else values
    return b"".join(pair(name, value) for name, value in items)


def params(id: int, values: Values, padding: int = 0) -> bytes:
    """PARAMS in one record, and the empty one that ends the stream (section 5.2)."""
    return record(PARAMS, id, pairs(values), padding) + record(PARAMS, id)


def stdin(id: int, content: bytes = b"", padding: int = 0) -> bytes:
    """One STDIN record (section 5.3); without content it ends the stream."""
    return record(STDIN, id, content, padding)


def stdout(id: int, content: bytes = b"", padding: int = 0) -> bytes:
    """One STDOUT record (section 5.3); without content it ends the stream."""
    return record(STDOUT, id, content, padding)


def stderr(id: int, content: bytes = b"", padding: int = 0) -> bytes:
    """One STDERR record (section 5.3); without content it ends the stream."""
    return record(STDERR, id, content, padding)


def data(id: int, content: bytes = b"", padding: int = 0) -> bytes:
    """One DATA record (section 5.3); without content it ends the stream."""
    return record(DATA, id, content, padding)


def get_values(*names: str) -> bytes:
    """GET_VALUES (section 4.1): names with empty values."""
    return record(GET_VALUES, 0, pairs([(name, "") for name in names]))


def get_values_result(values: "Dict[str, str]") -> bytes:
    """GET_VALUES_RESULT (section 4.1)."""
    return record(GET_VALUES_RESULT, 0, pairs(values))


def unknown_type(type: int) -> bytes:
    """UNKNOWN_TYPE (section 4.2)."""
    return record(UNKNOWN_TYPE, 0, struct.pack(">B7x", type))


def request(id: int, values: Values, body: bytes = b"", flags: int = 0) -> bytes:
    """A Responder's whole request: BEGIN, PARAMS, STDIN, each stream ended."""
    filled = stdin(id, body) if body else b""
    return begin(id, flags=flags) + params(id, values) + filled + stdin(id)


def response(id: int, content: bytes, errors: bytes = b"") -> bytes:
    """A whole answer: STDERR where there is some, STDOUT, END."""
    said = stderr(id, errors) if errors else b""
    return said + stdout(id, content) + stdout(id) + end(id)


def split(stream: bytes, *sizes: int) -> "List[bytes]":
    """A stream cut into pieces of these sizes, and the rest."""
    pieces = []
    for size in sizes:
        pieces.append(stream[:size])
        stream = stream[size:]
    return pieces + ([stream] if stream else [])


def encoded(text: Text) -> bytes:
    """A name or value as bytes."""
    return text if isinstance(text, bytes) else text.encode()
