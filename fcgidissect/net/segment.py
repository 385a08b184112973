"""What the layers below TCP leave of a frame, and what the stream makes of it."""

from typing import NamedTuple

from fcgidissect.notes import Note

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
"""Control bits of a TCP header (RFC 9293, section 3.1)."""


class Segment(NamedTuple):
    """One TCP segment (RFC 9293, section 3.1) where it lies in a buffer."""

    key: bytes
    """Source address, destination address, source port, destination port as on the wire:
    12 bytes for IPv4, 36 for IPv6; the conversation's other direction has them swapped."""
    seq: int
    ack: int
    flags: int
    """The control bits, FIN the lowest."""
    data: bytes
    """The buffer that holds its payload."""
    start: int
    """The offset of the payload in `data`."""
    end: int
    """The offset behind the last payload byte that the capture holds."""
    length: int
    """Payload bytes on the wire; more than `end - start` where the capture cut the frame."""


class Chunk(NamedTuple):
    """Bytes of one direction that are next in order, or the fact that some are missing."""

    data: bytes
    start: int
    end: int
    lost: int = 0
    """Bytes directly before this chunk that the capture does not hold; -1 where nobody knows how many (a
    start in mid-stream)."""
    notes: "tuple[Note, ...]" = ()
