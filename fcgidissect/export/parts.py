"""A multipart body in a file comes in, its parts go out, each in pieces (RFC 2046, 7578)."""

import re
from typing import IO, Iterator, NamedTuple, Optional

_BLOCK = 1 << 16
_MOST_HEADER = 1 << 14
"""Bytes of the header of a part; browsers write some hundred."""
_MOST_PARTS = 1 << 12
"""Parts of a body: more than any server takes."""


class Part(NamedTuple):
    """What the header of a part says."""

    name: str
    filename: Optional[str]
    type: str


class Piece(NamedTuple):
    """Bytes of a part."""

    part: Part
    first: bool
    data: bytes
    whole: bool
    """The part ends with them."""


class Malformed(Exception):
    """A body is not in the form that its type names."""


def boundary(media: str) -> "Optional[bytes]":
    """The boundary of a multipart media type; None for any other type."""
    match = re.fullmatch(r'(?is)\s*multipart/.*?;.*?boundary="?([^";,]+).*', media)
    return match[1].strip().encode("utf-8", "surrogateescape") if match else None


def pieces(file: "IO[bytes]", limit: bytes) -> "Iterator[Piece]":
    """The pieces of all parts, in order; each part has one piece at least.

    Args:
        file: stands at the body's beginning.
        limit: the boundary.

    Raises:
        Malformed: a part has no header, or one that never ends, or there are too many.
    """
    reader = _Reader(file, b"\r\n--" + limit)
    for _ in reader.until_limit():
        pass  # what stands before the first part is nobody's
    for _ in range(_MOST_PARTS):
        if not reader.begins():
            return
        part, first = _part(reader.header()), True
        for data in reader.until_limit():
            yield Piece(part, first, data, False)
            first = False
        yield Piece(part, first, b"", reader.at_limit)
        if not reader.at_limit:
            return
    raise Malformed(f"it has more than {_MOST_PARTS} parts")


class _Reader:
    """A file up to each of its limits."""

    def __init__(self, file: "IO[bytes]", limit: bytes) -> None:
        self._file = file
        self._limit = limit
        self._held = b"\r\n"  # the first limit may stand at the very beginning
        self.at_limit = False

    def _more(self) -> bool:
        block = self._file.read(_BLOCK)
        self._held += block
        return bool(block)

    def until_limit(self) -> "Iterator[bytes]":
        """What comes before the next limit, which is passed over."""
        self.at_limit = False
        while (at := self._held.find(self._limit)) < 0:
            certain = len(self._held) - len(self._limit)
            if certain > 0:
                yield self._held[:certain]
                self._held = self._held[certain:]
            if not self._more():
                if self._held:
                    yield self._held
                self._held = b""
                return
        if at:
            yield self._held[:at]
        self._held = self._held[at + len(self._limit) :]
        self.at_limit = True

    def begins(self) -> bool:
        """Whether a part begins behind this limit, not the end of all."""
        while len(self._held) < 2 and self._more():
            pass
        return self.at_limit and bool(self._held) and not self._held.startswith(b"--")

    def header(self) -> bytes:
        """The header of a part, up to its empty line."""
        while (at := self._held.find(b"\r\n\r\n")) < 0:
            if len(self._held) > _MOST_HEADER or not self._more():
                raise Malformed("a part of it has no end of its header")
        if at > _MOST_HEADER:
            raise Malformed("a part of it has a header that is too long")
        header, self._held = self._held[:at], self._held[at + 2 :]
        self._held = self._held[2:] if not self._starts_limit() else self._held
        return header

    def _starts_limit(self) -> bool:
        """An empty part: the line break of its header's end is that of its limit."""
        while len(self._held) < len(self._limit) and self._more():
            pass
        return self._held.startswith(self._limit)


_DISPOSITION = re.compile(r"(?im)^content-disposition:(.*)$")
_TYPE = re.compile(r"(?im)^content-type:\s*(.*?)\s*$")


def _part(header: bytes) -> Part:
    text = header.decode("utf-8", "surrogateescape")
    disposition = _DISPOSITION.search(text)
    said = disposition[1] if disposition else ""
    media = _TYPE.search(text)
    filename = _named("filename", said)
    return Part(_named("name", said) or "", filename, media[1] if media else "")


def _named(name: str, said: str) -> Optional[str]:
    match = re.search(rf'(?i)[;\s]{name}=(?:"([^"]*)"|([^;\s]*))', said)
    return None if match is None else match[1] if match[1] is not None else match[2]
