"""Chunked transfer coding: RFC 9112, section 7.1."""

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.body.chunked import Chunked
from fcgidissect.body.coding import Damaged
from tests.body.coded import chunked


def read(*pieces: bytes) -> "tuple[bytes, bool]":
    coding, out = Chunked(), b""
    for piece in pieces:
        out += b"".join(coding.feed(piece))
    return out, coding.ended


@pytest.mark.parametrize(
    "sent, wanted",
    [
        (b"5\r\nhello\r\n0\r\n\r\n", (b"hello", True)),
        (b"0\r\n\r\n", (b"", True)),
        (b"5\nhello\n0\n\n", (b"hello", True)),
        (b"00a\r\n0123456789\r\n0\r\n\r\n", (b"0123456789", True)),
        (b'3 ;a="b;c"\r\nabc\r\n0;last\r\nA: b\r\nC: d\r\n\r\n', (b"abc", True)),
        (b"5\r\nhello\r\n0\r\n", (b"hello", False)),
        (b"5\r\nhel", (b"hel", False)),
        (b"5\r", (b"", False)),
        (b"", (b"", False)),
    ],
)
def test_chunks(sent: bytes, wanted: "tuple[bytes, bool]") -> None:
    assert read(sent) == wanted
    assert read(*[sent[at : at + 1] for at in range(len(sent))]) == wanted


@pytest.mark.parametrize(
    "sent",
    [
        b"<html>\r\n",
        b"5\r\nhello, world\r\n",
        b"-1\r\n",
        b"\r\n",
        b"12345678901234567\r\n",
        b"5\r\nhello\r\n0\r\n\r\nmore\r\n",
        b"0" * 9000,
    ],
)
def test_no_chunks(sent: bytes) -> None:
    with pytest.raises(Damaged):
        read(sent)


@given(st.binary(max_size=3000), st.integers(1, 700), st.data())
def test_however_it_is_cut(body: bytes, size: int, data: st.DataObject) -> None:
    sent = chunked(body, size)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=9)))
    pieces: "List[bytes]" = []
    for start, end in zip([0, *cuts], [*cuts, len(sent)]):
        pieces.append(sent[start:end])
    assert read(*pieces) == (body, True)
