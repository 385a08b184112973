"""Memory stays bounded: bodies of any size, many requests open at once."""

import tracemalloc
from typing import Any, Callable, Iterator, List

from captures.make import records as make
from captures.make.packets import Conversation, ethernet
from fcgidissect.dissect import Dissector
from fcgidissect.limits import Limits
from fcgidissect.net.frame import Batch, Source
from fcgidissect.request_row import RequestRow
from fcgidissect.rows import over_of, rows_by

MIB = 1 << 20
SEQ = slice(14 + 20 + 4, 14 + 20 + 8)
"""Where a TCP segment over IPv4 and Ethernet has its sequence number."""
HEADERS = 14 + 20 + 20
"""Bytes before its payload."""
BODY = slice(HEADERS + 8, HEADERS + 12)
"""Where the content of a record begins that the segment begins with."""
GET = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/" + 200 * "a"}


def batch(frames: "List[bytes]", time: int) -> Batch:
    packets, at = [], 0
    for frame in frames:
        packets.append((time, at, len(frame), len(frame)))
        at += len(frame)
    return Batch(b"".join(frames), packets, Source(1))


def upload(size: int) -> "Iterator[Batch]":
    """A request with that many bytes of STDIN, a record a segment; and its answer."""
    talk = Conversation().open()
    talk.say(talk.client, make.begin(1) + make.params(1, GET))
    yield batch([ethernet(packet) for packet in talk.packets], 0)
    piece = make.stdin(1, bytes(65_440))
    frame = bytearray(ethernet(talk.segment(talk.client, piece)))
    for number in range(size // 65_440 + 1):
        frame[SEQ] = talk.client.next.to_bytes(4, "big")
        frame[BODY] = number.to_bytes(4, "big")
        talk.client.next = (talk.client.next + len(piece)) % (1 << 32)
        yield batch([bytes(frame)], number)
    talk.packets.clear()
    talk.say(talk.client, make.stdin(1))
    talk.say(talk.server, make.response(1, b"\r\nstored"))
    yield batch([ethernet(packet) for packet in talk.packets], 1)


def peak(
    batches: "Iterator[Batch]",
    names: "List[str]",
    told: "Callable[[RequestRow], Any]",
    limits: Limits = Limits(),
) -> "tuple[int, List[Any]]":
    """The most bytes that were held at once, and what `told` keeps of the rows."""
    stage = rows_by("request", names, limits=limits)
    dissector = Dissector([8000], limits, over=over_of([stage]))
    rows: "List[Any]" = []
    tracemalloc.start()
    for each in batches:
        rows += map(told, stage.feed(dissector.feed(each)))
    rows += map(told, stage.feed(dissector.finish()))
    rows += map(told, stage.finish())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most, rows


def test_a_body_of_any_size() -> None:
    """As much is held of 24 MiB as of 4, though a filter asks for every byte of them."""
    names = ["fcgi.content.data", "frame.number", "fcgi"]

    def told(row: RequestRow) -> "tuple[Any, ...]":
        return row.known.stdin_length, row.ended_well, sorted(row.full)

    peaks = []
    for size in (4 * MIB, 24 * MIB):
        plain, ((length, well, full),) = peak(upload(size), [], told)
        assert length >= size and well and not full
        asked, ((_, _, full),) = peak(upload(size), names, told)
        assert full == ["fcgi", "fcgi.content.data"]
        peaks.append((plain, asked))
    assert peaks[1][0] < peaks[0][0] + MIB / 4 < 2 * MIB
    assert peaks[1][1] < peaks[0][1] + MIB / 4 < 6 * MIB


def asked(count: int) -> "Iterator[Batch]":
    """Requests on one connection, none of which is answered; a frame each."""
    talk = Conversation().open()
    yield batch([ethernet(packet) for packet in talk.packets], 0)
    frame = bytearray(ethernet(talk.segment(talk.client, make.request(1, GET))))
    for id in range(1, count + 1):
        asks = make.request(id, GET)
        frame[SEQ] = talk.client.next.to_bytes(4, "big")
        frame[HEADERS:] = asks
        talk.client.next += len(asks)
        yield batch([bytes(frame)], id)


def test_ten_thousand_requests_open_at_once() -> None:
    batches = list(asked(10_000))

    def told(row: RequestRow) -> "tuple[int, str]":
        return row.request.id, row.request.outcome

    most, rows = peak(iter(batches), [], told)
    assert rows == [(id, "cut") for id in range(1, 10_001)]
    assert most < 64 * MIB
    limits = Limits()._replace(requests=100)
    least, rows = peak(iter(batches[:3001]), [], told, limits)
    assert [id for id, _ in rows] == list(range(1, 3_001)) and least < most / 4
    assert [outcome for _, outcome in rows].count("forgotten") == 2_900


def test_rows_that_wait_for_a_request_that_never_ends() -> None:
    """Their contents are bounded together: 60 requests of 240 kB of PARAMS each."""

    def kept() -> "Iterator[Batch]":
        talk = Conversation().open()
        talk.say(talk.client, make.request(1, GET))
        yield batch([ethernet(packet) for packet in talk.packets], 0)
        value = make.pairs([("A", 60_000 * "a")])
        for id in range(2, 62):
            talk.packets.clear()
            talk.say(talk.client, make.begin(id))
            for _ in range(4):
                talk.say(talk.client, make.record(make.PARAMS, id, value))
            talk.say(talk.client, make.record(make.PARAMS, id) + make.stdin(id))
            talk.say(talk.server, make.response(id, b"\r\n"))
            yield batch([ethernet(packet) for packet in talk.packets], id)

    limits = Limits()._replace(held_bytes=2 * MIB, request_bytes=2 * MIB)
    batches = list(kept())
    most, rows = peak(iter(batches), [], lambda row: row.request.id, limits)
    assert sorted(rows) == list(range(1, 62)) and rows[0] == 2 and rows[-1] == 61
    assert most < 10 * MIB
