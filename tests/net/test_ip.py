"""IP headers: their fields, their lengths, their fragments."""

from typing import Optional

import pytest

from captures.make import packets as p
from fcgidissect.fields import spans
from fcgidissect.net.ip import (
    Ipv4,
    Ipv6,
    extension,
    read_fragment,
    read_ipv4,
    read_ipv6,
)
from fcgidissect.net.step import Fragment, Span, Table

PAYLOAD = b"0123456789" * 4
TCP = (Table.IP_PROTOCOL, 6)


def span(data: bytes, length: int = 0) -> Span:
    return Span(data, 0, len(data), max(len(data), length))


def test_each_field_of_ipv4() -> None:
    step = read_ipv4(span(p.ipv4(PAYLOAD, "192.0.2.1", "192.0.2.9", id=77)))
    assert step is not None and isinstance(step.noun, Ipv4)
    ip = step.noun
    assert (ip.version, ip.len, ip.id, ip.ttl, ip.proto) == (4, 60, 77, 64, 6)
    assert ip.addr == (ip.src, ip.dst) == (b"\xc0\0\2\1", b"\xc0\0\2\x09")
    assert (step.size, step.upper, step.fragment) == (20, TCP, None)


def test_each_field_of_ipv6() -> None:
    step = read_ipv6(span(p.ipv6(PAYLOAD)))
    assert step is not None and isinstance(step.noun, Ipv6)
    ip = step.noun
    assert (ip.hlim, ip.addr) == (64, (p.packed("fd00::1"), p.packed("fd00::2")))
    assert (step.size, step.upper) == (40, TCP)


@pytest.mark.parametrize(
    "packet, length, wanted",
    [
        (p.ipv4(PAYLOAD), 60, 40),
        (p.ipv4(PAYLOAD) + b"pad", 63, 40),
        (p.ipv4(PAYLOAD, options=b"\1" * 12), 72, 40),
        (p.ipv4(PAYLOAD, total=0), 60, 40),
        (p.ipv4(PAYLOAD, total=0), 90_000, 89_980),
        (p.ipv4(PAYLOAD, total=20), 60, 0),
        (p.ipv4(PAYLOAD, total=9999), 60, 40),
        (p.ipv4(PAYLOAD, total=1000), 1000, 980),
        (p.ipv4(PAYLOAD, total=19), 60, None),
        (b"\x44" + p.ipv4(PAYLOAD)[1:], 60, None),
        (b"\x4f" + p.ipv4(PAYLOAD)[1:40], 40, None),
        (b"\x55" + p.ipv4(PAYLOAD)[1:], 60, None),
        (p.ipv4(PAYLOAD)[:19], 60, None),
    ],
    ids="plain padded options offloaded offloaded-and-cut empty overstated cut "
    "less-than-a-header four-words options-beyond version-5 half".split(),
)
def test_what_an_ipv4_packet_carries(
    packet: bytes, length: int, wanted: Optional[int]
) -> None:
    step = read_ipv4(span(packet, length))
    assert (step and step.inner.length) == wanted


@pytest.mark.parametrize(
    "packet, wanted",
    [
        (p.ipv6(PAYLOAD) + b"pad", 40),
        (p.ipv6(PAYLOAD, length=0), 40),
        (p.ipv6(PAYLOAD, length=9999), 40),
        (b"\x45" + p.ipv6(PAYLOAD)[1:], None),
        (p.ipv6(PAYLOAD)[:39], None),
    ],
    ids="padded jumbogram overstated version-4 half".split(),
)
def test_what_an_ipv6_packet_carries(packet: bytes, wanted: Optional[int]) -> None:
    step = read_ipv6(span(packet))
    assert (step and step.inner.length) == wanted


@pytest.mark.parametrize(
    "bits, wanted",
    [
        (0x0000, None),
        (0x4000, None),
        (0x2000, Fragment(9, 6, 0, True)),
        (0x2005, Fragment(9, 6, 40, True)),
        (0x0005, Fragment(9, 6, 40, False)),
    ],
    ids="whole do-not-fragment first middle last".split(),
)
def test_fragments_of_ipv4(bits: int, wanted: Optional[Fragment]) -> None:
    step = read_ipv4(span(p.ipv4(PAYLOAD, id=9, fragment=bits)))
    assert step is not None and step.fragment == wanted


@pytest.mark.parametrize(
    "place, wanted",
    [
        (0x0000, None),
        (0x0006, None),
        (0x0001, Fragment(9, 44, 0, True)),
        (0x0029, Fragment(9, 44, 40, True)),
        (0x0028, Fragment(9, 44, 40, False)),
    ],
    ids="atomic reserved-bits first middle last".split(),
)
def test_fragments_of_ipv6(place: int, wanted: Optional[Fragment]) -> None:
    step = read_fragment(span(p.pack(">BBHI", 6, 0, place, 9) + PAYLOAD))
    assert step is not None and (step.size, step.upper) == (8, TCP)
    assert step.fragment == wanted


@pytest.mark.parametrize(
    "unit, head, wanted",
    [
        (8, b"\x06\x00", 8),
        (8, b"\x06\x02", 24),
        (4, b"\x06\x04", 24),
        (8, b"\x06\x09", None),
        (8, b"\x06", None),
    ],
    ids="least longer authentication beyond half".split(),
)
def test_extension_headers(unit: int, head: bytes, wanted: Optional[int]) -> None:
    """RFC 8200 counts units of 8 bytes behind the first, RFC 4302 of 4 behind two."""
    data = head + bytes(40) if len(head) > 1 else head
    step = extension("x", "X", unit)(span(data))
    assert (step and step.size) == wanted
    assert step is None or step.upper == TCP


def test_fields_lie_where_they_are_read() -> None:
    four = spans(Ipv4)
    assert (four["version"], four["len"], four["ttl"], four["dst"]) == (
        (0, 1),
        (2, 2),
        (8, 1),
        (16, 4),
    )
    assert spans(Ipv6)["hlim"] == (7, 1) and spans(Ipv6)["addr"] == (8, 16)
