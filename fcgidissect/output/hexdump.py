"""Entries come in, hex dumps of their bytes go out, encoded, in the columns of tshark's -x.

Speed: digits and characters of many lines are made in one piece, and one struct cuts them.
"""

from binascii import hexlify
from functools import lru_cache
from struct import Struct
from typing import Callable, List, Tuple

from fcgidissect.entry import Entry

WIDTH = 16
_SHOWN = bytes(code if 32 <= code < 127 else ord(".") for code in range(256))
"""A byte -> what stands for it on the right."""
_BLOCK = 64
"""Lines that are written at once."""
_MOST = 1 << 16
"""Bytes whose offsets have four digits."""
_OFFSETS = [b"%04x  " % at for at in range(0, _MOST, WIDTH)]
_SHORT = 2 * WIDTH
"""Bytes of dumps that are remembered: most records are short, and the same ones again."""
_REMEMBERED = 1 << 8


def hexdump(data: bytes) -> bytes:
    """Offset, sixteen bytes in hex, the same as ASCII; a line each."""
    return _short(data) if len(data) <= _SHORT else _dump(data)


def _dump(data: bytes) -> bytes:
    size = len(data)
    offsets = _OFFSETS
    if size > _MOST:
        offsets = [b"%08x  " % at for at in range(0, size, WIDTH)]
    pieces: "List[bytes]" = []
    for start in range(0, size, _BLOCK * WIDTH):
        some = data[start : start + _BLOCK * WIDTH]
        lines = -(-len(some) // WIDTH)
        first = start // WIDTH
        block = 5 * lines * [b"  "]
        block[::5] = offsets[first : first + lines]
        digits, shown = hexlify(some, " "), some.translate(_SHOWN)
        block[1::5] = _cutter(3 * WIDTH, lines)(digits.ljust(3 * WIDTH * lines))
        block[3::5] = _cutter(WIDTH, lines)(shown.ljust(WIDTH * lines))
        block[4::5] = lines * [b"\n"]
        block[-2] = shown[WIDTH * (lines - 1) :]  # not as long as the others, perhaps
        pieces += block
    return b"".join(pieces)


@lru_cache(2 * _BLOCK)
def _cutter(width: int, count: int) -> "Callable[[bytes], Tuple[bytes, ...]]":
    """What cuts bytes into so many pieces of a width."""
    return Struct(count * f"{width}s").unpack


_short = lru_cache(_REMEMBERED)(_dump)


def of_record(row: Entry) -> bytes:
    """The record's own bytes, put together where they came in several segments."""
    return hexdump(row.record.raw)


def of_frame(row: Entry) -> bytes:
    """Those of the frame in which it ends, then its own, each behind its title."""
    frame, record = row.frame.bytes, row.record.raw
    return b"Frame (%d bytes):\n\n%b\nRecord (%d bytes):\n\n%b" % (
        *(len(frame), hexdump(frame)),
        *(len(record), hexdump(record)),
    )
