"""The blocks of pcapng as the specification draws them: types, layouts, options.

https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
"""

from enum import IntEnum
from math import gcd
from struct import Struct
from typing import Iterator, NamedTuple, Optional, Tuple

from fcgidissect.net.frame import Source
from fcgidissect.text import BILLION


class BlockType(IntEnum):
    """Section 11.1, as far as packets need it."""

    INTERFACE_DESCRIPTION = 1
    PACKET = 2
    """Obsolete; its fields lie where those of the enhanced packet do."""
    SIMPLE_PACKET = 3
    ENHANCED_PACKET = 6
    SECTION_HEADER = 0x0A0D0D0A


END_OF_OPTIONS, COMMENT = 0, 1
IF_NAME, IF_TSRESOL, IF_TSOFFSET = 2, 9, 14

LONGEST_BLOCK = 1 << 24
"""Bytes of the longest block that is believed; Wireshark draws the line there too."""


def byte_order(magic: bytes) -> Optional[str]:
    """The order that a section header's byte-order magic tells, as struct writes it."""
    return {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}.get(magic)


class Layouts:
    """How blocks are written in one byte order.

    Args:
        order: as struct writes it.
    """

    def __init__(self, order: str) -> None:
        self.word = Struct(order + "I")
        self.halves = Struct(order + "HH")
        self.block = Struct(order + "II")
        """Type, total length."""
        self.enhanced = Struct(order + "7I")
        """Those, then interface, time (high, low), captured and original length."""
        self.interface = Struct(order + "8xHHI")
        """Link type, reserved, snaplen."""
        self.signed = Struct(order + "q")

    def options(self, data: bytes, start: int, end: int) -> Iterator[Tuple[int, bytes]]:
        """Each (code, value) from `start`, as far as they are whole."""
        while start + 4 <= end:
            code, length = self.halves.unpack_from(data, start)
            behind = start + 4 + length
            if code == END_OF_OPTIONS or behind > end:
                return
            yield code, data[start + 4 : behind]
            start = behind + -length % 4

    def comments(self, data: bytes, start: int, end: int) -> "tuple[str, ...]":
        """The comments among the options; quick where there are none."""
        unpack = self.halves.unpack_from
        found: "tuple[str, ...]" = ()
        while start + 4 <= end:
            code, length = unpack(data, start)
            behind = start + 4 + length
            if code == END_OF_OPTIONS or behind > end:
                break
            if code == COMMENT:
                found += (text(data[start + 4 : behind]),)
            start = behind + -length % 4
        return found


def text(value: bytes) -> str:
    """A string of the file: UTF-8, what is none of it as lone surrogates (PEP 383)."""
    return value.rstrip(b"\0").decode("utf-8", "surrogateescape")


class Interface(NamedTuple):
    """An interface of a section: where packets come from and how their time counts."""

    source: Source
    snaplen: int
    """Bytes that were kept of a packet; 0 where there was no limit."""
    scale: int
    divisor: int
    """A time stamp times `scale` by `divisor` is nanoseconds."""
    offset: int
    """Nanoseconds to add to them."""

    def nanoseconds(self, stamp: int) -> int:
        """A time stamp as nanoseconds since the epoch."""
        return stamp * self.scale // self.divisor + self.offset


def interface_of(block: bytes, layouts: Layouts, file: str) -> Interface:
    """The interface that a whole interface description block describes."""
    link_type, _, snaplen = layouts.interface.unpack_from(block)
    options = dict(layouts.options(block, 16, len(block) - 4))
    units = units_per_second(options.get(IF_TSRESOL, b""))
    offset = options.get(IF_TSOFFSET, b"")
    seconds = layouts.signed.unpack(offset)[0] if len(offset) == 8 else 0
    name = text(options[IF_NAME]) if IF_NAME in options else None
    common = gcd(BILLION, units)
    source = Source(link_type, min(len(str(units)) - 1, 9), name, file)
    return Interface(
        source, snaplen, BILLION // common, units // common, seconds * BILLION
    )


def units_per_second(resolution: bytes) -> int:
    """What if_tsresol says, section 4.2: its high bit chooses 2 over 10 as the base."""
    if len(resolution) != 1:
        return 1_000_000
    return int((2 if resolution[0] & 0x80 else 10) ** (resolution[0] & 0x7F))
