"""The short way from a frame to its segment, held against the long one."""

from typing import List, Tuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from captures.make import packets as p
from captures.make.packets import ACK, Conversation
from fcgidissect.net.link import LINK_TYPES
from fcgidissect.net.segment import Segment, segment_by_layers, segment_of
from fcgidissect.net.step import Span

TALK = Conversation()
FOUR = TALK.segment(TALK.client, b"payload")
TALK6 = Conversation("fd00::1", "fd00::2")
SIX = TALK6.segment(TALK6.client, b"payload")
KEY = b"\x0a\0\0\1\x0a\0\0\2\x9c\x40\x1f\x40"
KEY6 = p.packed("fd00::1") + p.packed("fd00::2") + KEY[-4:]

FRAMES: "List[Tuple[str, int, bytes]]" = [
    ("Ethernet", 1, p.ethernet(FOUR)),
    ("Ethernet, padded", 1, p.ethernet(FOUR, least=80, trailer=b"TAIL")),
    ("Ethernet, IPv6", 1, p.ethernet(SIX)),
    ("SNAP", 1, p.snap(FOUR)),
    ("VLAN", 1, p.ethernet(p.vlan(FOUR, 5), 0x8100)),
    (
        "three tags",
        1,
        p.ethernet(p.vlan(p.vlan(p.vlan(SIX, 5), 6, 0x8100), 7, 0x8100), 0x88A8),
    ),
    ("SLL", 113, p.sll(FOUR)),
    ("SLL2", 276, p.sll2(SIX)),
    ("raw", 101, FOUR),
    ("raw, IPv6", 12, SIX),
    ("raw IPv4", 228, FOUR),
    ("raw IPv6", 229, SIX),
    ("NULL", 0, p.null(FOUR)),
    ("NULL, big-endian", 0, p.null(FOUR, ">")),
    ("NULL, FreeBSD's IPv6", 0, p.null(SIX, "<", 28)),
    ("LOOP", 108, p.null(SIX, ">", 24)),
    ("PPP", 9, b"\xff\x03\x00\x21" + FOUR),
    ("PPP, compressed", 50, b"\x57" + SIX),
    ("PPPoE", 51, p.pppoe(FOUR)),
    ("PPPoE on Ethernet", 1, p.ethernet(p.pppoe(SIX), 0x8864, least=120)),
    ("IPv4 options", 1, p.ethernet(p.ipv4(FOUR[20:], options=b"\1" * 8))),
    ("total length 0", 1, p.ethernet(p.ipv4(FOUR[20:], total=0))),
    ("total length too long", 1, p.ethernet(p.ipv4(FOUR[20:], total=9999))),
    ("payload length 0", 1, p.ethernet(p.ipv6(SIX[40:], length=0))),
    ("hop-by-hop", 1, p.ethernet(p.ipv6(p.extension(SIX[40:]), next_header=0))),
    (
        "authentication",
        1,
        p.ethernet(p.ipv6(b"\6\1" + bytes(10) + SIX[40:], next_header=51)),
    ),
    ("MPLS", 1, p.ethernet(p.mpls(FOUR, 16, 17), 0x8847)),
    (
        "MPLS, Ethernet below",
        1,
        p.ethernet(p.mpls(bytes(4) + p.ethernet(FOUR), 16), 0x8847),
    ),
    ("GRE", 1, p.ethernet(p.ipv4(p.gre(FOUR, key=1, sequence=2), protocol=47))),
    (
        "GRE, version 1",
        1,
        p.ethernet(
            p.ipv4(b"\x30\x81\x88\x0b" + bytes(12) + b"\x21" + FOUR, protocol=47)
        ),
    ),
    ("VXLAN", 1, p.ethernet(p.ipv4(p.vxlan(p.ethernet(SIX)), protocol=17))),
    (
        "VXLAN, Linux's port",
        1,
        p.ethernet(
            p.ipv4(p.udp(b"\x08" + bytes(7) + p.ethernet(FOUR), 8472), protocol=17)
        ),
    ),
    ("GENEVE", 1, p.ethernet(p.ipv6(p.geneve(FOUR, 0x0800, bytes(8)), next_header=17))),
    ("IPv4 in IPv4", 1, p.ethernet(p.ipv4(FOUR, protocol=4))),
    (
        "four tunnels, one in the other",
        1,
        p.ethernet(
            p.ipv4(
                p.ipv4(p.ipv4(p.ipv4(SIX, protocol=41), protocol=4), protocol=4),
                protocol=4,
            )
        ),
    ),
    ("6in4", 1, p.ethernet(p.ipv4(SIX, protocol=41))),
]
names = pytest.mark.parametrize(
    "link_type, frame", [f[1:] for f in FRAMES], ids=[f[0] for f in FRAMES]
)


def both(link_type: int, frame: bytes, length: int = 0) -> "List[object]":
    """The short way and the long one, each amid other bytes of the buffer."""
    data = b"\x45" * 20 + frame + b"\x45" * 60
    end, size = 20 + len(frame), max(length, len(frame))
    return [
        segment_of(data, 20, end, length or size, link_type),
        segment_by_layers(Span(data, 20, end, size), link_type, None),
    ]


@names
def test_a_segment_is_found_under_whatever_it_is_in(
    link_type: int, frame: bytes
) -> None:
    short, long = both(link_type, frame)
    assert isinstance(short, Segment) and short == long
    assert (
        short.key in (KEY, KEY6) and short.data[short.start : short.end] == b"payload"
    )
    assert (short.seq, short.ack, short.flags, short.length) == (1000, 5000, ACK, 7)


@names
def test_cut_anywhere_it_is_the_same_segment_or_none(
    link_type: int, frame: bytes
) -> None:
    whole, _ = both(link_type, frame)
    assert isinstance(whole, Segment)
    for size in range(len(frame)):
        short, long = both(link_type, frame[:size], len(frame))
        assert short == long
        if isinstance(short, Segment):
            assert short[:4] == whole[:4] and short.length == 7
            assert short.end - short.start == min(7, max(0, size + 20 - whole.start))


@pytest.mark.parametrize(
    "frame",
    [
        p.ethernet(bytes(28), p.ARP),
        p.ethernet(p.ipv4(p.udp(b"x", 53), protocol=17)),
        p.ethernet(p.ipv4(b"\x08\0" + bytes(40), protocol=1)),
        p.ethernet(p.ipv6(b"\x80\0" + bytes(40), next_header=58)),
        p.ethernet(p.ipv4(FOUR[20:], fragment=p.MORE_FRAGMENTS)),
        p.ethernet(p.ipv4(FOUR[20:], total=39)),
        p.ethernet(p.ipv4(FOUR[20:32] + b"\x40" + FOUR[33:])),
        p.ethernet(p.ipv4(FOUR[20:32] + b"\xf0" + FOUR[33:])),
        p.ethernet(b"\x65" + FOUR[1:], 0x0800),
        p.ethernet(p.vlan(b"", 5, 0x0800), 0x8100),
        b"",
    ],
    ids="ARP, UDP, ICMP, ICMPv6, fragment, IP too short, offset too small, offset too large, "
    "no version, empty VLAN, empty".split(", "),
)
def test_no_segment(frame: bytes) -> None:
    assert both(1, frame) == [None, None]


def test_an_unknown_link_type_has_no_segments() -> None:
    assert both(147, FOUR) == [None, None]


mutations = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), max_size=4)


@given(st.sampled_from(FRAMES), mutations, st.integers(0, 200), st.integers(0, 200))
@example(FRAMES[0], [(16, 0), (17, 20)], 200, 0)
def test_short_and_long_way_agree(
    named: "Tuple[str, int, bytes]",
    changes: "List[Tuple[int, int]]",
    size: int,
    length: int,
) -> None:
    """On frames with some bytes changed, cut anywhere, of any claimed length."""
    _, link_type, frame = named
    changed = bytearray(frame)
    for at, value in changes:
        changed[at % len(changed)] = value
    short, long = both(link_type, bytes(changed[:size]), length)
    assert short == long


@given(
    st.sampled_from(sorted(LINK_TYPES)), st.binary(max_size=200), st.integers(0, 999)
)
def test_arbitrary_bytes_never_raise(link_type: int, frame: bytes, length: int) -> None:
    short, long = both(link_type, frame, length)
    assert short == long
