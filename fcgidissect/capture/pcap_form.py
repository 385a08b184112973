"""A pcap file's header in, out how its packets lie: byte order, widths, resolution.

The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html. What old
patches of libpcap made of it is known from what editcap writes and tshark reads.
"""

from struct import Struct
from typing import Any, Callable, List, Literal, NamedTuple, Tuple

from fcgidissect.capture.stream import Stream
from fcgidissect.net.frame import Source
from fcgidissect.text import BILLION

LINK_TYPE = 0x03FFFFFF
"""The link type's bits; those above them tell about a frame check sequence."""

SHORTEST_BOUND, LONGEST_BOUND = 1 << 18, 1 << 24
"""A packet that claims more than the file's snaplen, kept between these, is none.

Wireshark believes 256 KiB; some files name a snaplen of 2 GiB.
"""

RecordHeader = Tuple[int, int, int, int]
"""Seconds, fraction of a second, captured length, length on the wire."""

Unpack = Callable[[bytes, int], RecordHeader]
"""Reads the header of a packet at an offset of a buffer."""


class Variant(NamedTuple):
    """What files of one magic number have that others have not."""

    widths: Tuple[int, ...] = (16,)
    """Bytes that the header of a packet may have, the likelier number first."""
    skip: int = 0
    """Bytes behind the header of the file."""


USUAL = Variant((16, 24, 20))
"""Red Hat 6.1's tcpdump wrote 24 under the usual magic number, Nokia's 20."""

MODIFIED = {
    0xA1B2CD34: Variant((24, 28)),  # Alexey Kuznetzov's patches; SuSE 6.3's
    0x1C0001AC: Variant(skip=4),  # Ixia's hardware
    0x1C0001AB: Variant(skip=4),  # Ixia's software
}
"""The magic numbers that scapy does not know; all of them count microseconds."""

MICROSECONDS = 0xA1B2C3D4

ByteOrder = Literal["little", "big"]
ORDERS: "Tuple[ByteOrder, ...]" = ("little", "big")


def usual_magic(stream: Stream) -> Variant:
    """Put the usual magic number in a modified one's place; tell which that was."""
    magic = stream.peek(4)
    for order in ORDERS:
        variant = MODIFIED.get(int.from_bytes(magic, order))
        if variant:
            stream.read(4)
            stream.put_back(MICROSECONDS.to_bytes(4, order))
            return variant
    return USUAL


class PcapForm(NamedTuple):
    """How the packets of a pcap file lie in it."""

    source: Source
    unpack: Unpack
    width: int
    """Bytes of the header of a packet."""
    longest: int
    """Bytes of the longest packet that is believed."""

    @property
    def fraction(self) -> int:
        """Nanoseconds in one unit of a time stamp's fraction."""
        return int(10 ** (9 - self.source.digits))

    def sense(self, data: bytes) -> int:
        """How many of the first headers in `data` make sense; 0 where one does not."""
        begin = count = 0
        while begin + self.width <= len(data) and count < ENOUGH:
            _, parts, cap_len, length = self.unpack(data, begin)
            if parts * self.fraction >= BILLION or not 0 < cap_len <= length:
                return 0
            if cap_len > self.longest:
                return 0
            begin += self.width + cap_len
            count += 1
        return count


ENOUGH = 8
"""Headers that tell the width of all."""


def pcap_forms(
    header: bytes, reader: Any, variant: Variant, file: str
) -> List[PcapForm]:
    """What a pcap file may look like behind its header, the likelier first.

    Args:
        header: the first 24 bytes of the file.
        reader: scapy's raw reader of it.
        variant: which the magic number tells.
        file: the capture's name, for its source.
    """
    link_type = reader.linktype & LINK_TYPE
    source = Source(link_type, 9 if reader.nano else 6, None, file)
    longest = min(max(reader.snaplen, SHORTEST_BOUND), LONGEST_BOUND)
    version = Struct(reader.endian + "4xHH").unpack_from(header)
    return [
        PcapForm(source, _unpack(reader.endian, width, version), width, longest)
        for width in variant.widths
    ]


def likeliest(forms: List[PcapForm], data: bytes) -> PcapForm:
    """The first of `forms`, unless `data` makes sense in another one only.

    Args:
        data: what has come of the packets by now.
    """
    if forms[0].sense(data):
        return forms[0]
    return next((form for form in forms if form.sense(data) > 2), forms[0])


def _unpack(order: str, width: int, version: Tuple[int, int]) -> Unpack:
    read = Struct(f"{order}IIII{width - 16}x").unpack_from
    if version < (2, 3) or version == (543, 0):
        return lambda data, begin: _swapped(read(data, begin))
    if version == (2, 3):
        return lambda data, begin: _ordered(read(data, begin))
    return read


def _swapped(header: RecordHeader) -> RecordHeader:
    """Before version 2.3, and in DG/UX's 543.0, the length on the wire came first."""
    seconds, parts, length, cap_len = header
    return seconds, parts, cap_len, length


def _ordered(header: RecordHeader) -> RecordHeader:
    """Version 2.3 was written either way; what was captured is not the longer one."""
    seconds, parts, one, other = header
    return seconds, parts, min(one, other), max(one, other)
