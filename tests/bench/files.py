"""Capture files: frames in, pcap or pcapng out."""

import struct
from random import Random
from typing import BinaryIO, Callable, Iterable, Iterator

START = 1_767_225_600
"""The first of January 2026."""
PACKET = struct.Struct("<IIII")
ENHANCED_PACKET = struct.Struct("<IIIIIII")

Frames = Iterable[bytes]


def clock(random: Random) -> Iterator[int]:
    """Microseconds since the start, a packet each: most follow at once, some after a rest."""
    delays = [1 + int(random.expovariate(1 / 20)) for _ in range(1000)]
    delays += [1000 + int(random.expovariate(1 / 2000)) for _ in range(24)]
    random.shuffle(delays)
    now = 0
    while True:
        for delay in delays:
            now += delay
            yield now


def pcap(file: BinaryIO, frames: Frames, random: Random) -> int:
    """The classic format, little-endian, microseconds, Ethernet; gives the number of packets."""
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    packets = 0
    for packets, (frame, time) in enumerate(zip(frames, clock(random)), 1):
        seconds, rest = divmod(time, 1_000_000)
        file.write(PACKET.pack(START + seconds, rest, len(frame), len(frame)))
        file.write(frame)
    return packets


def pcapng(file: BinaryIO, frames: Frames, random: Random) -> int:
    """The new format: a section, one Ethernet interface, an Enhanced Packet Block a packet."""
    file.write(struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28))
    file.write(struct.pack("<IIHHII", 1, 20, 1, 0, 262144, 20))
    packets = 0
    for packets, (frame, time) in enumerate(zip(frames, clock(random)), 1):
        moment = START * 1_000_000 + time
        high, low = moment >> 32, moment & 0xFFFFFFFF
        padding = bytes(-len(frame) % 4)
        size = 32 + len(frame) + len(padding)
        head = (6, size, 0, high, low, len(frame), len(frame))
        file.write(ENHANCED_PACKET.pack(*head))
        file.write(frame + padding + struct.pack("<I", size))
    return packets


Format = Callable[[BinaryIO, Frames, Random], int]
