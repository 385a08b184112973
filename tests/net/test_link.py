"""Link headers: bytes in, noun and the next layer's number out."""

from typing import Optional

import pytest

from captures.make import packets as p
from fcgidissect.fields import fields_of, spans
from fcgidissect.net.link import (
    LINK_TYPES,
    Ethernet,
    Vlan,
    read_ethernet,
    read_llc,
    read_null,
    read_vlan,
)
from fcgidissect.net.step import IPV4, IPV6, Header, Reader, Span, Table, Upper

FOUR, SIX = p.ipv4(b"four"), p.ipv6(b"six")


def span(data: bytes) -> Span:
    return Span(data, 0, len(data), len(data))


@pytest.mark.parametrize(
    "link_type, frame, protocol, size, upper",
    [
        (0, p.null(FOUR), "null", 4, IPV4),
        (0, p.null(SIX, ">", 24), "null", 4, IPV6),
        (0, p.null(SIX, "<", 10), "null", 4, IPV6),
        (0, p.null(FOUR, "<", 7), "null", 4, None),
        (108, p.null(FOUR, ">"), "null", 4, IPV4),
        (12, SIX, "raw", 0, IPV6),
        (14, FOUR, "raw", 0, IPV4),
        (101, FOUR, "raw", 0, IPV4),
        (113, p.sll(FOUR), "sll", 16, IPV4),
        (113, p.sll(SIX), "sll", 16, IPV6),
        (228, FOUR, "raw", 0, IPV4),
        (229, SIX, "raw", 0, IPV6),
        (276, p.sll2(SIX), "sll", 20, IPV6),
    ],
)
def test_links_that_tell_the_next_layer_only(
    link_type: int, frame: bytes, protocol: str, size: int, upper: Optional[Upper]
) -> None:
    step = LINK_TYPES[link_type](span(frame))
    assert step is not None and isinstance(step.noun, Header)
    assert (step.noun.protocol, step.size, step.upper) == (protocol, size, upper)
    assert step.inner.start == size


def test_ethernet() -> None:
    step = read_ethernet(span(p.ethernet(FOUR)))
    assert step is not None and isinstance(step.noun, Ethernet)
    there, here = b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\x01"
    assert step.noun == (there, here, 0x0800) and step.noun.addr == (there, here)
    assert step.upper == IPV4


def test_a_type_below_0x600_is_a_length() -> None:
    step = read_ethernet(span(p.snap(FOUR) + b"padding"))
    assert step is not None and step.upper == (Table.LLC, 0)
    inner = read_llc(step.inner)
    assert inner is not None and inner.upper == IPV4
    assert inner.inner.length == len(FOUR)


def test_llc_without_snap_is_not_ours() -> None:
    assert read_llc(span(b"\x42\x42\x03" + bytes(30))) is None


def test_vlan() -> None:
    step = read_vlan(span(b"\xe0\x0a\x08\x00" + FOUR))
    assert step is not None and isinstance(step.noun, Vlan)
    assert (step.noun.id, step.upper, step.inner.start) == (10, IPV4, 4)


@pytest.mark.parametrize(
    "reader, least",
    [
        (read_ethernet, 14),
        (read_vlan, 4),
        (read_null, 4),
        (LINK_TYPES[113], 16),
        (LINK_TYPES[276], 20),
    ],
)
def test_half_a_header_is_none(reader: Reader, least: int) -> None:
    data = bytes(least)
    assert reader(Span(data, 0, least - 1, 99)) is None
    assert reader(span(data)) is not None


def test_fields_lie_where_they_are_read() -> None:
    assert spans(Ethernet) == {
        "dst": (0, 6),
        "src": (6, 6),
        "type": (12, 2),
        "addr": (0, 6),
    }
    assert spans(Vlan) == {"tag": (0, 2), "type": (2, 2), "id": (0, 2)}
    assert [field.name for _, field in fields_of(Vlan)] == ["vlan.id"]
