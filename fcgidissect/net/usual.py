"""What nearly every frame begins with, for who reads what he wants of it by one look.

Usual is IPv4 without options, in one piece, directly behind a link header of fixed length.
"""

from struct import Struct

from fcgidissect.net.ip import FRAGMENT_OFFSET, MORE_FRAGMENTS

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


def header_bytes(network: int) -> "list[int]":
    """Bytes of all headers, by the octet of TCP's that has its data offset.

    A data offset too short to be one has headers that no frame ever holds.

    Args:
        network: bytes of the link header.
    """
    return [
        network + 20 + (octet >> 4 << 2) if octet >= LEAST_OFFSET else 1 << 62
        for octet in range(0x100)
    ]


def looks(network: str) -> "dict[int, tuple[int, Struct]]":
    """Link type -> bytes of its header, and what is read of a frame, its EtherType first.

    Args:
        network: what is read from the IP header on, as struct writes it.
    """
    links = {1: (14, ">12xH"), 113: (16, ">14xH"), 276: (20, ">H18x")}
    return {
        kind: (size, Struct(link + network)) for kind, (size, link) in links.items()
    }
