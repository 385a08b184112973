"""Headers that follow from one place: what they add up to, and what breaks them."""

import pytest

from captures.make import records as make
from fcgidissect.fcgi.chain import Chain
from fcgidissect.fcgi.evidence import SIDES
from tests.fcgi.streams import GET, PAGE

ALL = SIDES[0] | SIDES[1]


def follow(stream: bytes, aligned: bool = False) -> Chain:
    chain = Chain(0, (), ALL, aligned)
    chain.follow(stream, 0)
    return chain


@pytest.mark.parametrize(
    "stream, ends_request",
    [
        (make.request(1, GET), True),
        (make.request(1, GET, b"x") * 3, True),
        (make.begin(1, 2) + make.params(1, GET), False),
        ((make.begin(1, 2) + make.params(1, GET)) * 2, False),
        (make.response(1, PAGE, b"x") * 3, True),
        (make.stdout(1, PAGE) + make.end(1) + make.stdout(1, PAGE), False),
        (make.begin(1) + make.begin(3) + make.params(3, GET), False),
        (make.get_values("FCGI_MAX_CONNS") + make.request(1, GET), True),
    ],
)
def test_chains_that_hold(stream: bytes, ends_request: bool) -> None:
    chain = follow(stream)
    assert not chain.broken
    assert (chain.next, chain.ends_request) == (len(stream), ends_request)
    assert chain.offsets[0] == 0 and chain.bits > chain.first_bits > 0


@pytest.mark.parametrize(
    "stream",
    [
        make.begin(1) * 2,
        make.stdin(1) * 2,
        make.params(1, GET) * 2,
        make.stdout(1) + make.stdout(1, b"x"),
        make.stdin(1) + make.stdout(1),
        make.end(1) + make.begin(2),
        make.stdin(1, b"x") + b"GET / HTTP/1.1",
    ],
)
def test_chains_that_break(stream: bytes) -> None:
    assert follow(stream).broken


def test_a_chain_goes_on_with_more_bytes() -> None:
    stream = make.request(1, GET)
    chain = Chain(100, (), ALL)
    for size in range(len(stream) + 1):
        chain.follow(stream[:size], 100)
    assert chain.offsets == [100 + offset for offset in follow(stream).offsets]
    assert chain.next == 100 + len(stream) and not chain.broken


def test_a_sender_that_pads_always_pads() -> None:
    stream = make.stdout(1, b"abc") + make.end(1)
    assert not follow(stream).broken
    assert follow(stream, aligned=True).broken
    assert not follow(make.stdout(1, b"abc", 5) + make.end(1), aligned=True).broken


def test_the_same_header_again_is_half_the_evidence() -> None:
    record = make.stdout(1, b"abc", 5)
    once, twice = follow(record).bits, follow(record * 2).bits
    assert twice == once + once // 2
