"""Entries for tests: what a web server and an application say, through the real corridor."""

from typing import List, Tuple

from captures.make import files
from captures.make.packets import Conversation, ethernet
from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry

START = 1_700_000_000 * 10**9
ASKS, ANSWERS = "asks", "answers"


def capture(said: "List[Tuple[str, bytes]]") -> bytes:
    """A pcap of one connection from 10.0.0.1:40000 to 10.0.0.2:8000, a frame a millisecond.

    The handshake takes frames 1 to 3; each piece that is said takes one more.
    """
    talk = Conversation().open()
    for who, data in said:
        talk.say(talk.client if who == ASKS else talk.server, data)
    return files.pcap(
        [
            files.Packet(START + at * 1_000_000, ethernet(packet))
            for at, packet in enumerate(talk.packets)
        ]
    )


def entries(path: str) -> "List[Entry]":
    """What the corridor makes of a capture with FastCGI on port 8000."""
    return entries_of(path, [8000])


def entries_of(path: str, ports: "List[int]") -> "List[Entry]":
    """The same with FastCGI on these ports."""
    dissector = Dissector(frozenset(ports))
    rows: "List[Entry]" = []
    with open_capture(path) as batches:
        for batch in batches:
            rows += dissector.feed(batch)
    return rows + dissector.finish()
