"""What else is on a wire: TLS, HTTP, Redis, DNS and a VPN; sessions of frames out."""

import struct
from random import Random
from typing import Callable, Iterator

from tests.bench.connection import ETHERNET, Connection
from tests.bench.frames import Host, Sender, datagram

BLOCK = 1 << 20
"""Bytes that no pattern is in."""


class Noise:
    """Hosts that have nothing to do with FastCGI."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.block = random.randbytes(BLOCK)
        self.kinds: "list[Callable[[], Iterator[bytes]]]" = [
            self.tls,
            self.http,
            self.redis,
            self.dns,
            self.vpn,
        ]

    def session(self) -> Iterator[bytes]:
        """One of the kinds; DNS is as frequent as all others, being short."""
        return self.random.choices(self.kinds, (6, 5, 3, 20, 1))[0]()

    def tls(self) -> Iterator[bytes]:
        """Application data of TLS 1.2 in mid-session."""
        return self._talk(443, lambda: self._tls_record(300), self._tls_answer)

    def http(self) -> Iterator[bytes]:
        """GET and its answer, on a kept connection."""
        return self._talk(80, http_request, self._http_answer)

    def redis(self) -> Iterator[bytes]:
        """GET of a key of ours, a value of theirs."""
        return self._talk(6379, lambda: redis("GET", "page:4711"), self._redis_answer)

    def dns(self) -> Iterator[bytes]:
        """A question and its answer."""
        client, server = self._client(), Host("10.0.0.53", 53)
        number = self.random.getrandbits(16)
        name = b"\x03www\x07example\x00\x00\x01\x00\x01"
        address = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x0e\x10\x00\x04\xc0\x00\x02\x0a"
        ask = struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + name
        told = struct.pack(">6H", number, 0x8180, 1, 1, 0, 0) + name + address
        yield datagram(client, server, ask)
        yield datagram(server, client, told)

    def vpn(self) -> Iterator[bytes]:
        """WireGuard's transport data."""
        client, server = Host("203.0.113.7", 51820), Host("10.0.0.3", 51820)
        for counter in range(self.random.randint(50, 400)):
            head = struct.pack("<IIQ", 4, 7, counter)
            yield datagram(client, server, head + self._bytes(96, 1360))

    def _talk(
        self, port: int, ask: "Callable[[], bytes]", answer: "Callable[[], bytes]"
    ) -> Iterator[bytes]:
        """A TCP connection of several questions and answers."""
        client, server = self._client(), Host("10.0.0.2", port)
        connection = Connection(client, server, ETHERNET, self.random)
        yield from connection.open()
        for _ in range(self.random.randint(1, 30)):
            yield from self._turn(connection, connection.client, ask())
            yield from self._turn(connection, connection.server, answer())
        yield from connection.close(connection.client, connection.server)

    def _turn(
        self, connection: Connection, sender: Sender, said: bytes
    ) -> Iterator[bytes]:
        return connection.send(sender, [said], acknowledged=len(said) > 1448)

    def _client(self) -> Host:
        number = self.random.getrandbits(14)
        port = self.random.randint(32768, 60999)
        return Host(f"10.1.{number >> 8}.{number & 255 or 1}", port)

    def _bytes(self, least: int, most: int) -> bytes:
        start = self.random.randrange(BLOCK - most)
        return self.block[start : start + self.random.randint(least, most)]

    def _tls_record(self, most: int) -> bytes:
        data = self._bytes(40, most)
        return b"\x17\x03\x03" + struct.pack(">H", len(data)) + data

    def _tls_answer(self) -> bytes:
        return self._tls_record(self.random.choice((400, 4000, 16000)))

    def _http_answer(self) -> bytes:
        data = self._bytes(100, 6000)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: %d\r\n\r\n"
        return head % len(data) + data

    def _redis_answer(self) -> bytes:
        data = self._bytes(10, 900)
        return b"$%d\r\n" % len(data) + data + b"\r\n"


def http_request() -> bytes:
    """What a browser asks for."""
    return b"GET /files/manual.pdf HTTP/1.1\r\nHost: www.example\r\nAccept: */*\r\n\r\n"


def redis(*words: str) -> bytes:
    """A command in Redis's protocol."""
    parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
    return f"*{len(words)}\r\n{parts}".encode()
