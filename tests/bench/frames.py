"""TCP and UDP frames: payloads in, Ethernet frames out, the numbers in them as a kernel has them.

Addresses are IPv4. IP checksums are right; TCP and UDP checksums hold the sum of the pseudo-header
alone, as in a capture on the host whose network card would finish them.
"""

import struct
from typing import NamedTuple

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
TCP, UDP = 6, 17
WINDOW = 512

ETHERNET_IPV4 = struct.Struct(">12sH BBHHHBBH8s")
TCP_HEADER = struct.Struct(">HHIIBBHHH")
OPTIONS = struct.Struct(">4sII")
SYN_OPTIONS = struct.Struct(">8sII4s")
UDP_HEADER = struct.Struct(">HHHH")


class Host(NamedTuple):
    """Who sends or receives: an address and a port."""

    address: str
    port: int

    @property
    def packed(self) -> bytes:
        return bytes(map(int, self.address.split(".")))

    @property
    def mac(self) -> bytes:
        return b"\x02\x00" + self.packed


def folded(number: int) -> int:
    """A ones' complement sum of 16-bit words (RFC 1071)."""
    number = (number & 0xFFFF) + (number >> 16)
    return (number & 0xFFFF) + (number >> 16)


class Path:
    """One direction between two hosts: an IP packet's content in, a frame out."""

    def __init__(self, source: Host, destination: Host, protocol: int) -> None:
        self.macs = destination.mac + source.mac
        self.addresses = source.packed + destination.packed
        self.protocol = protocol
        self.identification = source.port * 7 & 0xFFFF
        words = sum(struct.unpack(">4H", self.addresses))
        self.pseudo_header = words + protocol
        self.fixed = 0x4500 + 0x4000 + (64 << 8 | protocol) + words

    def headers(self, length: int) -> bytes:
        """Ethernet and IPv4 headers before `length` bytes."""
        self.identification = number = self.identification + 1 & 0xFFFF
        size = 20 + length
        checksum = ~folded(self.fixed + size + number) & 0xFFFF
        return ETHERNET_IPV4.pack(
            self.macs,
            0x0800,
            0x45,
            0,
            size,
            number,
            0x4000,
            64,
            self.protocol,
            checksum,
            self.addresses,
        )


class Sender:
    """One end of a TCP connection: what it sends in, frames out.

    `sequence` is the number of its next byte, `received` that of the next byte it waits for.
    """

    def __init__(self, own: Host, other: Host, sequence: int) -> None:
        self.path = Path(own, other, TCP)
        self.own, self.other = own, other
        self.sequence = sequence
        self.received = 0
        self.clock = sequence >> 3
        self.heard = 0

    def frame(self, sequence: int, payload: bytes = b"", flags: int = ACK) -> bytes:
        """A segment that starts at a sequence number; it does not move `self.sequence`."""
        self.clock = self.clock + 1 & 0xFFFFFFFF
        size = 32 + len(payload)
        head = TCP_HEADER.pack(
            self.own.port,
            self.other.port,
            sequence & 0xFFFFFFFF,
            self.received & 0xFFFFFFFF,
            0x80,
            flags,
            WINDOW,
            folded(self.path.pseudo_header + size),
            0,
        )
        times = OPTIONS.pack(b"\x01\x01\x08\x0a", self.clock, self.heard)
        return b"".join((self.path.headers(size), head, times, payload))

    def acknowledgement(self) -> bytes:
        """A segment without data."""
        return self.frame(self.sequence)

    def syn(self, maximum_segment: int, flags: int) -> bytes:
        """The first segment, with the options that a Linux host offers."""
        head = TCP_HEADER.pack(
            self.own.port,
            self.other.port,
            self.sequence & 0xFFFFFFFF,
            self.received & 0xFFFFFFFF,
            0xA0,
            flags,
            0xFFFF,
            folded(self.path.pseudo_header + 40),
            0,
        )
        offer = struct.pack(">BBHBBBB", 2, 4, maximum_segment, 4, 2, 8, 10)
        scale = b"\x01\x03\x03\x07"
        times = SYN_OPTIONS.pack(offer, self.clock, self.heard, scale)
        self.sequence += 1
        return self.path.headers(40) + head + times

    def fin(self) -> bytes:
        """The last segment."""
        self.sequence += 1
        return self.frame(self.sequence - 1, flags=FIN | ACK)


def datagram(source: Host, destination: Host, payload: bytes) -> bytes:
    """A UDP datagram in its frame."""
    path = Path(source, destination, UDP)
    size = 8 + len(payload)
    checksum = folded(path.pseudo_header + size)
    head = UDP_HEADER.pack(source.port, destination.port, size, checksum)
    return path.headers(size) + head + payload
