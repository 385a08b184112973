"""A pcap file's bytes behind its header in, batches of packets out, by the block."""

from typing import Generator, List, Optional, Tuple

from fcgidissect.capture.pcap_form import PcapForm, likeliest
from fcgidissect.capture.stream import Stream
from fcgidissect.net.frame import Batch
from fcgidissect.text import BILLION

Packets = List[Tuple[int, int, int, int]]
"""The packets of a `Batch`."""


def read_pcap(
    stream: Stream, forms: List[PcapForm]
) -> "Generator[Batch, None, Optional[str]]":
    """The batches of a pcap file; then what is wrong with it, or None.

    Args:
        stream: stands behind the file's header.
        forms: what may come there, the likelier first.
    """
    wanted = forms[0].width
    data = stream.more(b"", wanted)
    form = likeliest(forms, data)
    count = 0
    while len(data) >= wanted:
        packets, end = packets_of(data, form)
        if packets:
            yield Batch(data, packets, form.source)
        count += len(packets)
        rest, wanted = data[end:], form.width
        if len(rest) >= wanted:
            cap_len = form.unpack(rest, 0)[2]
            wanted += cap_len
            if cap_len > form.longest:
                return f"packet {count + 1} claims {cap_len} bytes: no more is readable"
        data = stream.again(rest, wanted)
    return stream.ending(f"in the middle of packet {count + 1}" if data else "")


def packets_of(data: bytes, form: PcapForm) -> "Tuple[Packets, int]":
    """The whole packets at the beginning of `data`, and where the next one begins."""
    unpack, width, fraction, longest = (
        form.unpack,
        form.width,
        form.fraction,
        form.longest,
    )
    packets: Packets = []
    append = packets.append
    end = len(data)
    begin, last, second, since = 0, end - width, -1, 0
    while begin <= last:
        seconds, parts, cap_len, length = unpack(data, begin)
        start = begin + width
        begin = start + cap_len
        if begin > end or cap_len > longest:
            return packets, start - width
        if seconds != second:  # a big number, which takes a while to be made
            second, since = seconds, seconds * BILLION
        append((since + parts * fraction, start, cap_len, length))
    return packets, begin
