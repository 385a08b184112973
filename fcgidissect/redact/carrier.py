"""A buffer of the capture, and where its bytes lie in the copy: what is written goes there.

Rules:
- A frame's buffer lies in the copy in one piece; a datagram's in those of its fragments.
- What may hold a secret begins as zeros in the copy, under checksums that are right for
  that. Each write keeps them right, innermost first: the sum of what is new comes to the
  total, that of what was there goes.
"""

from typing import Iterator, List, Protocol

_ALL = 0xFFFF


class Writable(Protocol):
    """Bytes that can be written anywhere."""

    def read(self, at: int, end: int) -> bytes:
        """The bytes from an offset to another."""

    def write(self, at: int, data: bytes) -> None:
        """Put bytes at an offset."""


class Extent:
    """A run of a carrier's bytes and what has them.

    Args:
        start: the offset of the first byte in the carrier, and `end` behind the last one.
        within: a frame's is in the copy, a datagram's in the carriers of its fragments.
        at: the offset of the first byte there.
    """

    __slots__ = ("start", "end", "within", "at")

    def __init__(self, start: int, end: int, within: Writable, at: int) -> None:
        self.start = start
        self.end = end
        self.within = within
        self.at = at


class Checksum:
    """An Internet checksum over a carrier's bytes (RFC 1071).

    Args:
        at: the offset of its two bytes.
        start: where what it covers begins, and `end` where it ends.
        total: the sum over all of it, the checksum's own bytes as zeros.
    """

    __slots__ = ("at", "start", "end", "total", "field")

    def __init__(self, at: int, start: int, end: int, total: int, field: bytes) -> None:
        self.at = at
        self.start = start
        self.end = end
        self.total = total
        self.field = field
        """Its bytes as they are in the copy."""

    @property
    def right(self) -> bytes:
        """What its bytes should be; never zero, which would say that there is none."""
        return (_ALL - self.total % _ALL).to_bytes(2, "big")


class Carrier:
    """A buffer of the capture, written through its extents."""

    __slots__ = ("extents", "checksums")

    def __init__(self, extents: "List[Extent]") -> None:
        self.extents = extents
        self.checksums: "List[Checksum]" = []

    def frames(self) -> "Iterator[int]":
        """Where the copy has the first byte of each frame of it."""
        for extent in self.extents:
            if isinstance(extent.within, Carrier):
                yield from extent.within.frames()
            else:
                yield extent.at

    def read(self, at: int, end: int) -> bytes:
        """The bytes that the copy has by now; zeros where it has none."""
        read = bytearray(end - at)
        for extent in self.extents:
            first, last = max(at, extent.start), min(end, extent.end)
            if first < last:
                begin = extent.at + first - extent.start
                data = extent.within.read(begin, begin + last - first)
                read[first - at : last - at] = data
        return bytes(read)

    def write(self, at: int, data: bytes) -> None:
        """Put bytes into the copy, and keep every checksum over them right."""
        for checksum in self.checksums:
            first, last = max(at, checksum.start), min(at + len(data), checksum.end)
            if first < last and at != checksum.at:
                odd = (first - checksum.start) & 1
                checksum.total += ones_sum(data[first - at : last - at], odd)
                checksum.total -= ones_sum(self.read(first, last), odd)
        for extent in self.extents:
            first, last = max(at, extent.start), min(at + len(data), extent.end)
            if first < last:
                begin = extent.at + first - extent.start
                extent.within.write(begin, data[first - at : last - at])
        self.correct()

    def correct(self) -> None:
        """Write the checksums that are not right, innermost first."""
        for checksum in self.checksums:
            if checksum.field != checksum.right:
                checksum.field = checksum.right
                self.write(checksum.at, checksum.field)


def ones_sum(data: bytes, odd: int = 0) -> int:
    """The sum of 16-bit words modulo 65535; `odd` for data that begins amid a word."""
    aligned = b"\0" * odd + data
    return int.from_bytes(aligned + b"\0" * (len(aligned) & 1), "big") % _ALL
