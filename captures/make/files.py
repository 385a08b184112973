"""Packets in, a capture file's bytes out: every variant of the formats, byte by byte.

Facts from the formats' specifications (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng,
RFC 8878 for zstd, the LZ4 frame format 1.6) and, for the modified pcap variants, from
what tshark makes of them.
"""

import bz2
import gzip
import lzma
from struct import pack
from typing import Callable, Dict, Iterable, NamedTuple, Optional, Tuple

ETHERNET, RAW_IP, LINUX_SLL2 = 1, 101, 276
NANO = 1_000_000_000


class Packet(NamedTuple):
    """What a file keeps of a packet."""

    time: int
    """Nanoseconds since the epoch."""
    data: bytes
    length: Optional[int] = None
    """Bytes on the wire, where that is more than the data."""

    @property
    def wire_length(self) -> int:
        return len(self.data) if self.length is None else self.length


# pcap

MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
KUZNETZOV = 0xA1B2CD34
"""Alexey Kuznetzov's patch of libpcap: a longer header for each packet."""
IXIA_HARDWARE, IXIA_SOFTWARE = 0x1C0001AC, 0x1C0001AB
"""Ixia's lcap: the length of all packets behind the file's header."""


def pcap(
    packets: Iterable[Packet],
    order: str = "<",
    magic: int = MICROSECONDS,
    version: Tuple[int, int] = (2, 4),
    snaplen: int = 262144,
    link_type: int = ETHERNET,
    swapped: bool = False,
    extra: Optional[int] = None,
) -> bytes:
    """A pcap file.

    Args:
        order: its byte order, "<" or ">".
        magic: tells the resolution and the variant.
        swapped: write the two lengths the other way round, as before version 2.3.
        extra: bytes in a packet's header behind the usual 16, if not as usual.
    """
    unit = 1 if magic == NANOSECONDS else 1000
    if extra is None:
        extra = 8 if magic == KUZNETZOV else 0
    parts = []
    for time, data, length in packets:
        lengths = [len(data), len(data) if length is None else length]
        seconds, rest = divmod(time, NANO)
        lengths = lengths[::-1] if swapped else lengths
        parts += pack(order + "4I", seconds, rest // unit, *lengths), bytes(extra), data
    body = b"".join(parts)
    head = pack(order + "IHHIIII", magic, *version, 0, 0, snaplen, link_type)
    if magic in (IXIA_HARDWARE, IXIA_SOFTWARE):
        head += pack(order + "I", len(body))
    return head + body


# pcapng: each function gives one block


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of any type; its body is padded to 4 bytes."""
    body += b"\0" * (-len(body) % 4)
    size = len(body) + 12
    return pack(order + "II", kind, size) + body + pack(order + "I", size)


def options(values: Iterable[Tuple[int, bytes]], order: str = "<") -> bytes:
    """The (code, value) pairs and the end of options; nothing where there are none."""
    text = b"".join(
        pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
        for code, value in values
    )
    return text + pack(order + "HH", 0, 0) if text else b""


Options = Iterable[Tuple[int, bytes]]


def section(order: str = "<", said: Options = (), length: int = -1) -> bytes:
    """A section header block."""
    body = pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length)
    return block(0x0A0D0D0A, body + options(said, order), order)


def interface(
    link_type: int = ETHERNET,
    order: str = "<",
    snaplen: int = 0,
    said: Options = (),
    resolution: Optional[int] = None,
    offset: Optional[int] = None,
    name: str = "",
) -> bytes:
    """An interface description block.

    Args:
        resolution: if_tsresol's byte: powers of 10, with the high bit set powers of 2.
        offset: if_tsoffset, seconds.
    """
    said = list(said)
    if name:
        said.append((2, name.encode()))
    if resolution is not None:
        said.append((9, bytes([resolution])))
    if offset is not None:
        said.append((14, pack(order + "q", offset)))
    body = pack(order + "HHI", link_type, 0, snaplen)
    return block(1, body + options(said, order), order)


def _packet(
    order: str, head: bytes, packet: Packet, ticks: int, said: Options
) -> bytes:
    lengths = pack(
        order + "4I",
        ticks >> 32,
        ticks & 0xFFFFFFFF,
        len(packet.data),
        packet.wire_length,
    )
    data = packet.data + b"\0" * (-len(packet.data) % 4)
    return head + lengths + data + options(said, order)


def enhanced(
    packet: Packet,
    number: int = 0,
    order: str = "<",
    units: int = 1_000_000,
    offset: int = 0,
    said: Options = (),
) -> bytes:
    """An enhanced packet block.

    Args:
        number: the interface's.
        units: of its time stamps in a second.
        offset: its if_tsoffset.
    """
    ticks = (packet.time - offset * NANO) * units // NANO
    head = pack(order + "I", number)
    return block(6, _packet(order, head, packet, ticks, said), order)


def obsolete(
    packet: Packet, number: int = 0, order: str = "<", said: Options = ()
) -> bytes:
    """An (obsolete) packet block, in microseconds, which counts 3 dropped packets."""
    head = pack(order + "HH", number, 3)
    return block(2, _packet(order, head, packet, packet.time // 1000, said), order)


def simple(packet: Packet, order: str = "<") -> bytes:
    """A simple packet block: no time, the first interface."""
    return block(3, pack(order + "I", packet.wire_length) + packet.data, order)


def custom(order: str = "<", kind: int = 0xBAD) -> bytes:
    """A custom block of the enterprise number that RFC 5612 keeps for documentation."""
    return block(kind, pack(order + "I", 32473) + b"whatever", order)


def name_resolution(order: str = "<") -> bytes:
    """A name resolution block: one IPv4 address and its name."""
    record = pack(order + "HH", 1, 13) + bytes([10, 0, 0, 9]) + b"web.test" + bytes(4)
    return block(4, record + pack(order + "HH", 0, 0), order)


# compression


def gzip_members(data: bytes, count: int) -> bytes:
    """`count` gzip members one behind the other, as `cat a.gz b.gz` and pigz -i write."""
    step = -(-len(data) // count)
    parts = (data[start : start + step] for start in range(0, len(data), step))
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def zstd(data: bytes) -> bytes:
    """A zstd frame of raw blocks (RFC 8878 section 3.1.1) with a window of 128 KiB."""
    text = bytes.fromhex("28b52ffd 00 38")
    for start in range(0, max(len(data), 1), 1 << 16):
        part = data[start : start + (1 << 16)]
        last = start + (1 << 16) >= len(data)
        text += pack("<I", len(part) << 3 | last)[:3] + part
    return text


def lz4(data: bytes) -> bytes:
    """An LZ4 frame of uncompressed blocks of at most 64 KiB, without checksums."""
    text = bytes.fromhex("04224d18 60 40 82")
    for start in range(0, len(data), 1 << 16):
        part = data[start : start + (1 << 16)]
        text += pack("<I", len(part) | 1 << 31) + part
    return text + bytes(4)


def skippable(data: bytes) -> bytes:
    """A frame that readers of zstd and LZ4 pass over; pzstd begins its files with one."""
    return pack("<II", 0x184D2A50, len(data)) + data


PACKERS: Dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstd,
    "lz4": lz4,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}
"""Each compression that is read, by its name."""
