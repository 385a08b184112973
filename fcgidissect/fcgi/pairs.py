"""Name-value pairs (section 3.4): bytes in, pairs out, over any number of records; and back.

Pairs repeat from request to request, so each distinct one is decoded once, and so is each
distinct content that holds whole pairs, in bounded memos.
"""

from typing import Annotated, Iterable, List, NamedTuple, Optional, Tuple

from fcgidissect.fields import STRING, Field
from fcgidissect.memo import Memo

_LONG = 0x80
"""The bit of a length's first byte that says it has four bytes."""
_MEMO_PAIR = 512
"""Bytes of the longest pair that is remembered."""
_MEMO_CONTENT = 4096
"""Bytes of the longest content that is remembered."""
_MEMO_CONTENTS = 256
"""Contents that are remembered: with `_MEMO_CONTENT`, at most 1 MiB of them."""


class Pair(NamedTuple):
    """One name-value pair; what is no UTF-8 stands as lone surrogates (PEP 383)."""

    name: Annotated[str, Field("fcgi.nv_name", STRING, "NV Pair name")]
    value: Annotated[str, Field("fcgi.nv_value", STRING, "NV Pair value")]


Pairs = Tuple[Pair, ...]
_pairs: "Memo[bytes, Pair]" = Memo()
_contents: "Memo[bytes, Pairs]" = Memo(_MEMO_CONTENTS)


def decode(content: bytes) -> "tuple[Pairs, bytes]":
    """The whole pairs of a content, and the bytes behind the last one."""
    known = _contents.get(content)
    if known is not None:
        return known, b""
    pairs, offset, _ = _split(content)
    if offset == len(content) <= _MEMO_CONTENT:
        _contents[content] = pairs
    return pairs, content[offset:]


def encode(pairs: "Iterable[tuple[str, str]]") -> bytes:
    """Pairs as bytes, each length in the fewest bytes it fits."""
    parts = []
    for name, value in pairs:
        first = name.encode("utf-8", "surrogateescape")
        second = value.encode("utf-8", "surrogateescape")
        parts += [written(len(first)), written(len(second)), first, second]
    return b"".join(parts)


class PairReader:
    """A stream of pairs: `feed` it the contents of its records in order.

    A pair that is not whole waits as parts and is joined once.
    """

    __slots__ = ("wanted", "first", "_parts")

    def __init__(self) -> None:
        self.wanted = 0
        """Bytes at least that the unfinished pair still needs; 0 between pairs."""
        self.first = 0
        """Where in the last content the first pair began that had not begun before."""
        self._parts: List[bytes] = []

    @property
    def rest(self) -> bytes:
        """The bytes of the unfinished pair."""
        return b"".join(self._parts)

    def feed(self, content: bytes) -> Pairs:
        """The pairs that end in the next content."""
        if not self.wanted:
            pairs, rest = decode(content)
            if not rest:
                return pairs
        else:
            self._parts.append(content)
            self.wanted -= len(content)
            if self.wanted > 0:
                return ()
            pairs, rest = (), self.rest
        more, offset, self.wanted = _split(rest)
        self.first = 0
        if more and not pairs:
            self.first = pair_ends(rest, 0, 1)[0] - (len(rest) - len(content))
        self._parts = [rest[offset:]] if self.wanted else []
        return pairs + more


def pair_ends(content: bytes, start: int, count: int) -> "List[int]":
    """The offset behind each of `count` whole pairs from `start` on."""
    ends: "List[int]" = []
    for _ in range(count):
        lengths = 0
        for _ in ("name", "value"):
            width = 4 if content[start] & _LONG else 1
            length = int.from_bytes(content[start : start + width], "big")
            lengths += length & 0x7FFFFFFF
            start += width
        start += lengths
        ends.append(start)
    return ends


def parted(content: bytes) -> "Optional[List[bytes]]":
    """The bytes of each pair, if these are all there is and whole."""
    parts: "List[bytes]" = []
    start, end = 0, len(content)
    try:
        while start < end:
            name, value, at = content[start], content[start + 1], start + 2
            if name >= _LONG or value >= _LONG:
                stop = pair_ends(content, start, 1)[0]
            else:
                stop = at + name + value
            parts.append(content[start:stop])
            start = stop
    except IndexError:
        return None
    return parts if start == end else None


def written(size: int) -> bytes:
    """A length in the fewest bytes that hold it."""
    return bytes([size]) if size < _LONG else (size | _LONG << 24).to_bytes(4, "big")


def _split(content: bytes) -> "tuple[Pairs, int, int]":
    """(whole pairs, the offset behind them, bytes wanted at least for the next one)."""
    pairs: List[Pair] = []
    start, end = 0, len(content)
    while start < end:
        # 1. The two lengths: one byte each, or four with the high bit set.
        at = start + 1
        name = content[start]
        if name >= _LONG:
            name = int.from_bytes(content[start : start + 4], "big") & 0x7FFFFFFF
            at = start + 4
        if at >= end:
            return tuple(pairs), start, at + 1 - end
        value = content[at]
        at += 1
        if value >= _LONG:
            value = int.from_bytes(content[at - 1 : at + 3], "big") & 0x7FFFFFFF
            at += 3
        # 2. The two texts, if they are all here.
        stop = at + name + value
        if stop > end:
            wanted = stop if at <= end else at  # a length that is cut says nothing yet
            return tuple(pairs), start, wanted - end
        raw = content[start:stop]
        pairs.append(_pairs.get(raw) or _remember(raw, at - start, name))
        start = stop
    return tuple(pairs), start, 0


def _remember(raw: bytes, at: int, name: int) -> Pair:
    pair = Pair(
        raw[at : at + name].decode("utf-8", "surrogateescape"),
        raw[at + name :].decode("utf-8", "surrogateescape"),
    )
    if len(raw) <= _MEMO_PAIR:
        _pairs[raw] = pair
    return pair
