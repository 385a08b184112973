"""Hypothesis strategies: expressions, right and nearly right ones, and rows."""

from typing import Any

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


def expressions() -> "st.SearchStrategy[str]":
    words = st.sampled_from(["and", "or", "xor", "&&", "||", "^^"])
    return st.recursive(
        relations(),
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
