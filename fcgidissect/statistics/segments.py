"""Batches of packets in, their TCP segments out, whatever ports they use."""

from typing import Iterator, List, Tuple

from fcgidissect.limits import Limits
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.flow import Conversations
from fcgidissect.net.frame import Batch
from fcgidissect.net.link import LINK_TYPES
from fcgidissect.net.segment import segment_of

Seen = Tuple[int, int, int, bytes]
"""(time, bytes of the frame on the wire, tcp.stream, the segment's key)."""


class Segments:
    """All TCP conversations of a capture, whose bytes nobody decodes."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.first: "int | None" = None
        """When the capture's first packet came."""
        self._defragmenter = Defragmenter(limits)
        self._conversations = Conversations(lambda source, destination: False, limits)

    def feed(self, batch: Batch) -> "Iterator[Seen]":
        """The segments of the next packets."""
        data, packets, source, _ = batch
        if self.first is None and packets:
            self.first = packets[0][0]
        if source.link_type not in LINK_TYPES:
            return
        for time, start, cap_len, length in packets:
            stop = start + cap_len
            segment = segment_of(
                data, start, stop, length, source.link_type, self._defragmenter
            )
            if segment is not None:
                number = self._conversations.flow(segment).number
                yield time, length, number, segment.key


def ends(key: bytes) -> "List[Tuple[bytes, int]]":
    """(address, port) of a segment's source and destination."""
    half = len(key) // 2 - 2
    ports = int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")
    return [(key[:half], ports[0]), (key[half:-4], ports[1])]
