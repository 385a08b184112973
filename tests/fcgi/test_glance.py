"""A glance at PARAMS tells what decoding all of them does, however often it looked before."""

from typing import List, Tuple

from hypothesis import given
from hypothesis import strategies as st

from captures.make import records
from fcgidissect.fcgi import glance as module
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import decode

NAMES = st.sampled_from(
    ["REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH", "SCRIPT_NAME", "A", ""]
)
VALUES = st.text(st.characters(codec="ascii"), max_size=3) | st.just("x" * 200)
PAIRS = st.lists(st.tuples(NAMES, VALUES, st.booleans(), st.booleans()), max_size=8)


def decoded(content: bytes) -> "Tuple[bytes, ...] | None":
    pairs, rest = decode(content)
    last = {name: value.encode("utf-8", "surrogateescape") for name, value in pairs}
    wanted = ("REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH")
    return None if rest else tuple(last.get(name, b"") for name in wanted)


@given(st.lists(PAIRS, max_size=6), st.data())
def test_a_glance_tells_what_decoding_does(
    several: "List[List[Tuple[str, str, bool, bool]]]", data: st.DataObject
) -> None:
    contents = [b"".join(records.pair(*pair) for pair in pairs) for pairs in several]
    for content in contents * 3:  # two of a length make a layout, the third uses it
        assert glance(content) == decoded(content)
        place = data.draw(st.integers(0, len(content)))
        for other in (content[:place], content[:place] + b"x" + content[place + 1 :]):
            assert glance(other) == decoded(other)


def test_layouts_are_bounded() -> None:
    for size in range(2 * module._MOST):
        for _ in range(2):
            glance(records.pair("A", "x" * size))
    assert len(module._layouts) <= module._MOST
    assert glance(records.pair("A", "x" * 2 * module._LONGEST)) is not None
    assert max(module._layouts) <= module._LONGEST
