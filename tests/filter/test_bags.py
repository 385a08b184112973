"""Values to bags: types of what is made of fields, and literals beside them."""

import pytest

from fcgidissect.filter import syntax, types
from fcgidissect.filter.bags import Bags
from fcgidissect.filter.complaints import Complaints
from fcgidissect.filter.parse import parse
from fcgidissect.filter.plan import Bag, Constant
from fcgidissect.filter.types import Type
from tests.filter.language import Registry

TYPES = [
    ("fcgi.id", types.NUMBER),
    ("@fcgi.id", types.BYTES),
    ("${fcgi.nv_name}", types.TEXT),
    ("fcgi.nv_name[0]", types.TEXT),
    ("fcgi[0]", types.BYTES),
    ("ip.src[0]", types.BYTES),
    ("len(fcgi)", types.NUMBER),
    ("-fcgi.id", types.NUMBER),
    ("fcgi.id + 1", types.NUMBER),
    ("1 + fcgi.id", types.NUMBER),
    ("float(fcgi.id) + fcgi.id", types.FLOAT),
    ("frame.time_delta * 2", types.SPAN),
    ("frame.time - frame.time", types.SPAN),
    ("frame.time + 1", types.DATE),
    ("frame.time - 1", types.DATE),
    ("ip.src & 255.0.0.0", types.IPV4),
    ("max(fcgi.id, float(fcgi.id))", types.FLOAT),
]


def bags(text: str) -> Bags:
    return Bags(Complaints(text, Registry()), Registry())


def value(text: str) -> syntax.Value:
    present = parse(text)
    assert isinstance(present, syntax.Present)
    return present.value


@pytest.mark.parametrize("text, wanted", TYPES)
def test_type(text: str, wanted: Type) -> None:
    bag = bags(text).typed(value(text))
    assert bag is not None and bag.type is wanted


@pytest.mark.parametrize("text", ["4", '"x"', "'x'", "1 + 1", "-4", "nonsense"])
def test_a_literal_has_no_type_of_its_own(text: str) -> None:
    assert bags(text).typed(value(text)) is None


def test_a_literal_is_what_it_stands_beside() -> None:
    made = [
        bags("64").against(Bag(kind, None), value("64"))
        for kind in (types.NUMBER, types.TEXT, types.BYTES, types.SPAN, types.FLOAT)
    ]
    found = [bag.value for bag in made if isinstance(bag, Constant)]
    assert found == [64, "64", b"\x64", 64 * 10**9, 64.0]
