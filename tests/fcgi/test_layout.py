"""A layout matches what its contents have in common, and tells where the rest is."""

import pytest

from captures.make import records
from fcgidissect.fcgi.layout import LONGEST, Layout, Learnt, names_usual, written

NAMES = (b"REQUEST_METHOD", b"REQUEST_URI", b"QUERY_STRING")


def content(*values: str) -> bytes:
    names = [name.decode() for name in NAMES]
    return records.pairs(dict(zip(names, values)))


def layout_of(*several: "tuple[bytes, bytes, bytes]") -> Layout:
    learnt = Learnt(NAMES, several[0])
    for values in several:
        learnt.see(values)
    assert learnt.looks == len(several)
    return Layout(learnt)


def test_what_does_not_vary_is_compared_and_what_does_is_found() -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/bc", b""))
    found = layout.match(content("GET", "/other", ""))
    assert found is not None and found.groups() == (b"\6", b"/other")
    assert layout.fixed == (b"", b"GET", b"")
    assert layout.places == {NAMES[0]: 1, NAMES[1]: 3, NAMES[2]: 2}


@pytest.mark.parametrize(
    "values",
    [
        ("PUT", "/a", ""),
        ("GET", "/a", "a=b"),
        ("GET", "/\n", ""),
        ("GET", "/\x7f", ""),
    ],
)
def test_what_it_does_not_match(values: "tuple[str, str, str]") -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/bc", b""))
    assert layout.match(content(*values)) is None


def test_a_long_value_and_a_short_one() -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/b", b""))
    for size in (0, 1, 127, 128, 4000):
        found = layout.match(content("GET", "x" * size, ""))
        assert found is not None and found.groups() == (written(size), b"x" * size)


def test_what_is_usual() -> None:
    assert layout_of((b"GET", b"/a", b"")).usual
    assert not layout_of((b"GET", b"/a", b"\n")).usual
    assert not names_usual((b"PHP_VALUE", *NAMES)) and names_usual(NAMES)


def test_a_name_whose_length_could_be_part_of_a_value_makes_none() -> None:
    with pytest.raises(ValueError):
        Layout(Learnt((b"A" * 0x20,), [b"x"]))


def test_a_hostile_content_is_refused_in_one_pass() -> None:
    layout = layout_of((b"a", b"b", b"c"), (b"d", b"e", b"f"))
    for piece in (b"\x0e\1REQUEST_METHOD", b"\x0b\1REQUEST_URI", b"x"):
        assert layout.match(piece * (LONGEST // len(piece))) is None


@pytest.mark.parametrize(
    "length, wire", [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\0\0\x80")]
)
def test_lengths_as_they_are_written(length: int, wire: bytes) -> None:
    assert written(length) == wire
