"""Addresses in, the blocks of special purpose that they are in out."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple, Optional, Union


class Block(NamedTuple):
    """A row of IANA's registries of special-purpose addresses (RFC 6890)."""

    network: str
    name: str
    purposes: str
    """Letters of what is true of it: Source, Destination, Forwardable, Global, Reserved."""


BLOCKS = (
    Block("0.0.0.0/8", '"This network"', "SR"),
    Block("0.0.0.0/32", '"This host on this network"', "SR"),
    Block("10.0.0.0/8", "Private-Use", "SDF"),
    Block("100.64.0.0/10", "Shared Address Space", "SDF"),
    Block("127.0.0.0/8", "Loopback", "R"),
    Block("169.254.0.0/16", "Link Local", "SDR"),
    Block("172.16.0.0/12", "Private-Use", "SDF"),
    Block("192.0.0.0/24", "IETF Protocol Assignments", ""),
    Block("192.0.0.0/29", "IPv4 Service Continuity Prefix", "SDF"),
    Block("192.0.0.8/32", "IPv4 dummy address", "S"),
    Block("192.0.0.9/32", "Port Control Protocol Anycast", "SDFG"),
    Block("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "SDFG"),
    Block("192.0.0.170/32", "NAT64/DNS64 Discovery", "R"),
    Block("192.0.0.171/32", "NAT64/DNS64 Discovery", "R"),
    Block("192.0.2.0/24", "Documentation (TEST-NET-1)", ""),
    Block("192.31.196.0/24", "AS112-v4", "SDFG"),
    Block("192.52.193.0/24", "AMT", "SDFG"),
    Block("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", ""),
    Block("192.168.0.0/16", "Private-Use", "SDF"),
    Block("192.175.48.0/24", "Direct Delegation AS112 Service", "SDFG"),
    Block("198.18.0.0/15", "Benchmarking", "SDF"),
    Block("198.51.100.0/24", "Documentation (TEST-NET-2)", ""),
    Block("203.0.113.0/24", "Documentation (TEST-NET-3)", ""),
    Block("240.0.0.0/4", "Reserved", "R"),
    Block("255.255.255.255/32", "Limited Broadcast", "DR"),
    Block("::1/128", "Loopback Address", "R"),
    Block("::/128", "Unspecified Address", "SR"),
    Block("::ffff:0:0/96", "IPv4-mapped Address", "R"),
    Block("64:ff9b::/96", "IPv4-IPv6 Translat.", "SDFG"),
    Block("64:ff9b:1::/48", "IPv4-IPv6 Translat.", "SDF"),
    Block("100::/64", "Discard-Only Address Block", "SDF"),
    Block("2001::/23", "IETF Protocol Assignments", ""),
    Block("2001::/32", "TEREDO", "SDF"),
    Block("2001:2::/48", "Benchmarking", "SDF"),
    Block("2001:3::/32", "AMT", "SDFG"),
    Block("2001:4:112::/48", "AS112-v6", "SDFG"),
    Block("2001:20::/28", "ORCHIDv2", "SDFG"),
    Block("2001:db8::/32", "Documentation", ""),
    Block("2002::/16", "6to4", "SDF"),
    Block("2620:4f:8000::/48", "Direct Delegation AS112 Service", "SDFG"),
    Block("fc00::/7", "Unique-Local", "SDF"),
    Block("fe80::/10", "Link-Local Unicast", "SDR"),
)

_BITS = {"R": 1, "G": 2, "F": 4, "D": 8, "S": 16}
"""Wireshark's bits of ip_special_mask."""
_NETWORKS = [(ip_network(block.network), block) for block in BLOCKS]


def special_name(address: bytes) -> Optional[str]:
    """The name of its block; None where it is in none."""
    block = _block(address)
    return block and block.name


def special_mask(address: bytes) -> Optional[int]:
    """The bits of its block; None where it is in none."""
    block = _block(address)
    return None if block is None else sum(_BITS[letter] for letter in block.purposes)


def is_link_local(address: bytes) -> bool:
    """169.254.0.0/16 or fe80::/10."""
    return _parsed(address).is_link_local


def is_multicast(address: bytes) -> bool:
    """224.0.0.0/4 or ff00::/8."""
    return _parsed(address).is_multicast


def is_rfc1918(address: bytes) -> bool:
    """10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."""
    return special_name(address) == "Private-Use"


def is_ula(address: bytes) -> bool:
    """fc00::/7 (RFC 4193)."""
    return address[0] & 0xFE == 0xFC


def _parsed(address: bytes) -> "Union[IPv4Address, IPv6Address]":
    return ip_address(address)


@lru_cache(1 << 10)
def _block(address: bytes) -> Optional[Block]:
    """The narrowest block that the address is in."""
    parsed = _parsed(address)
    blocks = [
        (network.prefixlen, block) for network, block in _NETWORKS if parsed in network
    ]
    return max(blocks, default=(0, None))[1]
