"""Macros and references."""

import pytest

from fcgidissect.errors import FilterError
from fcgidissect.filter.macros import expand
from tests.filter.language import RECORD, Registry, compiled, matches, rejects

MACROS = {
    "private": "ip.src == 10.0.0.0/8",
    "named": 'fcgi.nv_name == "$1"',
    "between": "$2 >= $1 and $2 <= $3",
    "both": "${private} and ${named:PATH_INFO}",
    "forever": "fcgi and ${forever}",
    "a-b.c_1": "fcgi",
}
RIGHT = [
    ("${private}", "ip.src == 10.0.0.0/8"),
    ("not (${private})", "not (ip.src == 10.0.0.0/8)"),
    ("${named:X}", 'fcgi.nv_name == "X"'),
    ("${named;X}", 'fcgi.nv_name == "X"'),
    ("$named(X)", 'fcgi.nv_name == "X"'),
    ("$between(1, fcgi.type, 5)", "fcgi.type >= 1 and fcgi.type <= 5"),
    ("${between:1;fcgi.type;5}", "fcgi.type >= 1 and fcgi.type <= 5"),
    ("${both}", 'ip.src == 10.0.0.0/8 and fcgi.nv_name == "PATH_INFO"'),
    ("${a-b.c_1}", "fcgi"),
    ("${fcgi.type} == 4", "${fcgi.type} == 4"),
    ('fcgi.nv_name == "${nosuch}"', 'fcgi.nv_name == "${nosuch}"'),
]
WRONG = [
    ("${nosuch}", "${nosuch}", 'There is no macro "nosuch", and no such field.'),
    ("fcgi and ${}", "${}", 'There is no macro "", and no such field.'),
    ("$nosuch(1)", "$nosuch(1)", 'There is no macro "nosuch", and no such field.'),
    ("${private", "${private", 'The macro is not closed: a "}" is missing.'),
    ("${named}", "${named}", "The macro takes 1 argument, not 0."),
    ("${private:1}", "${private:1}", "The macro takes 0 arguments, not 1."),
    ("${forever}", "fcgi and " * 21 + "${forever}", "Macros nest more than 20 deep."),
]


@pytest.mark.parametrize("text, expanded", RIGHT)
def test_right(text: str, expanded: str) -> None:
    assert expand(text, MACROS, Registry()) == expanded
    assert compiled(text, macros=MACROS).text == expanded


@pytest.mark.parametrize("text, marked, message", WRONG)
def test_wrong(text: str, marked: str, message: str) -> None:
    with pytest.raises(FilterError) as wrong:
        expand(text, MACROS, Registry())
    error = wrong.value
    assert (error.message, error.expression[error.start : error.end]) == (
        message,
        marked,
    )


def test_positions_are_in_the_expanded_text() -> None:
    with pytest.raises(FilterError) as wrong:
        compiled("${private} and nosuch", macros=MACROS)
    assert wrong.value.expression == "ip.src == 10.0.0.0/8 and nosuch"
    assert wrong.value.start == 25


REFERENCES = [
    ("fcgi.id == ${fcgi.id}", True),
    ("fcgi.id == $fcgi.id", True),
    ("fcgi.type != ${fcgi.type}", True),
    ("tcp.port == ${tcp.port#2}", False),
    ("fcgi.nv_name contains ${fcgi.nv_name}", True),
    ("${fcgi.id} == 7", True),
    ("${fcgi.id}", True),
    ("fcgi.id in {${fcgi.id}}", True),
    ("fcgi.version == ${fcgi.content.length}", False),
    ("@fcgi.id == ${@fcgi.id}", True),
]


@pytest.mark.parametrize("expression, passes", REFERENCES)
def test_reference(expression: str, passes: bool) -> None:
    reference = {
        "fcgi.id": [7],
        "fcgi.type": [6],
        "fcgi.nv_name": ["INFO"],
        "tcp.port": [1],
    }
    assert compiled(expression, reference=reference).matches(RECORD) == passes
    assert not matches(expression)


def test_a_reference_names_a_field() -> None:
    assert rejects("fcgi.id == $nosuch") == (
        "There is no field nosuch: --fields lists them.",
        "nosuch",
    )
