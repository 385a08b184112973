"""A layout reads what varies in its contents, if the rest is what they have in common."""

import pytest

from captures.make import records
from fcgidissect.fcgi.layout import LONGEST, Layout, Learnt
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.params import params_remarks

NAMES = (b"REQUEST_METHOD", b"REQUEST_URI", b"QUERY_STRING")


def content(*values: str) -> bytes:
    names = [name.decode() for name in NAMES]
    return records.pairs(dict(zip(names, values)))


def layout_of(*several: "tuple[bytes, bytes, bytes]") -> Layout:
    learnt = Learnt(NAMES, several[0])
    for values in several[1:]:
        learnt.see(values)
    assert learnt.looks == len(several)
    return Layout(learnt)


def varying(layout: Layout, content: bytes) -> object:
    read = layout.read(content)
    return read and read.varying


def test_what_does_not_vary_is_compared_and_what_does_is_read() -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/bc", b""))
    read = layout.read(content("GET", "/other", ""))
    assert read is not None
    assert read[:3] == (b"GET", b"/other", b"")
    assert (read.fixed, read.varying) == ((b"GET", b""), (b"/other",))
    assert layout.fixed == (b"GET", b"")
    assert layout.order.places == {NAMES[0]: 0, NAMES[1]: 2, NAMES[2]: 1}


@pytest.mark.parametrize("values", [("PUT", "/a", ""), ("GET", "/a", "a=b")])
def test_what_is_laid_out_in_another_way(values: "tuple[str, str, str]") -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/bc", b""))
    assert layout.read(content(*values)) is None


def test_a_long_value_and_a_short_one() -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/b", b""))
    for size in (0, 1, 127, 128, 4000):
        assert varying(layout, content("GET", "x" * size, "")) == (b"x" * size,)


def test_a_short_value_whose_length_has_four_bytes() -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/b", b""))
    pairs = zip(NAMES, ("GET", "/c", ""), (False, True, False))
    wide = b"".join(
        records.pair(name.decode(), value, long_value=long)
        for name, value, long in pairs
    )
    assert varying(layout, wide) == (b"/c",)


@pytest.mark.parametrize("place", range(len(content("GET", "/c", ""))))
def test_every_byte_of_a_content_counts(place: int) -> None:
    layout = layout_of((b"GET", b"/a", b""), (b"GET", b"/b", b""))
    whole = content("GET", "/c", "")
    changed = whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :]
    inside = whole.index(b"/c") <= place < whole.index(b"/c") + 2
    assert (layout.read(changed) is not None) == inside
    assert layout.read(whole[:place]) is None
    assert layout.read(whole[:place] + b"\xff" + whole[place:]) is None or inside


def test_what_is_usual_of_what_is_fixed() -> None:
    for query, usual, remarks in (("", True, ()), ("\n", False, None)):
        layout = layout_of((b"GET", b"/a", query.encode()))
        read = layout.read(content("GET", "/a", query))
        assert read and (read.usual, read.remarks) == (usual, remarks)


@pytest.mark.parametrize(
    "uri, software, usual",
    [
        ("/b", "nginx", True),
        ("/\u00e9", "nginx", True),
        ("/\n", "nginx", False),
        ("/fcgiclient", "nginx", True),
        ("/b", "go / fcgiclient ", False),
    ],
)
@pytest.mark.parametrize("other", ["nginx", "Apache"], ids=["known", "varies"])
def test_what_is_usual_of_what_varies(
    uri: str, software: str, usual: bool, other: str
) -> None:
    names = (b"REQUEST_URI", b"QUERY_STRING", b"SERVER_SOFTWARE")
    learnt = Learnt(names, (b"/a", b"", software.encode()))
    learnt.see((b"/", b"", software.encode()))
    learnt.see((b"/", b"", other.encode() if other != "nginx" else software.encode()))
    values = {"REQUEST_URI": uri, "QUERY_STRING": "", "SERVER_SOFTWARE": software}
    seen = Layout(learnt).read(records.pairs(values))
    assert seen is not None
    assert not (seen.usual and params_remarks(tuple(map(Pair._make, values.items()))))
    assert seen.usual == usual or "fcgiclient" in uri


def test_no_byte_of_a_capture_is_in_the_source() -> None:
    hostile = b'"); import os; ("'
    layout = Layout(Learnt((hostile, b"A"), [hostile, None]))  # type: ignore[list-item]
    assert "import" not in layout.source and "size = content[at +" in layout.source
    whole = records.pair(hostile.decode(), hostile.decode()) + records.pair("A", "b")
    assert varying(layout, whole) == (b"b",)


def test_a_hostile_content_is_refused_in_one_pass() -> None:
    layout = layout_of((b"a", b"b", b"c"), (b"d", b"e", b"f"))
    for piece in (b"\x0e\1REQUEST_METHOD", b"\x0b\1REQUEST_URI", b"x"):
        assert layout.read(piece * (LONGEST // len(piece))) is None
