"""A pcapng file's blocks behind its first section header in, batches out.

The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html.

Rules:
- A section has its own byte order and its own interfaces, numbered from 0.
- A batch has one source, so a change of interface begins a new one.
- Blocks that hold no packet and no interface are passed over.
"""

from typing import Dict, Generator, List, NamedTuple, Optional, Tuple

from fcgidissect.capture.blocks import (
    LONGEST_BLOCK,
    BlockType,
    Interface,
    Layouts,
    byte_order,
    interface_of,
)
from fcgidissect.capture.stream import Stream
from fcgidissect.net.frame import Batch


class Malformed(Exception):
    """What is wrong with a block: the end of a sentence that begins with its place."""


class Section(NamedTuple):
    """What the blocks behind a section header are read by."""

    layouts: Layouts
    interfaces: List[Interface]


def read_pcapng(
    stream: Stream, order: str, file: str
) -> "Generator[Batch, None, Optional[str]]":
    """The batches of a pcapng file; then what is wrong with it, or None.

    Args:
        stream: stands behind the header of the first section.
        order: the byte order of that section, as a struct format has it.
        file: the capture's name, for its sources.
    """
    blocks = Blocks(order, file)
    rest, wanted = b"", 12
    try:
        while len(data := stream.again(rest, wanted)) >= wanted:
            end = yield from blocks.batches(data)
            rest = data[end:]
            wanted = blocks.size(rest, 0)
    except Malformed as reason:
        return f"{blocks.place} {reason}"
    return stream.ending(f"in the middle of {blocks.place}" if data else "")


class Blocks:
    """The blocks of a pcapng file, one buffer after another.

    Args:
        order: the byte order of the first section, whose header has been read.
        file: the capture's name, for its sources.
    """

    def __init__(self, order: str, file: str) -> None:
        self.file = file
        self.section = Section(Layouts(order), [])
        self.count = 0
        """Packets so far."""
        self.time = 0
        """The last packet's: a simple packet has none of its own."""

    @property
    def place(self) -> str:
        """What stands behind the blocks so far."""
        return f"the block behind packet {self.count}"

    def batches(self, data: bytes) -> "Generator[Batch, None, int]":
        """The batches of the whole blocks of `data`; then where the next one begins.

        Raises:
            Malformed: behind the last block that can be read.
        """
        begin = 0
        while True:
            batch, begin = self.enhanced_packets(data, begin)
            if batch:
                yield self._counted(batch)
                continue
            behind = begin + self.size(data, begin)
            if behind > len(data):
                return begin
            batch = self.block(data, begin, behind)
            if batch:
                yield self._counted(batch)
            begin = behind

    def _counted(self, batch: Batch) -> Batch:
        self.count += len(batch.packets)
        self.time = batch.packets[-1][0]
        return batch

    def enhanced_packets(
        self, data: bytes, begin: int
    ) -> "Tuple[Optional[Batch], int]":
        """The enhanced packets of one interface at `begin`, and where they end.

        One that is not as it should be ends them: `block` says what is wrong with it.
        """
        layouts, interfaces = self.section
        unpack, tail = layouts.enhanced.unpack_from, layouts.word.unpack_from
        end = len(data)
        last = end - layouts.enhanced.size
        if begin > last or (wanted := unpack(data, begin)[2]) >= len(interfaces):
            return None, begin
        source, _, scale, divisor, offset = interfaces[wanted]
        packets: "List[Tuple[int, int, int, int]]" = []
        comments: "Dict[int, Tuple[str, ...]]" = {}
        append = packets.append
        packet_kind = int(BlockType.ENHANCED_PACKET)
        upper, since = -1, 0
        while begin <= last:
            kind, size, number, high, low, cap_len, length = unpack(data, begin)
            behind = begin + size
            if kind != packet_kind or number != wanted or behind > end:
                break
            spare = size - 32 - cap_len
            if spare < 0 or size & 3 or tail(data, behind - 4)[0] != size:
                break
            if spare > 3:
                said = layouts.comments(
                    data, begin + 28 + cap_len + -cap_len % 4, behind - 4
                )
                if said:
                    comments[len(packets)] = said
            if high != upper:  # a big number, which takes a while to be made
                upper, since = high, (high << 32) * scale + offset * divisor
            time = since + low * scale
            if divisor > 1:
                time //= divisor
            append((time, begin + 28, cap_len, length))
            begin = behind
        return (Batch(data, packets, source, comments) if packets else None), begin

    def size(self, data: bytes, begin: int) -> int:
        """The total length of the block at `begin`; 12 while it cannot be known.

        Raises:
            Malformed: no block has such a length.
        """
        if len(data) < begin + 12:
            return 12
        size = self._layouts(data, begin).block.unpack_from(data, begin)[1]
        if size > LONGEST_BLOCK or size < 12 or size % 4:
            raise Malformed(f"claims {size} bytes: no more is readable")
        return int(size)

    def _layouts(self, data: bytes, begin: int) -> Layouts:
        kind = self.section.layouts.block.unpack_from(data, begin)[0]
        if kind != BlockType.SECTION_HEADER:
            return self.section.layouts
        order = byte_order(data[begin + 8 : begin + 12])
        if order is None:
            raise Malformed("is a section header without a byte order")
        return Layouts(order)

    def block(self, data: bytes, begin: int, behind: int) -> Optional[Batch]:
        """Take one whole block; the batch is the packet that it holds.

        Raises:
            Malformed: the block contradicts itself or its section.
        """
        layouts = self._layouts(data, begin)
        kind, size = layouts.block.unpack_from(data, begin)
        if layouts.word.unpack_from(data, behind - 4)[0] != size:
            raise Malformed("has two different lengths: no more is readable")
        if kind == BlockType.SECTION_HEADER:
            self.section = Section(layouts, [])
        elif kind == BlockType.INTERFACE_DESCRIPTION:
            self._describe(data[begin:behind])
        elif kind in (BlockType.ENHANCED_PACKET, BlockType.PACKET):
            return self._packet(kind, data, begin, behind)
        elif kind == BlockType.SIMPLE_PACKET:
            return self._simple_packet(data, begin, behind)
        return None

    def _describe(self, block: bytes) -> None:
        if len(block) < 20:
            raise Malformed("is too short for an interface")
        interface = interface_of(block, self.section.layouts, self.file)
        self.section.interfaces.append(interface)

    def _interface(self, number: int) -> Interface:
        if number >= len(self.section.interfaces):
            raise Malformed(f"names interface {number}, which is not described")
        return self.section.interfaces[number]

    def _packet(self, kind: int, data: bytes, begin: int, behind: int) -> Batch:
        layouts = self.section.layouts
        if behind - begin < 32:
            raise Malformed("is too short for a packet")
        _, _, number, high, low, cap_len, length = layouts.enhanced.unpack_from(
            data, begin
        )
        if kind == BlockType.PACKET:
            number = layouts.halves.unpack_from(data, begin + 8)[0]
        if cap_len > behind - begin - 32:
            raise Malformed(f"claims a packet of {cap_len} bytes: no more is readable")
        interface = self._interface(number)
        start = begin + 28
        said = layouts.comments(data, start + cap_len + -cap_len % 4, behind - 4)
        packet = (interface.nanoseconds(high << 32 | low), start, cap_len, length)
        return Batch(data, [packet], interface.source, {0: said} if said else {})

    def _simple_packet(self, data: bytes, begin: int, behind: int) -> Batch:
        if behind - begin < 16:
            raise Malformed("is too short for a packet")
        interface = self._interface(0)
        length = self.section.layouts.word.unpack_from(data, begin + 8)[0]
        cap_len = min(length, interface.snaplen or length, behind - begin - 16)
        packet = (self.time, begin + 12, cap_len, length)
        return Batch(data, [packet], interface.source)
