"""Out of step: what is certain is found, and nothing is invented."""

import random
from collections import Counter
from typing import List, Optional

import pytest

from captures.make import records as make
from fcgidissect.fcgi import search as module
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.search import MOST_PIECES, Piece, Search, looks_like_fastcgi
from fcgidissect.limits import Budget, Limits
from tests.fcgi.streams import (
    GET,
    PAGE,
    Brought,
    read,
    requests,
    responses,
    saved_stream,
    told,
    truth,
    with_gaps,
)
from tests.fcgi.test_records import FOREIGN


def known(id: int = 1) -> Context:
    """A connection with a request in use, whose direction 0 is the web server's."""
    context = Context(web_server=0)
    context.ids.add(id)
    return context


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("kind", ["requests", "responses", "nested"])
def test_gaps_anywhere_invent_nothing(kind: str, seed: int) -> None:
    dice = random.Random(f"{kind}{seed}")
    direction = int(kind != "requests")
    if kind == "requests":
        stream = requests(30, dice)
    else:
        stream = responses(12, dice, nested=kind == "nested")
    size = dice.choice((1448, 500, 8192, 65483))
    found, _ = read(with_gaps(stream, size, dice, 0.06), known(), direction)
    wanted = [record for _, record in truth(stream)]
    assert found
    assert not Counter(told([r for r in found if not r.missing])) - Counter(wanted)
    headers = Counter(record.header for record in wanted)
    assert not Counter(record.header for record in found) - headers


@pytest.mark.parametrize("seed", range(8))
def test_most_whole_records_are_found(seed: int) -> None:
    dice = random.Random(seed)
    stream = requests(60, dice)
    chunks = with_gaps(stream, 1448, dice, 0.04)
    there = bytearray(len(stream))
    at = 0
    for lost, piece in chunks:
        there[at + lost : at + lost + len(piece)] = b"\1" * len(piece)
        at += lost + len(piece)
    whole = [
        record
        for start, record in truth(stream)
        if all(there[start : start + 8 + len(record.content) + record.header[6]])
    ]
    found, _ = read(chunks, known())
    assert len([record for record in found if not record.missing]) > 0.95 * len(whole)


def test_a_header_alone_is_not_enough() -> None:
    noise = random.Random(1).randbytes(300)
    stream = noise + make.stdin(1, b"hello") + noise
    assert read([(-1, stream), (0, noise)], known())[0] == []


@pytest.mark.parametrize(
    "stream",
    [
        make.stdin(1) * 500,
        make.begin(1) * 500,
        make.params(1, {})[:8] * 500,
        bytes.fromhex("0106000100000000") * 500,
        bytes.fromhex("01060001ffff0000") * 500,
    ],
    ids=["STDIN", "BEGIN", "PARAMS", "STDOUT", "long STDOUT"],
)
def test_a_pattern_is_no_chain(stream: bytes) -> None:
    noise = random.Random(1).randbytes(301)
    assert read([(-1, noise + stream), (0, noise)])[0] == []


@pytest.mark.parametrize("size", [1448, 8000, 100_000])
@pytest.mark.parametrize("padding", [2, 0])
def test_a_body_that_is_fastcgi_is_a_body(size: int, padding: int) -> None:
    """The header of the download is lost; its bytes are records that no one sent.

    Where its last one ends with the download, only the peer's habit to pad tells them.
    """
    page = PAGE + b"a page" + bytes(1 + padding)
    first = make.stdout(1, page, -len(page) % 8) + make.end(1)
    stream = make.stdout(1, page + saved_stream(60_000), padding) + make.end(1)
    stream += first * 2
    pieces = [stream[at : at + size] for at in range(100, len(stream), size)]
    chunks = [(0, first), (100, pieces[0])] + [(0, piece) for piece in pieces[1:]]
    found, _ = read(chunks, known(), 1)
    wanted = [record for _, record in truth(first + stream)]
    assert not Counter(told(found)) - Counter(wanted)
    assert told(found)[-4:] == wanted[-4:]


def test_the_direction_s_types_count() -> None:
    noise = random.Random(1).randbytes(300)
    answer = noise + make.response(1, PAGE)
    assert len(read([(-1, answer)], known(), 1)[0]) == 3
    assert read([(-1, answer)], known(), 0)[0] == []


def test_over_a_gap_in_a_content() -> None:
    """Search goes on over lost bytes that a chain's own record covers."""
    noise = random.Random(1).randbytes(500)
    long = make.stdin(1, bytes(4000))
    stream = noise + long[:1000]
    chunks = [(700, stream), (2000, long[3000:] + make.stdin(1, b"x") + make.stdin(1))]
    found, _ = read([(0, make.begin(1))] + chunks, known())
    assert [record.head.content_length for record in found] == [8, 4000, 1, 0]
    assert found[1].missing == ((992, 2000),)


@pytest.mark.parametrize(
    "stream, verdict",
    [
        (make.begin(1), True),
        (make.begin(300, 3, 1), True),
        (make.request(1, GET), True),
        (make.response(1, PAGE), True),
        (make.stderr(1, b"x") + make.stdout(1, PAGE) + make.end(1), True),
        (make.end(1), True),
        (make.get_values("FCGI_MAX_CONNS"), False),
        (make.begin(1)[:12], False),
        (make.begin(1, 9), False),
        (b"", False),
    ]
    + [(stream, False) for stream in FOREIGN.values()],
)
def test_looks_like_fastcgi(stream: bytes, verdict: bool) -> None:
    data = b"\x01\x01" + stream + b"\x01\x05"
    assert looks_like_fastcgi(data, 2, 2 + len(stream)) == verdict


def test_noise_never_looks_like_fastcgi() -> None:
    dice = random.Random(4)
    for _ in range(20_000):
        stream = bytes([1, dice.randrange(12)]) + dice.randbytes(60)
        assert not looks_like_fastcgi(stream, 0, len(stream))


# Bounds


def hostile(kind: str, dice: random.Random) -> bytes:
    """What keeps many chains alive, or makes them strong and lets them break."""
    if kind == "headers that lead far away":
        return b"".join(
            bytes([1, 5, 0, 1, *dice.randbytes(2), 0, 0]) for _ in range(4000)
        )
    if kind == "questions, and then noise":
        return b"".join(
            make.begin(1) * dice.randrange(3) + dice.randbytes(dice.randrange(90))
            for _ in range(800)
        )
    return b"".join(
        dice.choice((make.stdin(1), make.begin(dice.randrange(5)), b"\1", b"\0" * 7))
        for _ in range(4000)
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "kind",
    ["headers that lead far away", "questions, and then noise", "small pieces"],
)
def test_nothing_is_searched_twice(
    kind: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = 0
    feed = Search.feed

    def counted(search: Search, chunk: Piece) -> "Optional[List[Piece]]":
        nonlocal searched
        searched += chunk.end - chunk.start
        return feed(search, chunk)

    monkeypatch.setattr(Search, "feed", counted)
    dice = random.Random(f"{kind}{seed}")
    stream = hostile(kind, dice)
    read([(-1, b"x"), *with_gaps(stream, 60, dice, 0.05)])
    assert 1000 < searched < 1.2 * len(stream)


def test_all_searches_share_what_they_may_hold() -> None:
    noise = random.Random(5).randbytes(1000)
    budget: "Budget[Search]" = Budget(40_000)
    readers = [RecordReader(searches=budget) for _ in range(50)]
    for at, reader in enumerate(readers):
        for lost in (-1, 10, 10):
            reader.feed(noise, 0, 1000, lost, mark=Brought(at))
            assert budget.used <= 40_000
    assert 1 < len(budget.waiting) < 20
    # who has waited longest has let go, and goes on with what comes
    first, page = readers[0], make.response(1, PAGE + bytes(7000))
    found = first.feed(page, 0, len(page)) + first.finish()
    assert told(found) == [record for _, record in truth(page)]
    assert first.undecoded == 3000
    for reader in readers:
        reader.finish()
    assert budget.used == 0


def test_a_search_byte_by_byte_holds_no_more_than_its_bytes() -> None:
    budget: "Budget[Search]" = Budget(1 << 40)
    reader = RecordReader(searches=budget, limits=Limits(resynchronise_bytes=1 << 20))
    reader.feed(b"x", 0, 1, -1)
    for _ in range(2 * MOST_PIECES):
        reader.feed(b"x", 0, 1)
    assert budget.used <= (MOST_PIECES + 1) * (module.OVERHEAD + 2)
