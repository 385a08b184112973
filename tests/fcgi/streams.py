"""Streams of records for the tests of this room, and the ways they are fed."""

import random
from typing import List, NamedTuple, Optional, Tuple

from captures.make import records as make
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.records import RecordReader

LEAST = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/index.php?page=1",
    "SCRIPT_FILENAME": "/srv/www/index.php",
    "CONTENT_LENGTH": "",
}
GET = {**LEAST, "HTTP_HOST": "www.example"}
PAGE = b"Content-Type: text/html\r\n\r\n"


class Told(NamedTuple):
    """What a test compares of a record: where it began, and what it says."""

    header: bytes
    content: bytes


class Brought(NamedTuple):
    """A mark that is nothing but its number."""

    number: int

    @property
    def alone(self) -> "Brought":
        return self


def told(records: "List[Record]") -> "List[Told]":
    """Whole records as plain values."""
    return [Told(record.header, record.content) for record in records]


def truth(stream: bytes) -> "List[Tuple[int, Told]]":
    """(offset, record) of a stream in which nothing is missing, by the lengths alone."""
    found, at = [], 0
    while at < len(stream):
        header = stream[at : at + 8]
        length, padding = int.from_bytes(header[4:6], "big"), header[6]
        found.append((at, Told(header, stream[at + 8 : at + 8 + length])))
        at += 8 + length + padding
    return found


def read(
    chunks: "List[Tuple[int, bytes]]",
    context: Optional[Context] = None,
    direction: int = 0,
) -> "Tuple[List[Record], RecordReader]":
    """The records of chunks, each with the bytes lost before it, to the stream's end.

    The chunks' marks are numbered from 0.
    """
    reader = RecordReader(context, direction)
    found = []
    for at, (lost, chunk) in enumerate(chunks):
        data, end = b"\xaa" + chunk + b"\x01\x06", 1 + len(chunk)
        found += reader.feed(data, 1, end, lost, mark=Brought(at))
    return found + reader.finish(), reader


def cut(stream: bytes, size: int) -> "List[Tuple[int, bytes]]":
    """A stream in chunks of a size with nothing lost."""
    return [(0, stream[at : at + size]) for at in range(0, len(stream), size)]


def with_gaps(
    stream: bytes, size: int, dice: random.Random, share: float
) -> "List[Tuple[int, bytes]]":
    """A stream in chunks of a size of which a share is lost; the first is mostly there."""
    chunks, lost = [], 0
    for at in range(0, len(stream), size):
        piece = stream[at : at + size]
        if dice.random() < share:
            lost += len(piece)
        else:
            chunks.append((lost, piece))
            lost = 0
    return chunks


def requests(count: int, dice: random.Random) -> bytes:
    """The web server's side of a kept connection: GETs, and uploads of many records."""
    stream = b""
    for number in range(count):
        body = [
            make.stdin(1, dice.randbytes(dice.choice((8192, 32768, 100))))
            for _ in range(dice.choice((0, 0, 1, 6)))
        ]
        values = dict(
            LEAST, REQUEST_URI=f"/page/{number}", HTTP_COOKIE="c" * dice.randrange(300)
        )
        stream += make.begin(1, flags=1) + make.params(1, values)
        stream += b"".join(body) + make.stdin(1)
    return stream


def responses(count: int, dice: random.Random, nested: bool = False) -> bytes:
    """The application's side of it, packed as php-fpm packs; a body may be FastCGI."""
    stream = b""
    for _ in range(count):
        size = dice.choice((0, 50, 3000, 40_000, 300_000))
        body = PAGE + (saved_stream(size) if nested else dice.randbytes(size))
        if dice.random() < 0.2:
            stream += make.stderr(1, b"PHP message: PHP Notice: undefined", 6)
        room = 8184
        while body:
            piece, body = body[:room], body[room:]
            stream += make.stdout(1, piece, -len(piece) % 8)
            room = 65528
        stream += make.end(1)
    return stream


def saved_stream(size: int) -> bytes:
    """A body that is FastCGI itself, of the same type and id as what carries it."""
    parts = [
        make.stdout(1, b"record %06d of a download that looks like its stream" % number)
        for number in range(size // 60)
    ]
    return b"".join(parts)
