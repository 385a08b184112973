"""Plans: the fields that they ask for."""

import pytest

from fcgidissect.filter.check import check
from fcgidissect.filter.parse import parse
from fcgidissect.filter.plan import fetches
from tests.filter.language import Registry

ASKED = [
    ("", []),
    ("fcgi", ["fcgi"]),
    ("not (fcgi.id or fcgi.type)", ["fcgi.id", "fcgi.type"]),
    (
        "max(fcgi.id, {fcgi.type + 1}) == -frame.number",
        ["fcgi.id", "fcgi.type", "frame.number"],
    ),
    (
        "fcgi.id in {fcgi.type, 3 .. frame.number}",
        ["fcgi.id", "fcgi.type", "frame.number"],
    ),
    ('fcgi.nv_name[0:2] matches "x"', ["fcgi.nv_name"]),
    ("tcp.port == ${tcp.port}", ["tcp.port", "tcp.port"]),
]


@pytest.mark.parametrize("text, names", ASKED)
def test_fetches(text: str, names: "list[str]") -> None:
    plan = check(parse(text), text, Registry())
    assert [fetch.access.field.name for fetch in fetches(plan)] == names


def test_plain_is_what_a_row_holds_itself() -> None:
    text = "fcgi.id and @fcgi.id and fcgi.id#1 and ${fcgi.id}"
    plain = [fetch.plain for fetch in fetches(check(parse(text), text, Registry()))]
    assert plain == [True, False, False, False]
