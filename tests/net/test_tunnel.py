"""Tunnels: what each header says lies in it, and where."""

from typing import Optional

import pytest

from captures.make import packets as p
from fcgidissect.net import tunnel
from fcgidissect.net.step import ETHERNET, IPV4, IPV6, Reader, Span, Table, Upper

FOUR, SIX = p.ipv4(b"four"), p.ipv6(b"six")
PPP_IPV4: Upper = (Table.PPP_PROTOCOL, 0x21)
PPP_IPV6: Upper = (Table.PPP_PROTOCOL, 0x57)


def span(data: bytes) -> Span:
    return Span(data, 0, len(data), len(data))


@pytest.mark.parametrize(
    "reader, data, size, upper",
    [
        (tunnel.read_mpls, p.mpls(FOUR, 1, 2), 4, tunnel.MPLS_LABEL),
        (tunnel.read_mpls, p.mpls(FOUR, 1), 4, IPV4),
        (tunnel.read_mpls, p.mpls(SIX, 1), 4, IPV6),
        (tunnel.read_mpls, p.mpls(bytes(20), 1), 4, tunnel.CONTROL_WORD),
        (tunnel.read_mpls, p.mpls(b"\xff", 1), 4, None),
        (tunnel.read_mpls, p.mpls(b"", 1), 4, None),
        (tunnel.read_control_word, bytes(20), 4, ETHERNET),
        (tunnel.read_pppoe, p.pppoe(FOUR), 6, tunnel.PPP),
        (tunnel.read_ppp, b"\x00\x21" + FOUR, 2, PPP_IPV4),
        (tunnel.read_ppp, b"\xff\x03\x00\x57" + SIX, 4, PPP_IPV6),
        (tunnel.read_ppp, b"\x21" + FOUR, 1, PPP_IPV4),
        (tunnel.read_ppp, b"\xff\x03\x57" + SIX, 3, PPP_IPV6),
        (tunnel.read_gre, p.gre(FOUR), 4, IPV4),
        (tunnel.read_gre, p.gre(SIX, key=1), 8, IPV6),
        (tunnel.read_gre, p.gre(b"", 0x6558, key=1, sequence=2), 12, ETHERNET),
        (tunnel.read_gre, b"\x80\0\x08\0" + bytes(4) + FOUR, 8, IPV4),
        (
            tunnel.read_gre,
            b"\x30\x81\x88\x0b" + bytes(12) + b"\x21" + FOUR,
            16,
            tunnel.PPP,
        ),
        (tunnel.read_udp, p.udp(b"x", 4789), 8, (Table.UDP_PORT, 4789)),
        (tunnel.read_vxlan, p.vxlan(p.ethernet(FOUR))[8:], 8, ETHERNET),
        (tunnel.read_geneve, p.geneve(FOUR, 0x0800, bytes(12))[8:], 20, IPV4),
    ],
)
def test_what_lies_in_it(
    reader: Reader, data: bytes, size: int, upper: Optional[Upper]
) -> None:
    step = reader(span(data))
    assert step is not None
    assert (step.size, step.inner.start, step.upper) == (size, size, upper)
    assert reader(Span(data, 0, min(size, 4) - 1, 99)) is None, "half a header"


@pytest.mark.parametrize(
    "reader, data",
    [
        (tunnel.read_pppoe, b"\x11\xa7" + bytes(20)),
        (tunnel.read_gre, b"\x40\0\x08\0" + bytes(20)),
        (tunnel.read_gre, b"\x00\x02\x08\0" + bytes(20)),
        (tunnel.read_gre, b"\x30\0\x08\0" + bytes(7)),
        (tunnel.read_udp, p.udp(b"", 4789)[:4] + b"\0\x07\0\0"),
        (tunnel.read_vxlan, bytes(20)),
        (tunnel.read_geneve, b"\x40" + bytes(20)),
        (tunnel.read_geneve, b"\x02" + bytes(9)),
    ],
    ids="PPPoE-discovery GRE-routing GRE-version-2 GRE-cut UDP-length-7 VXLAN-without-I "
    "GENEVE-version-1 GENEVE-options-cut".split(),
)
def test_what_is_none_of_it(reader: Reader, data: bytes) -> None:
    assert reader(span(data)) is None


def test_lengths_cut_off_what_pads_the_frame() -> None:
    session = tunnel.read_pppoe(span(p.pppoe(FOUR) + b"padding"))
    assert session is not None and session.inner.length == len(FOUR) + 2
    datagram = tunnel.read_udp(span(p.udp(b"abc", 1) + b"padding"))
    assert datagram is not None and datagram.inner.length == 3
