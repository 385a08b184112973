"""A glance at PARAMS tells what decoding all of them does, however often it looked before."""

from typing import Dict, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records
from fcgidissect.fcgi import glance as module
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.params import params_remarks

NAMES = st.sampled_from(
    ["REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH", "QUERY_STRING", "A", ""]
)
VALUES = st.text(st.characters(codec="utf-8"), max_size=3) | st.just("x" * 200)
PAIRS = st.lists(st.tuples(NAMES, VALUES, st.booleans(), st.booleans()), max_size=8)


def decoded(content: bytes) -> "Tuple[object, ...] | None":
    pairs, rest = decode(content)
    last = {name: value.encode("utf-8", "surrogateescape") for name, value in pairs}
    wanted = ("REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH")
    return None if rest else tuple(last.get(name, b"") for name in wanted)


def told(content: bytes) -> "Tuple[object, ...] | None":
    """What a glance tells, which calls nothing usual on which there is something to say."""
    seen = glance(content)
    assert seen is None or not (seen.usual and params_remarks(decode(content)[0]))
    return None if seen is None else seen[:3]


@given(st.lists(PAIRS, max_size=6), st.data())
def test_a_glance_tells_what_decoding_does(
    several: "List[List[Tuple[str, str, bool, bool]]]", data: st.DataObject
) -> None:
    contents = [b"".join(records.pair(*pair) for pair in pairs) for pairs in several]
    module._layouts.clear()
    for content in contents * 3:  # who comes again makes a layout, and then uses it
        assert told(content) == decoded(content)
        place = data.draw(st.integers(0, len(content)))
        for other in (content[:place], content[:place] + b"x" + content[place + 1 :]):
            assert told(other) == decoded(other)


USUAL = {"QUERY_STRING": "", "REQUEST_URI": "/a", "REQUEST_METHOD": "GET"}


@pytest.mark.parametrize(
    "changed, usual",
    [
        ({}, True),
        ({"REQUEST_URI": "/\u00e9"}, True),
        ({"REQUEST_URI": "/\n"}, False),
        ({"REQUEST_URI": "/\x7f"}, False),
        ({"PHP_VALUE": "a=b"}, False),
        ({"SERVER_SOFTWARE": "go / fcgiclient "}, False),
        ({"SCRIPT_FILENAME": "/x"}, False),
    ],
)
def test_what_is_usual(changed: "Dict[str, str]", usual: bool) -> None:
    content = records.pairs({**USUAL, **changed})
    for _ in range(3):
        assert [seen.usual for seen in [glance(content)] if seen] == [usual]


def test_layouts_are_bounded() -> None:
    for count in range(1, 2 * module._MOST):
        for _ in range(2):
            glance(records.pair("A", "x") * count)
    for _ in range(2):
        glance(records.pair("B", "x" * module._LONGEST))
    assert len(module._layouts) == module._MOST
    assert all(layout.names != (b"B",) for layout in module._layouts)


def test_a_list_of_names_that_came_once_makes_no_layout() -> None:
    module._layouts.clear()
    module._usual.clear()
    glance(records.pairs(USUAL))
    assert not module._layouts
    glance(records.pairs(USUAL))
    assert [layout.steps for layout in module._layouts] == [[]]


def test_a_layout_compares_what_does_not_vary_and_reads_what_does() -> None:
    module._layouts.clear()
    for uri in ("/a", "/b", "/long" * 40, "/c"):
        glance(records.pairs({**USUAL, "REQUEST_URI": uri}))
    (layout,) = module._layouts
    assert [name for _, _, name, _ in layout.steps] == [b"REQUEST_URI"]
