"""Values in, FastCGI records out, and back: what the recordings' own peers speak.

Written from the FastCGI specification 1.0 and apart from the fcgidissect package, so
that a capture cannot repeat a mistake of the decoder that is tested with it.
"""

import socket
import struct
from enum import IntEnum
from typing import NamedTuple

HEADER = struct.Struct("!BBHHBx")
STALE = bytes(range(0xA0, 0x100)) * 3


class Type(IntEnum):
    """Record types (section 8)."""

    BEGIN_REQUEST = 1
    ABORT_REQUEST = 2
    END_REQUEST = 3
    PARAMS = 4
    STDIN = 5
    STDOUT = 6
    STDERR = 7
    DATA = 8
    GET_VALUES = 9
    GET_VALUES_RESULT = 10
    UNKNOWN_TYPE = 11


class Role(IntEnum):
    """Roles that an application can play (section 6)."""

    RESPONDER = 1
    AUTHORIZER = 2
    FILTER = 3


class Status(IntEnum):
    """Protocol status of END_REQUEST (section 5.5)."""

    REQUEST_COMPLETE = 0
    CANT_MPX_CONN = 1
    OVERLOADED = 2
    UNKNOWN_ROLE = 3


class Record(NamedTuple):
    """A record as it came: its type's number, its request id, its content."""

    kind: int
    request_id: int
    content: bytes


def record(kind: int, request_id: int, content: bytes = b"", padding: int = 0) -> bytes:
    """One record (section 3.3), its padding of 0 to 255 bytes filled with stale ones."""
    header = HEADER.pack(1, kind, request_id, len(content), padding)
    return header + content + STALE[:padding]


def begin(
    request_id: int, role: int = Role.RESPONDER, keep: bool = True, padding: int = 0
) -> bytes:
    """BEGIN_REQUEST (section 5.1); keep asks to leave the connection open."""
    body = struct.pack("!HB5x", role, keep)
    return record(Type.BEGIN_REQUEST, request_id, body, padding)


def end(
    request_id: int, app_status: int = 0, status: int = Status.REQUEST_COMPLETE
) -> bytes:
    """END_REQUEST (section 5.5)."""
    body = struct.pack("!IB3x", app_status, status)
    return record(Type.END_REQUEST, request_id, body)


def length(size: int, wide: bool = False) -> bytes:
    """A name's or value's length (section 3.4): one byte up to 127, unless wide."""
    return struct.pack("!I", size | 0x80000000) if wide or size > 127 else bytes([size])


def pair(name: str | bytes, value: str | bytes, wide: bool = False) -> bytes:
    """One name-value pair (section 3.4); wide gives both lengths four bytes."""
    raw = [part.encode() if isinstance(part, str) else part for part in (name, value)]
    return b"".join([length(len(part), wide) for part in raw] + raw)


def pairs(values: dict[str, str], wide: bool = False) -> bytes:
    """Name-value pairs, one after the other."""
    return b"".join(pair(name, value, wide) for name, value in values.items())


class Peer:
    """One end of a connection: what is sent at once leaves in one segment or few."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(10)
        self.connection = connection
        self.reader = connection.makefile("rb")

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.connection.close()

    def send(self, *parts: bytes) -> None:
        """Send records, or pieces of some, with one call."""
        self.connection.sendall(b"".join(parts))

    def receive(self) -> Record | None:
        """The next record, or None at the connection's end or its reset."""
        try:
            header = self.reader.read(HEADER.size)
            if len(header) < HEADER.size:
                return None
            _, kind, request_id, size, padding = HEADER.unpack(header)
            return Record(kind, request_id, self.reader.read(size + padding)[:size])
        except ConnectionResetError:
            return None

    def until(self, kind: int, count: int = 1) -> list[Record]:
        """Records up to the count-th of a kind; raises EOFError if it never comes."""
        seen: list[Record] = []
        while sum(known.kind == kind for known in seen) < count:
            following = self.receive()
            if following is None:
                raise EOFError(f"connection ended after {seen}")
            seen.append(following)
        return seen


def connect(port: int) -> Peer:
    """Connect to a FastCGI application on the loopback."""
    return Peer(socket.create_connection(("127.0.0.1", port)))
