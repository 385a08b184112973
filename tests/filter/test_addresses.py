"""Addresses and their special blocks."""

from ipaddress import ip_address, ip_network

import pytest

from fcgidissect.filter import addresses
from fcgidissect.filter.addresses import BLOCKS

NAMED = [
    ("127.0.0.1", "Loopback", 1),
    ("10.1.2.3", "Private-Use", 28),
    ("192.0.0.9", "Port Control Protocol Anycast", 30),
    ("192.0.0.7", "IPv4 Service Continuity Prefix", 28),
    ("192.0.0.20", "IETF Protocol Assignments", 0),
    ("255.255.255.255", "Limited Broadcast", 9),
    ("8.8.8.8", None, None),
    ("::1", "Loopback Address", 1),
    ("2001:db8::1", "Documentation", 0),
    ("2606:4700::1", None, None),
]


@pytest.mark.parametrize("text, name, mask", NAMED)
def test_special(text: str, name: "str | None", mask: "int | None") -> None:
    packed = ip_address(text).packed
    assert addresses.special_name(packed) == name
    assert addresses.special_mask(packed) == mask


@pytest.mark.parametrize(
    "test, inside, outside",
    [
        (addresses.is_rfc1918, "172.31.0.1", "172.32.0.1"),
        (addresses.is_link_local, "169.254.1.1", "169.255.1.1"),
        (addresses.is_link_local, "fe80::1", "fec0::1"),
        (addresses.is_multicast, "239.0.0.1", "240.0.0.1"),
        (addresses.is_multicast, "ff02::1", "fe80::1"),
        (addresses.is_ula, "fd00::1", "fe00::1"),
    ],
)
def test_kinds_of_addresses(test, inside: str, outside: str) -> None:  # type: ignore[no-untyped-def]
    assert test(ip_address(inside).packed) and not test(ip_address(outside).packed)


def test_blocks_are_networks_named_once() -> None:
    networks = [ip_network(block.network) for block in BLOCKS]
    assert len(set(networks)) == len(networks)
    assert all(set(block.purposes) <= set("SDFGR") for block in BLOCKS)
