"""A body through its codings: whole, cut, damaged, too large, and not coded at all."""

import builtins
from itertools import permutations
from typing import Any, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.body.decoder import Decoder
from fcgidissect.limits import Limits
from tests.body.coded import ENCODE, chunked

TEXT = b"It was the best of times, it was the worst of times. " * 3000


def encoded(data: bytes, codings: "Sequence[str]") -> bytes:
    for name in codings:
        data = ENCODE[name](data)
    return data


def decoded(
    sent: bytes, codings: "Sequence[str]", limits: Limits = Limits(), size: int = 8184
) -> "tuple[bytes, str]":
    """What comes out, and the fault."""
    decoder, out = Decoder(codings, limits), b""
    for at in range(0, len(sent), size):
        out += b"".join(decoder.feed(sent[at : at + size]))
    decoder.finish(True)
    assert (decoder.sent, decoder.length) == (len(sent), len(out))
    return out, decoder.fault


PAIRS = [*permutations(["gzip", "deflate", "br", "zstd"], 2), ("gzip", "chunked")]


@pytest.mark.parametrize("codings", [(), ("identity",), ("none",), *PAIRS])
def test_undone_from_the_last_to_the_first(codings: "Sequence[str]") -> None:
    sent = encoded(TEXT, [each for each in codings if each in ENCODE])
    assert decoded(sent, codings) == (TEXT, "")
    assert decoded(b"", codings) == (b"", "")


@given(st.binary(max_size=2000), st.sampled_from(sorted(ENCODE)), st.integers(1, 99))
def test_whatever_it_carries(body: bytes, name: str, size: int) -> None:
    assert decoded(ENCODE[name](body), [name], size=size) == (body, "")


@pytest.mark.parametrize(
    "codings, cut, fault",
    [
        (["gzip"], 9, "the gzip coding of it is cut short"),
        (["gzip", "chunked"], 3, "the chunked coding of it is cut short"),
        (["br"], 1, "the br coding of it is cut short"),
    ],
)
def test_cut_short(codings: "Sequence[str]", cut: int, fault: str) -> None:
    out, said = decoded(encoded(TEXT, codings)[:-cut], codings)
    assert TEXT.startswith(out) and said == fault


def test_damaged() -> None:
    """What came before the damage stands; what comes behind it does not."""
    sent = chunked(TEXT[:5000]).replace(b"0\r\nExp", b"Z\r\nExp")
    out, said = decoded(sent, ["chunked"])
    assert out == TEXT[:5000]
    assert said == "chunked cannot be undone: no chunk's size where one should be"


@pytest.mark.parametrize("size", [1, 10, 8184])
@pytest.mark.parametrize("name", [*ENCODE, "aes128gcm"])
def test_not_coded_as_it_says(name: str, size: int) -> None:
    """It is shown as it is."""
    page = b"<!DOCTYPE html>\n<title>Error</title>\n" * 100
    out, said = decoded(page, [name], size=size)
    assert out == page and name in said


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb(name: str) -> None:
    limits = Limits(body_bytes=1 << 20)
    bomb = ENCODE[name](ENCODE[name](bytes(8_000_000)))
    out, said = decoded(bomb, [name, name], limits)
    assert 1 << 20 <= len(out) < (1 << 20) + 200_000 and not any(out)
    assert said.endswith("cannot be undone: more than 1048576 bytes come of it")


def test_a_bomb_of_which_nothing_comes() -> None:
    """Empty members by the million: the work is bounded, too."""
    empty = ENCODE["gzip"](b"")
    bomb = ENCODE["gzip"](empty * 1_000_000)
    out, said = decoded(bomb, ["gzip", "gzip"], Limits(body_bytes=1 << 20), 1 << 20)
    assert out == bomb and "more than 1048576 bytes come of it" in said


def test_codings_without_number() -> None:
    out, said = decoded(TEXT, ["gzip"] * 13_000)
    assert (out, said) == (TEXT, "it is said to be in 13000 codings")


def test_a_long_body_is_no_bomb() -> None:
    sent = chunked(TEXT)
    assert decoded(sent, ["chunked"], Limits(body_bytes=10)) == (TEXT, "")


def test_a_gap() -> None:
    plain, packed = Decoder([]), Decoder(["gzip"])
    sent = encoded(TEXT, ["gzip"])
    out = list(packed.feed(sent[:100]))
    for decoder in (plain, packed):
        decoder.lose(50)
    assert list(packed.feed(sent[150:])) == []
    assert TEXT.startswith(b"".join(out))
    assert list(plain.feed(b"goes on")) == [b"goes on"]
    for decoder in (plain, packed):
        decoder.finish(True)
        assert decoder.fault == "50 bytes of it are not in the capture"


def test_its_end_did_not_come() -> None:
    decoder = Decoder([])
    assert list(decoder.feed(b"half of")) == [b"half of"]
    decoder.finish(False)
    assert decoder.fault == "its end did not come"


def test_a_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "brotli":
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    sent = b"\x0b\x02\x80hello\x03"
    out, said = decoded(sent, ["br"])
    assert out == sent and "pip install brotli" in said
