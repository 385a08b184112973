"""The eight bytes of a header: what they say, and whether they can be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.headers import (
    NO_HEADER,
    PADDED,
    UNALIGNED,
    begins,
    decode_header,
    possible,
    sizes,
)
from fcgidissect.fcgi.spec import Header
from fcgidissect.limits import Limits


@given(
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 65535),
    st.binary(max_size=300),
    st.integers(0, 255),
)
def test_decodes_what_was_built(
    version: int, type: int, id: int, content: bytes, padding: int
) -> None:
    record = make.record(type, id, content, padding, version)
    head = decode_header(record[:8])
    assert head == Header(version, type, id, len(content), padding)
    assert head.size == len(record)
    whole = (len(record), 8 + len(content))
    assert sizes[record[:8]][:2] == (whole if possible(record[:8]) else (NO_HEADER, 0))


@pytest.mark.parametrize(
    "header, in_step, at_start",
    [
        (make.begin(1), True, True),
        (make.record(make.GET_VALUES, 0), True, True),
        (make.record(99, 1), True, True),
        (make.record(99, 256), True, False),
        (make.record(0, 1), True, False),
        (make.begin(1, version=0), True, True),
        (make.record(make.BEGIN_REQUEST, 1, b"x"), True, False),
        (make.record(make.BEGIN_REQUEST, 1, b"x", version=2), False, False),
        (make.stdin(1)[:7] + b"\x99", True, False),
        (make.record(99, 1)[:7] + b"\x99", False, False),
        (make.record(99, 1, version=2), False, False),
        (b"GET / HT", False, False),
        (b"HTTP/1.1", False, False),
        (bytes.fromhex("1603010200010001"), False, False),
        (bytes(8), False, False),
    ],
)
def test_what_can_be_one(header: bytes, in_step: bool, at_start: bool) -> None:
    assert (possible(header[:8]), begins(header[:8])) == (in_step, at_start)


@pytest.mark.parametrize(
    "record, habit",
    [
        (make.stdin(1, bytes(8)), 0),
        (make.stdin(1, bytes(7), 1), PADDED),
        (make.stdin(1, bytes(7)), UNALIGNED),
        (make.stdin(1, bytes(7), 2), PADDED | UNALIGNED),
    ],
)
def test_habits(record: bytes, habit: int) -> None:
    assert sizes[record[:8]].habit == habit


def test_memos_are_bounded() -> None:
    for id in range(3 * Limits().memo):
        header = make.stdin(id % 65536)
        decode_header(header), sizes[header]
    assert len(sizes) <= Limits().memo
