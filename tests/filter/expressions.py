"""Hypothesis strategies: expressions, right and nearly right ones, and rows."""

from typing import Any, NamedTuple, Optional

from hypothesis import strategies as st

from tests.filter.language import FIELDS, extent

NAMES = [field.name for field in FIELDS]
LITERALS = [
    "4",
    "0x04",
    "-1",
    "1.5",
    "True",
    "FCGI_PARAMS",
    "'x'",
    '"text"',
    'r"\\d"',
    '"\\xff\\"\\n"',
    "10.0.0.9",
    "10.0.0.0/8",
    "fe80::1",
    "00:0b:cd:82:8f:86",
    "01:02",
    '"2010-07-29 11:44:57Z"',
    "nonsense",
]
COMPARISONS = "== eq != ne === !== ~= > gt >= ge < lt <= le contains matches ~".split()
SLICES = ["", "", "", "[0]", "[1:2]", "[-2:]", "[0,3-5]", "#1", "#[-1]"]
CALLS = ["len", "count", "upper", "string", "max", "abs", "hex", "nosuch"]


def fields() -> "st.SearchStrategy[str]":
    parts = st.sampled_from(["", "", "@", "."]), st.sampled_from(NAMES)
    return st.builds("{}{}{}".format, *parts, st.sampled_from(SLICES))


def values() -> "st.SearchStrategy[str]":
    plain = fields() | st.sampled_from(LITERALS)
    return st.recursive(
        plain,
        lambda inner: st.builds("{}({})".format, st.sampled_from(CALLS), inner)
        | st.builds("{{{} {} {}}}".format, inner, st.sampled_from("&+-*/%"), inner)
        | st.builds("-{}".format, plain)
        | st.builds("${{{}}}".format, st.sampled_from(NAMES)),
        max_leaves=4,
    )


def relations() -> "st.SearchStrategy[str]":
    quantifier = st.sampled_from(["", "", "any ", "all "])
    compare = st.builds(
        "{}{} {} {}".format,
        quantifier,
        values(),
        st.sampled_from(COMPARISONS),
        values(),
    )
    item = values() | st.builds("{} .. {}".format, values(), values())
    items = st.lists(item, min_size=1, max_size=3).map(", ".join)
    how = st.sampled_from(["in", "not in", "!in"])
    member = st.builds("{}{} {} {{{}}}".format, quantifier, fields(), how, items)
    return compare | compare | member | values()


class Side(NamedTuple):
    """Values of one type and what can be done with them."""

    values: str
    """Of a row, apart by blanks."""
    literals: str
    """In rising order, in the same way."""
    operators: str = "== != === !== > >= < <="


SOUND = [
    Side(
        "fcgi.version fcgi.type frame.number len(fcgi) {fcgi.id%4} count(tcp.port)"
        " max(tcp.port,fcgi.id) -frame.number fcgi.type#1 ${fcgi.id}",
        "0 0x04 7 200",
    ),
    Side("temperature abs(temperature)", "-5 0 5"),
    Side(
        "fcgi.nv_name upper(fcgi.nv_name) fcgi.nv_name[1:2] string(ip.src)",
        '"" "TEXT" "text" r"\\d"',
        "== != === !== > <= contains matches",
    ),
    Side(
        "fcgi.content.data fcgi.padding.data fcgi[0:2] @fcgi.id eth.src[-2:]",
        '00 01:02 ff "text"',
        "== != === !== >= < contains matches",
    ),
    Side("tcp.flags.syn tcp.flags.ack", "False True"),
    Side("ip.src ip.addr", "0.0.0.0 10.0.0.0/8 255.0.0.1"),
    Side("frame.time_relative {frame.time_delta+1}", "0 0.5 2"),
]
"""What goes together; a pattern is a literal, a set holds literals."""


def sound_relations() -> "st.SearchStrategy[str]":
    """Relations that are right, but for a pattern or a network at a wrong place."""
    return st.sampled_from(SOUND).flatmap(_relation_of)


def _relation_of(side: Side) -> "st.SearchStrategy[str]":
    quantifier = st.sampled_from(["", "", "any ", "all "])
    value, literal = _one_of(side.values), _one_of(side.literals)
    compare = st.builds(
        "{}{} {} {}".format, quantifier, value, _one_of(side.operators), literal | value
    )
    items = st.lists(literal, min_size=1, max_size=3).map(", ".join)
    how = st.sampled_from(["in", "not in"])
    field = st.just(side.values.split()[0])
    member = st.builds("{}{} {} {{{}}}".format, quantifier, field, how, items)
    return compare | compare | member | field


def _one_of(words: str) -> "st.SearchStrategy[str]":
    return st.sampled_from(words.split())


def expressions(
    of: "Optional[st.SearchStrategy[str]]" = None,
) -> "st.SearchStrategy[str]":
    """Relations, joined and turned into their opposites."""
    words = st.sampled_from(["and", "or", "xor", "&&", "||", "^^"])
    return st.recursive(
        relations() if of is None else of,
        lambda inner: st.builds("({}) {} {}".format, inner, words, inner)
        | st.builds("{} {} {}".format, inner, words, inner)
        | st.builds("not {}".format, inner)
        | st.builds("!({})".format, inner),
        max_leaves=6,
    )


_OF_KIND: "dict[str, st.SearchStrategy[Any]]" = {
    "BOOLEAN": st.booleans(),
    "STRING": st.text(max_size=5) | st.just("text"),
    "NONE": st.just("label"),
    "BYTES": st.binary(max_size=5),
    "ETHER": st.binary(min_size=6, max_size=6),
    "IPv4": st.binary(min_size=4, max_size=4),
    "IPv6": st.binary(min_size=16, max_size=16),
    "PROTOCOL": st.builds(extent, st.binary(max_size=5), st.binary(max_size=3)),
    "ABSOLUTE_TIME": st.integers(0, 2 * 10**18),
    "RELATIVE_TIME": st.integers(0, 3 * 10**9),
    "INT8": st.integers(0, 127),
}


def rows() -> "st.SearchStrategy[dict[str, list[Any]]]":
    bags = {
        field.name: st.lists(
            _OF_KIND.get(field.kind.name, st.integers(0, 255)), max_size=3
        )
        for field in FIELDS
    }
    return st.fixed_dictionaries({}, optional=bags)
