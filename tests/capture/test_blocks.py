"""Parts of pcapng blocks."""

import pytest

from captures.make.files import options
from fcgidissect.capture.blocks import Layouts, byte_order, text, units_per_second


@pytest.mark.parametrize(
    "resolution, units",
    [
        (b"", 10**6),
        (b"\6", 10**6),
        (b"\x09", 10**9),
        (b"\x80", 1),
        (b"\x8a", 1024),
        (b"\x7f", 10**127),
        (b"\xff", 2**127),
        (b"\6\6", 10**6),
    ],
)
def test_units_per_second(resolution, units):
    assert units_per_second(resolution) == units


@pytest.mark.parametrize(
    "magic, order",
    [
        (b"\x1a\x2b\x3c\x4d", ">"),
        (b"\x4d\x3c\x2b\x1a", "<"),
        (b"\x1a\x2b\x3c\x4e", None),
    ],
)
def test_byte_order(magic, order):
    assert byte_order(magic) == order


@pytest.mark.parametrize("order", "<>")
def test_options_end_where_they_are_cut(order):
    said = [(1, b"a"), (2, b"four"), (300, b""), (1, b"12345")]
    data = options(said, order)
    layouts = Layouts(order)
    assert list(layouts.options(data, 0, len(data))) == said
    assert list(layouts.options(data, 0, len(data) - 8)) == said[:3]
    assert list(layouts.options(b"..." + data, 3, 3)) == []
    assert layouts.comments(data + data, 0, 2 * len(data)) == ("a", "12345")


@pytest.mark.parametrize(
    "value, wanted", [(b"caf\xc3\xa9\0\0", "café"), (b"\xe9", "\udce9")]
)
def test_text(value, wanted):
    assert text(value) == wanted
