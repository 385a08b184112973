"""Connections as rows: their order, their ends, those without FastCGI."""

from pathlib import Path
from typing import List

import pytest

from captures.make import files
from captures.make import records as make
from captures.make.packets import ACK, FIN, RST, SYN, Conversation, ethernet, vlan
from tests.corpus import CAPTURES, Capture, captures
from tests.output.talk import ASKS, START, capture, entries_of
from tests.rows_of import passing, rows_of

MIXED = str(CAPTURES / "mixed-port.pcap.gz")


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_every_connection_with_a_record_is_a_row(each: Capture) -> None:
    wanted = {entry.flow.number for entry in entries_of(each.path, each.port_numbers)}
    rows = rows_of(each.path, each.port_numbers, "connection")
    numbers = [row.flow.number for row in rows]
    assert numbers == sorted(set(numbers)) and wanted <= set(numbers)
    frames = [row.frame.number for row in rows]
    assert frames == sorted(frames)
    requests = rows_of(each.path, each.port_numbers)
    assert sum(row.connection.requests for row in rows) == len(requests)


def test_ends_are_those_of_the_web_servers_direction() -> None:
    for row in rows_of(str(CAPTURES / "nginx-pool.pcap.gz"), [9000], "connection"):
        assert row.flow.destination_port == 9000


def test_ends_are_told_by_the_records_where_the_capture_begins_late() -> None:
    """The first frame is the application's."""
    (row,) = rows_of(str(CAPTURES / "made-one-direction.pcap.gz"), [8000], "connection")
    assert (row.flow.source_port, row.flow.destination_port) == (40000, 8000)


SPOKEN = [
    (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP is spoken"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP is spoken"),
    (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", "TLS is spoken"),
    (b"SSH-2.0-OpenSSH_9.2p1\r\n", "no FastCGI on this connection: the first bytes"),
]


@pytest.mark.parametrize("data, wanted", SPOKEN)
def test_what_is_spoken_instead(tmp_path: Path, data: bytes, wanted: str) -> None:
    path = tmp_path / "foreign.pcap"
    path.write_bytes(capture([(ASKS, data)]))
    (row,) = rows_of(str(path), [8000], "connection")
    assert row.connection.requests == 0
    assert [note.message[: len(wanted)] for note in row.notes] == [wanted]


def test_a_refused_connection(tmp_path: Path) -> None:
    """RFC 9293, section 3.5.2: a SYN to a port on which nobody listens gets a RST."""
    talk = Conversation()
    talk.send(talk.client, flags=SYN).send(talk.server, flags=RST | ACK)
    assert remarks(tmp_path, talk) == [
        "nothing listens there, or its queue is full: the SYN got a RST"
    ]


def test_a_connection_that_is_reset_later_was_not_refused(tmp_path: Path) -> None:
    talk = Conversation().open()
    assert remarks(tmp_path, talk.send(talk.server, flags=RST | ACK)) == []


def remarks(tmp_path: Path, talk: Conversation) -> "List[str]":
    path = tmp_path / "made.pcap"
    packets = [
        files.Packet(START + at * 1_000_000, ethernet(packet))
        for at, packet in enumerate(talk.packets)
    ]
    path.write_bytes(files.pcap(packets))
    (row,) = rows_of(str(path), [8000], "connection")
    assert row.connection.closed_by == "application"
    return [note.message for note in row.notes]


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("closes, wanted", [(False, 5), (True, 8)])
def test_an_ack_alone_is_not_its_last_frame(
    closes: bool, wanted: int, tagged: bool, tmp_path: Path
) -> None:
    """Whatever the link: frames of some take a shorter way than others."""
    talk = Conversation().open()
    talk.say(talk.client, make.request(1, {})).say(talk.server, make.response(1, b""))
    talk.acknowledge(talk.client)
    if closes:
        talk.send(talk.server, flags=FIN | ACK).send(talk.client, flags=FIN | ACK)
        talk.acknowledge(talk.server)
    path = tmp_path / "made.pcap"
    frames = [
        ethernet(vlan(packet, 7), 0x8100) if tagged else ethernet(packet)
        for packet in talk.packets
    ]
    path.write_bytes(files.pcap([files.Packet(START, frame) for frame in frames]))
    (row,) = rows_of(str(path), [8000], "connection")
    assert row.connection.last_frame == wanted


FILTERS = [
    ("fcgi.connection.requests == 0", [1, 2, 3, 4]),
    ("fcgi.connection.requests > 4 and fcgi.connection.kept", [0]),
    ("ip.dst == 127.0.0.2", [1]),
    ("tcp.port == 9000", [0, 1, 2, 3, 4]),
    ('fcgi.connection.closed_how == "RST"', [3, 4]),
    ('_ws.expert.message contains "TLS"', [2, 4]),
    ('fcgi.request.uri contains "upload"', [0]),
    ("fcgi.type == 5", [0]),
    ("frame.number > 0 and eth", [0, 1, 2, 3, 4]),
    ("ip.ttl == 64 and not fcgi.type", [1, 2, 3, 4]),
    ("ipv6.src", []),
]


@pytest.mark.parametrize("expression, wanted", FILTERS)
def test_filters(expression: str, wanted: "List[int]") -> None:
    rows = passing(MIXED, [9000], expression, "connection")
    assert [row.flow.number for row in rows] == wanted
