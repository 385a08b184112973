"""The text of `--filter-help`: the operators, functions and forms of the filter language."""

from typing import Iterable, Iterator

from fcgidissect.filter import operators
from fcgidissect.filter.functions import FUNCTIONS
from fcgidissect.filter.operators import Operator

LITERALS = (
    (
        "4  0x04  0b100  04  'x'",
        "numbers: decimal, hexadecimal, binary, octal, a character",
    ),
    ("FCGI_PARAMS  PARAMS", "the name of a value, in any case"),
    ("True  False", "booleans"),
    ('"a\\tb"  r"\\d+"', "text, with escapes or raw"),
    ("01:02  01-02  0102", "bytes"),
    ("10.0.0.1  10.0.0.0/8  fe80::/10", "addresses and networks"),
    ("00:00:5e:00:53:01", "Ethernet addresses"),
    ("1.5", "times in seconds"),
    ('"2026-11-23 20:26:47.5"', "dates, in local time or with a zone (Z, +02:00)"),
)

FORMS = (
    ("field", "the row has the field"),
    ("( )", "groups conditions"),
    ("{ }", "groups arithmetic; a set after in: {1, 4..7}"),
    ("a < b < c", "both comparisons"),
    (
        "x[1:2] x[1-2] x[:4] x[4:] x[-2:]",
        "slices: offset and length, or first and last",
    ),
    ("x#2  x#[1-2]  x#[-1]", "only that layer of a protocol"),
    ("@x", "the bytes on the wire of a field"),
    ("${x}", "a field of the reference row, or a macro: ${m}, ${m:a;b}"),
    (".x", "a field and nothing else"),
)

EXAMPLES = (
    "fcgi.type == FCGI_STDERR",
    'fcgi.param.REQUEST_URI contains "login" and fcgi.request.method == "POST"',
    "fcgi.response.status >= 500",
    "fcgi.request.duration > 0.5 or fcgi.end_request.app_status != 0",
    "ip.addr == 10.0.0.0/8 && tcp.port in {8000..8010}",
    'fcgi.stderr ~ "primary script (unknown|not found)"',
)


def help_text() -> str:
    """The whole text, in lines of plain characters."""
    return "\n".join(_lines()) + "\n"


def _lines() -> "Iterator[str]":
    yield "Display filters: conditions on the fields of a row (--fields lists them)."
    yield from _section("Conditions, from the loosest", _spelled(operators.LOGIC))
    yield from _section("Comparisons", _spelled(operators.RELATIONS))
    yield from _section("Quantifiers", _spelled(operators.QUANTIFIERS))
    yield from _section("Arithmetic, from the loosest", _spelled(operators.ARITHMETIC))
    yield from _section("Functions", ((f.call, f.title) for f in FUNCTIONS.values()))
    yield from _section("Values", LITERALS)
    yield from _section("Forms", FORMS)
    yield from ("", "Examples:", *(f"  {example}" for example in EXAMPLES))


def _spelled(table: "Iterable[Operator]") -> "Iterator[tuple[str, str]]":
    return (("  ".join(operator.spellings), operator.title) for operator in table)


def _section(title: str, rows: "Iterable[tuple[str, str]]") -> "Iterator[str]":
    rows = list(rows)
    width = max(len(left) for left, _ in rows)
    yield from ("", title + ":")
    yield from (f"  {left:{width}}  {right}" for left, right in rows)
