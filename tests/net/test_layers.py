"""A frame's headers in order, each with the bytes that it stands in."""

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import packets as p
from captures.make.packets import Conversation
from fcgidissect.net.defragment import Defragmenter
from fcgidissect.net.frame import Frame, Source
from fcgidissect.net.ip import Ipv4, Ipv6
from fcgidissect.net.layers import DEPTH, Layer, layers
from fcgidissect.net.link import LINK_TYPES, Ethernet, Vlan
from fcgidissect.net.step import Header
from fcgidissect.net.tcp import Tcp

TALK = Conversation()
FOUR = TALK.segment(TALK.client, b"payload")
NAMES = {Ethernet: "eth", Vlan: "vlan", Ipv4: "ip", Ipv6: "ipv6", Tcp: "tcp"}


def frame_of(data: bytes, link_type: int = 1, length: int = 0) -> Frame:
    """A frame amid other bytes of its buffer."""
    size = len(data)
    length = max(length, size)
    source = Source(link_type)
    return Frame(1, 0, 0, 0, size, length, b"<<" + data + b">>", 2, source)


def name(layer: Layer) -> str:
    noun = layer.noun
    return noun.protocol if isinstance(noun, Header) else NAMES[type(noun)]


@pytest.mark.parametrize(
    "data, names, ends",
    [
        (p.ethernet(FOUR), "eth ip tcp", [14, 34, 54]),
        (p.ethernet(p.vlan(FOUR, 5), 0x8100), "eth vlan ip tcp", [14, 18, 38, 58]),
        (
            p.ethernet(p.vlan(FOUR, 5), 0x88A8),
            "eth ieee8021ad ip tcp",
            [14, 18, 38, 58],
        ),
        (
            p.ethernet(p.mpls(FOUR, 1, 2), 0x8847),
            "eth mpls mpls ip tcp",
            [14, 18, 22, 42, 62],
        ),
        (
            p.ethernet(p.ipv4(p.gre(FOUR), protocol=47)),
            "eth ip gre ip tcp",
            [14, 34, 38, 58, 78],
        ),
        (
            p.ethernet(p.ipv6(p.extension(FOUR[20:]), next_header=0)),
            "eth ipv6 ipv6.hopopts tcp",
            [14, 54, 62, 82],
        ),
        (p.ethernet(p.ipv4(p.udp(b"x", 53), protocol=17)), "eth ip udp", [14, 34, 42]),
        (p.ethernet(b"", p.ARP), "eth", [14]),
        (p.ethernet(FOUR)[:40], "eth ip", [14, 34]),
        (b"", "", []),
    ],
)
def test_headers_and_their_places(data: bytes, names: str, ends: "List[int]") -> None:
    found = layers(frame_of(data))
    assert [name(layer) for layer in found] == names.split()
    assert [layer.end - 2 for layer in found] == ends
    assert [layer.start - 2 for layer in found] == ([0] + ends)[:-1]


def test_options_that_the_capture_cut_end_with_it() -> None:
    ends = "10.0.0.1", "10.0.0.2"
    packet = p.ipv4(p.tcp(*ends, 1, 2, 3, 4, p.ACK, options=b"\1" * 12), *ends)
    *_, top = layers(frame_of(p.ethernet(packet[:40]), length=66))
    assert isinstance(top.noun, Tcp) and top.end == 2 + 14 + 40


def test_the_header_of_a_reassembled_datagram_lies_in_it() -> None:
    """With a defragmenter; without one a fragment ends the walk."""
    first, last = p.ipv4_fragments(FOUR, 24)
    defragmenter = Defragmenter()
    assert [name(x) for x in layers(frame_of(first, 101), defragmenter)] == [
        "raw",
        "ip",
    ]
    *_, ip, top = layers(frame_of(last, 101), defragmenter)
    assert isinstance(ip.noun, Ipv4) and isinstance(top.noun, Tcp)
    assert top.data == FOUR[20:] and (top.start, top.end) == (0, 20)
    assert [name(x) for x in layers(frame_of(last, 101))] == ["raw", "ip"]


def test_an_unknown_link_type_has_no_layers() -> None:
    assert layers(frame_of(FOUR, 147)) == []


def test_a_frame_of_tags_alone_is_left_at_some_depth() -> None:
    data = p.ethernet(b"\0\1\x81\x00" * 5000, 0x8100)
    assert len(layers(frame_of(data))) == DEPTH


@given(st.sampled_from(sorted(LINK_TYPES)), st.binary(max_size=200))
def test_arbitrary_bytes_give_headers_one_behind_the_other(
    link_type: int, data: bytes
) -> None:
    at = 2
    for layer in layers(frame_of(data, link_type)):
        assert layer.start == at <= layer.end <= 2 + len(data)
        at = layer.end
