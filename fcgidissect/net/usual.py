"""What nearly every frame begins with, for who reads what he wants of it by one look.

Usual is IPv4 without options, in one piece, directly behind a link header of fixed length.
"""

from struct import Struct

from fcgidissect.net.ip import FRAGMENT_OFFSET, MORE_FRAGMENTS
from fcgidissect.net.tcp import TURN

ETHERTYPE = 0x0800
VERSION_AND_LENGTH = 0x45
"""The first octet of IPv4 without options."""
TCP, UDP = 6, 17
PART = MORE_FRAGMENTS | FRAGMENT_OFFSET
"""The bits that tell a fragment."""
WHOLE = PART << 16 | 0xFF
"""Those and the protocol, where flags, fragment offset, time to live and protocol are read
as one number: it is the protocol's in a packet that is no fragment."""
LEAST_OFFSET = 5 << 4
"""The data offset of a TCP header without options, in its octet."""
_TOO_MANY = 1 << 30
"""Bytes that no packet has."""


def _header_bytes() -> "list[int]":
    headers: "list[int]" = []
    for offset in range(16):
        size = 20 + 4 * offset if offset << 4 >= LEAST_OFFSET else _TOO_MANY
        # The three lowest bits of the 12 behind the data offset are those of TURN.
        headers += ([size] + [_TOO_MANY] * TURN) * (1 << 9)
    return headers


HEADER_BYTES = _header_bytes()
"""The 16 bits of a TCP header that have its data offset and its control bits -> bytes of it
and of the IP header before it; more than any packet has where the data offset is too short
to be one, and where the segment begins or ends something."""


def looks(network: str) -> "dict[int, tuple[int, Struct]]":
    """Link type -> bytes of its header, and what is read of a frame, its EtherType first.

    Args:
        network: what is read from the IP header on, as struct writes it.
    """
    links = {1: (14, ">12xH"), 113: (16, ">14xH"), 276: (20, ">H18x")}
    return {
        kind: (size, Struct(link + network)) for kind, (size, link) in links.items()
    }
