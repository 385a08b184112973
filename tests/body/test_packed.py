"""Compressed bodies, in pieces of any size and to any length."""

import gzip
import random
import zlib
from typing import List

import pytest

from fcgidissect.body.coding import Damaged
from fcgidissect.body.packed import FORMS, Packed
from tests.body.coded import ENCODE, bare_deflate, zstd

_RANDOM = random.Random(5)
TEXT = b"".join(b"%d lines of text\n" % _RANDOM.getrandbits(40) for _ in range(9000))


def read(name: str, pieces: "List[bytes]") -> "tuple[bytes, bool]":
    coding, out = Packed(FORMS[name], 1 << 30), b""
    for piece in pieces:
        out += b"".join(coding.feed(piece))
    return out, coding.ended


def cut(data: bytes, size: int) -> "List[bytes]":
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("size", [1, 13, 8184, 1 << 20])
def test_pieces_of_any_size(name: str, size: int) -> None:
    assert read(name, cut(ENCODE[name](TEXT), size)) == (TEXT, True)


@pytest.mark.parametrize("size", [1, 13, 1 << 20])
@pytest.mark.parametrize("level", [0, 9])
def test_deflate_without_its_wrapper(size: int, level: int) -> None:
    packer = zlib.compressobj(level, wbits=-15)
    sent = packer.compress(TEXT) + packer.flush()
    assert read("deflate", cut(sent, size)) == (TEXT, True)


@pytest.mark.parametrize("length", [65535, 65536, 65537, 131072, 4_000_000])
@pytest.mark.parametrize("name", FORMS)
def test_what_waits_in_the_unpacker_comes_out(name: str, length: int) -> None:
    zeros = bytes(length)
    assert read(name, [ENCODE[name](zeros)]) == (zeros, True)
    assert read("deflate", [bare_deflate(zeros)]) == (zeros, True)


@pytest.mark.parametrize("name", FORMS)
def test_no_piece_is_large(name: str) -> None:
    pieces = Packed(FORMS[name], 1 << 30).feed(ENCODE[name](bytes(10_000_000)))
    assert max(map(len, pieces)) < 200_000


@pytest.mark.parametrize(
    "encode, name", [(gzip.compress, "gzip"), (zstd.compress, "zstd")]
)
def test_members(encode, name) -> None:  # type: ignore[no-untyped-def]
    sent = encode(b"first, ") + encode(b"") + encode(b"last")
    for size in (1, 7, 500):
        assert read(name, cut(sent, size)) == (b"first, last", True)


@pytest.mark.parametrize("name", FORMS)
def test_cut_short(name: str) -> None:
    out, ended = read(name, [ENCODE[name](TEXT)[:-9]])
    assert TEXT.startswith(out) and not ended
    assert read(name, []) == (b"", True), "an empty body is whole"


@pytest.mark.parametrize("name", FORMS)
def test_something_else(name: str) -> None:
    with pytest.raises(Damaged):
        read(name, [b"<!DOCTYPE html><title>It is no such thing</title>"])
