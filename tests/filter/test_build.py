"""Plans as Python source, and what the compiled function costs and asks."""

import pytest

from fcgidissect.filter.build import row_getter
from fcgidissect.filter.plan import Fetch
from fcgidissect.filter.types import NUMBER
from tests.filter.language import RECORD, Registry, compiled

SOURCES = [
    ("", "lambda row: True"),
    ("fcgi.type == 4", "lambda row: (4 in fcgi_type_0(row))"),
    ("4 == fcgi.type", "lambda row: (4 in fcgi_type_0(row))"),
    ("fcgi.type", "lambda row: (not not fcgi_type_0(row))"),
    ("not fcgi", "lambda row: (not (not not fcgi_0(row)))"),
    ("fcgi.type > 4", "lambda row: any(map(gt_0, fcgi_type_1(row)))"),
    (
        "fcgi.type != 4",
        "lambda row: ((4 not in bag_0) if (bag_0 := fcgi_type_0(row)) else False)",
    ),
    ('fcgi.nv_name contains "{}"', "lambda row: any(map(contains_0, fcgi_nv_name_2(row), each_1))"),
    ("all fcgi.content.data == 7b:7d", None),
    ("fcgi.content.data != 7b:7d", None),
    ("fcgi.type == 1 or fcgi.type == 2", "lambda row: ((1 in fcgi_type_0(row)) or (2 in fcgi_type_0(row)))"),
]  # fmt: skip


@pytest.mark.parametrize("expression, source", SOURCES)
def test_source(expression: str, source: "str | None") -> None:
    built = compiled(expression)
    assert source is None or built.source == source
    assert built.matches(RECORD) in (True, False)


def test_a_comparison_asks_its_field_once() -> None:
    asked = []

    class Counting(dict):  # type: ignore[type-arg]
        def get(self, name, default=None):  # type: ignore[no-untyped-def]
            asked.append(name)
            return super().get(name, default)

    assert compiled("all tcp.port > 1000 and fcgi.type == 4").matches(Counting(RECORD))
    assert asked == ["tcp.port", "fcgi.type"]


@pytest.mark.parametrize(
    "expression", ["fcgi.type == 5 and fcgi.id", "fcgi.type or fcgi.id"]
)
def test_the_rest_is_not_asked_when_it_is_decided(expression: str) -> None:
    class Failing(dict):  # type: ignore[type-arg]
        def get(self, name, default=None):  # type: ignore[no-untyped-def]
            assert name == "fcgi.type"
            return super().get(name, default)

    assert compiled(expression).matches(Failing(RECORD)) is ("or" in expression)


@pytest.mark.parametrize(
    "operator, many", [("or", 20_000), ("and", 2_000), ("xor", 2_000)]
)
def test_many_conditions(operator: str, many: int) -> None:
    equal = "!=" if operator == "and" else "=="
    terms = (f"fcgi.id {equal} {number + 8}" for number in range(many))
    built = compiled(f" {operator} ".join(terms))
    assert built.matches(RECORD) is (operator == "and")
    assert built.matches({"fcgi.id": [many]}) is (operator != "and")


def test_a_large_set() -> None:
    built = compiled("fcgi.id in {" + ", ".join(map(str, range(100, 30_000, 2))) + "}")
    assert built.matches({"fcgi.id": [102]}) and not built.matches({"fcgi.id": [103]})


def test_deep_conditions_compile() -> None:
    text = "(fcgi.id != 4 and not (fcgi.id == 3 or " * 26 + "fcgi.id" + "))" * 26
    assert compiled(text).matches(RECORD) in (True, False)


def test_getters_of_rows() -> None:
    access = Registry().find("tcp.port")
    plain = Fetch(NUMBER, None, access)
    assert list(row_getter(None)(plain)(RECORD)) == [9000, 51000]
    raw = Fetch(NUMBER, None, access, raw=True)
    assert row_getter(None)(raw)(RECORD) == [b"\x23\x28", b"\xc7\x38"]
    reference = Fetch(NUMBER, None, access, of_reference=True)
    assert list(row_getter({"tcp.port": [1]})(reference)(RECORD)) == [1]
    assert list(row_getter(None)(reference)(RECORD)) == []
