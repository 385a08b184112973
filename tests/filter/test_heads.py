"""What a header decides is the verdict on every record with that header."""

from functools import lru_cache
from typing import Any, List, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.filter import FilterError, compile_filter
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.filter.expressions import COMPARISONS, LITERALS
from tests.output.talk import entries_of

PARAMS, STDOUT = b"\1\4\0\7\0\5\0\0", b"\1\6\0\7\0\5\3\0"
EMPTY, NO_BODY = b"\1\4\0\7\0\0\0\0", b"\1\1\0\7\0\0\0\0"
BEGIN, UNKNOWN = b"\1\1\0\7\0\10\0\0", b"\1\143\0\7\0\0\0\0"

DECIDED = [
    ("", PARAMS, True),
    ("fcgi.type == 4", PARAMS, True),
    ("fcgi.type == 4", STDOUT, False),
    ("fcgi.version == 1 and fcgi.id in {fcgi.type, 7}", STDOUT, True),
    ("fcgi.content.length == 5 and fcgi.padding.length == 3", STDOUT, True),
    ("max(fcgi.id, fcgi.type) == 7", PARAMS, True),
    ('fcgi.type contains "FCGI"', UNKNOWN, False),
    ("fcgi.type_name", UNKNOWN, False),
    # A part that is decided is enough, or not
    ('fcgi.id == 8 and frame matches "x"', PARAMS, False),
    ('fcgi.id == 7 and frame matches "x"', PARAMS, None),
    ('fcgi.id == 7 or frame matches "x"', PARAMS, True),
    ('fcgi.id == 8 or frame matches "x"', PARAMS, None),
    ("fcgi.id == 7 xor ip.src == 10.0.0.1", PARAMS, None),
    ("not (fcgi.id == 8 and ip.src == 10.0.0.1)", PARAMS, True),
    ("not (fcgi.id == 7 and ip.src == 10.0.0.1)", PARAMS, None),
    # Bodies that a type never has
    ("fcgi.nv_name", PARAMS, None),
    ("fcgi.nv_name", STDOUT, False),
    ('not fcgi.param.X == r"y"', STDOUT, True),
    ("fcgi.begin_request.role == 1", BEGIN, None),
    ("fcgi.begin_request.role != 1", PARAMS, False),
    ("@fcgi.begin_request.role#1 == 00:01", PARAMS, False),
    ("fcgi.nv_name xor fcgi.begin_request.role", STDOUT, False),
    ("fcgi.nv_name xor fcgi.id == 7", STDOUT, True),
    ("fcgi.nv_name and fcgi.begin_request.role == 1", PARAMS, False),
    ("count(fcgi.nv_name) == fcgi.id", STDOUT, False),
    ("max(fcgi.begin_request.role, fcgi.id) == 7", STDOUT, True),
    # Nor empty records
    ("fcgi.nv_name", EMPTY, False),
    ('not fcgi.param.X == r"y"', EMPTY, True),
    ("fcgi.nv_name or fcgi.type == 4", EMPTY, True),
    ("fcgi.begin_request.role", NO_BODY, False),
    ("fcgi.param.X == ${fcgi.request.uri}", EMPTY, False),
    ("fcgi.param.X == fcgi.request.uri or fcgi.type == 1", EMPTY, None),
    # Nothing, without a reference row
    ("fcgi.type == ${fcgi.type}", PARAMS, False),
    # What every record has
    ("fcgi", STDOUT, True),
    ("frame and not fcgi", STDOUT, False),
]
NEVER = [
    "ip",
    "fcgi#2",
    "ip.src",
    "fcgi.type#1 == 4",
    "@fcgi.type == 04",
    "fcgi.request.uri",
]


def verdict_of(expression: str) -> Any:
    return compile_filter(expression, Registry()).header_verdict


@pytest.mark.parametrize("expression, header, verdict", DECIDED)
def test_what_a_header_decides(
    expression: str, header: bytes, verdict: Optional[bool]
) -> None:
    assert verdict_of(expression)(header) is verdict


@pytest.mark.parametrize("expression", NEVER)
def test_no_header_decides(expression: str) -> None:
    assert verdict_of(expression) is None


def test_a_long_filter_is_decided_whole_or_not_at_all() -> None:
    header_alone = " or ".join(f"fcgi.id == {number}" for number in range(1000))
    assert verdict_of(header_alone)(PARAMS) is True
    assert verdict_of(f"{header_alone} or ip.src") is None


@lru_cache(None)
def rows() -> "List[Entry]":
    """Records of every type and of both forms of a pair, from real captures."""
    found: "List[Entry]" = []
    for name in ("get-values-libfcgi", "unknown-type-in-request", "filter-data"):
        found += entries_of(str(CAPTURES / f"{name}.pcap.gz"), [8000, 9000])
    return found


REAL = [
    *("fcgi.type", "fcgi.id", "fcgi.content.length", "fcgi.type_name", "fcgi.version"),
    *("fcgi.nv_name", "fcgi.param.REQUEST_METHOD", "fcgi.unknown_type.type"),
    *("fcgi.begin_request.role", "fcgi.end_request.app_status", "ip.src", "fcgi"),
    *("fcgi.content.data", "max(fcgi.type, fcgi.begin_request.role)", "tcp.port"),
    *("count(fcgi.nv_value)", "fcgi.padding.length", "fcgi.request.method"),
]


def real_expressions() -> "st.SearchStrategy[str]":
    value = st.sampled_from(REAL)
    other = st.sampled_from(LITERALS) | st.integers(0, 11).map(str) | value
    compare = st.builds("{} {} {}".format, value, st.sampled_from(COMPARISONS), other)
    within = st.builds(
        "{} {} {{{}}}".format, value, st.sampled_from(["in", "not in"]), other
    )
    return st.recursive(
        value | compare | within,
        lambda inner: st.builds("not ({})".format, inner)
        | st.builds(
            "({}) {} ({})".format, inner, st.sampled_from(["and", "or", "xor"]), inner
        ),
        max_leaves=5,
    )


@settings(max_examples=300, deadline=None)
@given(real_expressions())
def test_no_record_says_otherwise(text: str) -> None:
    try:
        made = compile_filter(text, Registry())
    except FilterError:
        return
    if made.header_verdict is not None:
        for row in rows():
            verdict = made.header_verdict(row.record.header)
            assert verdict is None or verdict is made.matches(row), row.record.header


def test_those_records_are_of_many_types() -> None:
    assert {row.record.header[1] for row in rows()} >= set(RecordType) - {2, 7}
