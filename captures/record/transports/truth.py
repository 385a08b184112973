"""A complete capture in, every FastCGI record that was sent in it out, as JSON.

Usage: truth.py COMPLETE.pcap PORT CAPTURE...

Independent of fcgidissect, and simple because nothing is missing: each byte is put where
its sequence number says, and the records must tile each stream from SYN to FIN. CAPTURE
names the captures of the same run, for the reader. Ethernet, IPv4 and a microsecond
pcap in this machine's byte order only.
"""

import json
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FIN, SYN = 0x01, 0x02


@dataclass
class Direction:
    """One direction of a connection: its initial sequence number and its bytes."""

    isn: int = -1
    content: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    length: int = -1

    def segment(self, sequence: int, flags: int, payload: bytes) -> None:
        """Put a segment's payload in its place."""
        if flags & SYN:
            self.isn = sequence
            return
        assert self.isn >= 0, "a stream without its SYN"
        at = (sequence - self.isn - 1) % 2**32
        end = at + len(payload)
        if payload:
            room = max(0, end - len(self.content))
            self.content.extend(bytes(room))
            self.seen.extend(bytes(room))
            self.content[at:end] = payload
            self.seen[at:end] = b"\1" * len(payload)
        if flags & FIN:
            self.length = end

    def records(self) -> Iterator[tuple[int, int, int, int]]:
        """Type, request id, content length and padding length of each record."""
        assert self.length == len(self.content), "a stream without its FIN"
        assert all(self.seen), "a stream with a gap"
        at = 0
        while at < self.length:
            version, type_, id_, length, padding = struct.unpack_from(
                ">BBHHB", self.content, at
            )
            assert version == 1, "not a record"
            yield type_, id_, length, padding
            at += 8 + length + padding
        assert at == self.length, "a record that goes on after the FIN"


Address = tuple[str, int]


def segments(capture: bytes) -> Iterator[tuple[Address, Address, int, int, bytes]]:
    """Source, destination, sequence number, flags and payload of each segment."""
    magic, link_type = struct.unpack_from("=I16xI", capture)
    assert (magic, link_type) == (0xA1B2C3D4, 1), "not a plain pcap of Ethernet"
    at = 24
    while at < len(capture):
        captured, original = struct.unpack_from("=8xII", capture, at)
        assert captured == original, "a cut frame"
        ip = capture[at + 16 + 14 : at + 16 + captured]
        at += 16 + captured
        tcp = ip[(ip[0] & 0x0F) * 4 : int.from_bytes(ip[2:4], "big")]
        sport, dport, sequence, offset, flags = struct.unpack_from(">HHI4xBB", tcp)
        source = ".".join(map(str, ip[12:16])), sport
        destination = ".".join(map(str, ip[16:20])), dport
        yield source, destination, sequence, flags, tcp[(offset >> 4) * 4 :]


def streams(
    capture: bytes, port: int
) -> dict[tuple[Address, Address], tuple[Direction, Direction]]:
    """Client and server, to what the client and what the server sent."""
    found: dict[tuple[Address, Address], tuple[Direction, Direction]] = {}
    for source, destination, sequence, flags, payload in segments(capture):
        from_server = source[1] == port
        key = (destination, source) if from_server else (source, destination)
        pair = found.setdefault(key, (Direction(), Direction()))
        pair[from_server].segment(sequence, flags, payload)
    return found


def main() -> None:
    """Write the records of the capture that the command line names."""
    complete, port, *captures = sys.argv[1:]
    connections = []
    for (client, server), pair in streams(
        Path(complete).read_bytes(), int(port)
    ).items():
        sent = [{"isn": each.isn, "records": list(each.records())} for each in pair]
        ends = {"client": "%s:%d" % client, "server": "%s:%d" % server}
        connections.append({**ends, "to_server": sent[0], "to_client": sent[1]})
    lines = ",\n".join(json.dumps(connection) for connection in connections)
    print(f'{{"captures": {json.dumps(captures)}, "connections": [\n{lines}\n]}}')


main()
