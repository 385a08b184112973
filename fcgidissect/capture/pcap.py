"""A pcap file's bytes behind its header in, batches out: a block at a time.

The format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html.
"""

from struct import Struct
from typing import Callable, Generator, List, NamedTuple, Optional, Tuple

from fcgidissect.capture.stream import Stream
from fcgidissect.net.frame import Batch, Source

Packets = List[Tuple[int, int, int, int]]
"""The packets of a `Batch`."""

RecordHeader = Tuple[int, int, int, int]
"""Seconds, fraction of a second, captured length, length on the wire."""


class PcapForm(NamedTuple):
    """How a pcap file's packets lie in it."""

    source: Source
    unpack: "Callable[[bytes, int], RecordHeader]"
    """Reads the header of a packet in a buffer."""
    width: int
    """Bytes of the header of a packet."""
    longest: int
    """Bytes of the longest packet that is believed."""

    @property
    def fraction(self) -> int:
        """Nanoseconds in one unit of a time stamp's fraction."""
        return int(10 ** (9 - self.source.digits))


def pcap_form(
    source: Source, endian: str, longest: int, extra: int = 0, swapped: bool = False
) -> PcapForm:
    """The form of a pcap file.

    Args:
        endian: its byte order, as a struct format has it.
        longest: bytes of the longest packet that is believed.
        extra: bytes in a packet's header behind the usual 16.
        swapped: the two lengths are the other way round.
    """
    header = Struct(f"{endian}IIII{extra}x")
    read = _swapped(header) if swapped else header.unpack_from
    return PcapForm(source, read, header.size, longest)


def _swapped(header: Struct) -> "Callable[[bytes, int], RecordHeader]":
    def read(data: bytes, position: int) -> RecordHeader:
        seconds, fraction, length, cap_len = header.unpack_from(data, position)
        return seconds, fraction, cap_len, length

    return read


def read_pcap(
    stream: Stream, form: PcapForm
) -> "Generator[Batch, None, Optional[str]]":
    """The batches of a pcap file; then what is wrong with it, or None.

    Args:
        stream: stands behind the file's header.
    """
    count, rest, wanted = 0, b"", form.width
    while len(data := stream.more(rest, wanted)) >= wanted:
        packets, end = _packets(data, form)
        if packets:
            count += len(packets)
            yield Batch(data, packets, form.source)
        rest, wanted = data[end:], form.width
        if len(rest) >= wanted:
            cap_len = form.unpack(rest, 0)[2]
            wanted += cap_len
            if cap_len > form.longest:
                return f"packet {count + 1} claims {cap_len} bytes: no more is readable"
    return stream.ending(f"in the middle of packet {count + 1}" if data else "")


def _packets(data: bytes, form: PcapForm) -> "tuple[Packets, int]":
    """The whole packets at the beginning of `data` and where the next one begins."""
    unpack, width, fraction = form.unpack, form.width, form.fraction
    longest = form.longest
    packets: Packets = []
    append = packets.append
    end = len(data)
    begin, last = 0, end - width
    while begin <= last:
        seconds, parts, cap_len, length = unpack(data, begin)
        start = begin + width
        behind = start + cap_len
        if behind > end or cap_len > longest:
            break
        append((seconds * 1_000_000_000 + parts * fraction, start, cap_len, length))
        begin = behind
    return packets, begin
