"""Short words for segments and what becomes of them, for the tests of this folder."""

from typing import Iterable, List, Optional, Union

from fcgidissect.net.reassembly import Assembler
from fcgidissect.net.segment import Chunk, Segment
from fcgidissect.net.tcp import ACK

KEY = b"\x0a\0\0\1\x0a\0\0\2\x9c\x40\x1f\x40"
Said = List[Union[bytes, int]]


def seg(
    seq: int,
    payload: bytes = b"",
    flags: int = ACK,
    ack: int = 0,
    length: Optional[int] = None,
    key: bytes = KEY,
) -> Segment:
    """A segment whose payload stands amid other bytes; `length` is its true one."""
    data = b"<<<" + payload + b">>>"
    true = len(payload) if length is None else length
    return Segment(key, seq % 2**32, ack, flags, data, 3, 3 + len(payload), true)


def said(chunks: Iterable[Chunk]) -> Said:
    """Chunks in short: a gap as its length, bytes; what follows its like joined to it."""
    short: Said = []
    for chunk in chunks:
        if chunk.lost > 0 and short and isinstance(short[-1], int):
            short[-1] += chunk.lost
        elif chunk.lost:
            short.append(chunk.lost)
        content = chunk.data[chunk.start : chunk.end]
        if content and short and isinstance(short[-1], bytes):
            short[-1] += content
        elif content:
            short.append(content)
    return short


def fed(assembler: Assembler, *segments: Segment) -> Said:
    """What an assembler makes of segments, one after the other."""
    return said(chunk for segment in segments for chunk in assembler.feed(segment))
