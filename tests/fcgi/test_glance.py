"""A glance at PARAMS tells what decoding all of them does, however often it looked before."""

from typing import Dict, List, Optional, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from captures.make import records
from fcgidissect import notes
from fcgidissect.fcgi import glance as module
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import decode
from fcgidissect.fcgi.params import params_remarks
from fcgidissect.notes import Code
from tests.fcgi.layouts import forget

NAMES = st.sampled_from(
    "REQUEST_METHOD REQUEST_URI CONTENT_LENGTH QUERY_STRING SCRIPT_FILENAME PATH_INFO"
    " PHP_VALUE SERVER_SOFTWARE HTTP_A A".split() + [""]
)
VALUES = st.text(st.characters(codec="utf-8"), max_size=3) | st.sampled_from(
    ["x" * 200, "a=b\nextension=c", "Apache", "php/fcgiclient"]
)
PAIRS = st.lists(st.tuples(NAMES, VALUES, st.booleans(), st.booleans()), max_size=8)


def decoded(content: bytes) -> "Tuple[object, ...] | None":
    pairs, rest = decode(content)
    last = {name: value.encode("utf-8", "surrogateescape") for name, value in pairs}
    wanted = ("REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH")
    return None if rest else tuple(last.get(name, b"") for name in wanted)


def told(content: bytes) -> "Tuple[object, ...] | None":
    """What a glance tells, which says all that there is to say, or that it does not know."""
    seen = glance(content)
    if seen is None:
        return None
    pairs = decode(content)[0]
    names = [name for name, _ in pairs]
    assert seen.remarks is None or seen.remarks == params_remarks(pairs)
    assert not seen.usual or seen.remarks == () and len(set(names)) == len(names)
    assert {name: seen.param(name) for name, _ in pairs} == dict(pairs)
    assert seen.param("HTTP_NOT_SENT") is None
    return seen[:3]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layouts are made when the same names have come twice."""
    monkeypatch.setattr(module, "_WORTH", 2)
    forget()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PAIRS, max_size=6), st.data())
def test_a_glance_tells_what_decoding_does(
    several: "List[List[Tuple[str, str, bool, bool]]]", data: st.DataObject
) -> None:
    contents = [b"".join(records.pair(*pair) for pair in pairs) for pairs in several]
    forget()
    for content in contents * 3:  # what comes again is laid out
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
        ({"QUERY_STRING": b"\xc3", "REQUEST_URI": b"\xa9"}, False),
    ],
)
def test_what_is_usual(changed: "Dict[str, str | bytes]", usual: bool) -> None:
    content = records.pairs({**USUAL, **changed})
    for _ in range(3):
        assert [seen.usual for seen in [glance(content)] if seen] == [usual]


@pytest.mark.parametrize(
    "name, value, told",
    [
        ("SCRIPT_FILENAME", "/srv/a.php", []),
        ("SCRIPT_FILENAME", "/srv/b.php", [notes.REPEATED_PARAM]),
        ("PHP_VALUE", "a=b\nc=d", [notes.SETS_PHP]),
        ("PHP_VALUE", "extension=x", [notes.RUNS_CODE]),
        ("HTTP_X", "a\nb", None),
    ],
)
def test_what_a_configuration_gives_reason_to_say_is_known_at_a_glance(
    name: str, value: str, told: "Optional[List[Code]]"
) -> None:
    for uri in ("/a", "/b", "/c", "/d"):
        pairs = {**USUAL, "REQUEST_URI": uri, "SCRIPT_FILENAME": "/srv/a.php"}
        content = records.pairs({**pairs, "HTTP_A": "b"})
        seen = glance(content + records.pair(name, value))
        assert seen is not None and not seen.usual
        said = seen.remarks
        assert told == (None if said is None else [each.code for each in said])
    assert laid_out()


def see(*values: str, name: str = "A") -> None:
    for value in values:
        glance(records.pair(name, value))


def laid_out() -> "List[Tuple[bytes, ...]]":
    return [layout.order.names for layout in module._layouts]


def test_layouts_are_bounded() -> None:
    for count in range(1, 2 * module._MOST):
        for _ in range(2):
            glance(records.pair("A", "x") * count)
    see(*2 * ["x" * module.LONGEST], name="B")
    assert len(laid_out()) == module._MOST and (b"B",) not in laid_out()


@pytest.mark.parametrize("length", [0x7F, 0x80, module.LONGEST, 1 << 16])
def test_a_value_that_varies_may_be_of_any_length(length: int) -> None:
    see("x", "y")
    assert told(records.pair("REQUEST_URI", "x" * length)) == (b"", b"x" * length, b"")
    see("x", "y", name="REQUEST_URI")
    assert told(records.pair("REQUEST_URI", "x" * length)) == (b"", b"x" * length, b"")


def test_names_are_bounded() -> None:
    for count in range(2 * module._MOST_NAMES):
        see("x", name=str(count))
    assert len(module._learnt) <= module._MOST_NAMES


def test_what_comes_once_makes_no_layout() -> None:
    see("x")
    assert not laid_out()
    see("y")
    assert laid_out() == [(b"A",)]


def test_a_name_may_be_of_any_length() -> None:
    for size in (31, 32, 127, 128):
        see("x", "y", name="A" * size)
    assert laid_out() == [(b"A" * size,) for size in (31, 32, 127, 128)]


def test_what_does_not_fit_makes_another_layout() -> None:
    see("x", "x")
    (layout,) = module._layouts
    see("y")
    assert module._layouts == [layout]
    see("z")
    (layout,) = module._layouts
    assert layout.read(records.pair("A", "anything"))


def test_how_a_content_ends_tells_its_layouts() -> None:
    end = records.pair("B", "the end of a content")
    for content in (records.pair("A", each) + end for each in "xy"):
        assert told(content) == decoded(content)
    see("x", "y", name="C")
    assert list(module._by_end) == [end[-module._END :]]
    assert [layout.order.names for layout in module._by_no_end] == [(b"C",)]
    module._learnt.clear()
    for content in (records.pair("A", "z") + end, records.pair("C", "z" * 40)):
        assert told(content) == decoded(content)
    assert not module._learnt


@pytest.mark.parametrize("length", [0, 4, 6, 127])
def test_a_value_is_as_long_as_its_length_says(length: int) -> None:
    see("x", "y")
    content = bytearray(records.pair("A", "12345"))
    content[1] = length
    assert laid_out() == [(b"A",)] and glance(bytes(content)) is None
