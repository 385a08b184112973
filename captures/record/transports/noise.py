"""Servers and clients that speak no FastCGI, each on a port of 127.0.0.1.

Usage: noise.py, and it is over when all have spoken.

7001: bytes from dice with a fixed seed, both ways.
7002: lines of text, an answer to each.
7003: messages that begin with their number in little-endian order, 1, 2, 3..., so that
      the first starts as a FastCGI header does; nothing comes back but their numbers.
7004: messages in a frame of version 1, type, length, as many protocols have it.
"""

import random
import socket
import struct
import threading
from collections.abc import Iterator

DICE = random.Random(11)
Exchange = tuple[bytes, bytes]  # what the client says, what the server answers


def dice() -> Iterator[Exchange]:
    """Bytes of no meaning."""
    for _ in range(20):
        yield DICE.randbytes(DICE.randint(1, 300)), DICE.randbytes(DICE.randint(1, 900))


def lines() -> Iterator[Exchange]:
    """A key-value store's text protocol."""
    yield b"PING\r\n", b"+PONG\r\n"
    for number in range(20):
        yield b"SET page:%d hello\r\n" % number, b"+OK\r\n"
        yield b"GET page:%d\r\n" % number, b"$5\r\nhello\r\n"


def numbered() -> Iterator[Exchange]:
    """Messages whose first bytes are 01 00 00 00, then 02 00 00 00."""
    for number in range(1, 30):
        head = struct.pack("<I", number)
        yield head + b"temperature=%d;" % (20 + number % 5), head


def framed() -> Iterator[Exchange]:
    """Version 1, a type from 1 on, two bytes of length, and what they count."""
    for number in range(20):
        question, answer = b"question %d" % number, b"answer %d" % number
        yield (
            struct.pack(">BBH", 1, 1 + number % 11, len(question)) + question,
            struct.pack(">BBH", 1, 6, len(answer)) + answer,
        )


def talk(port: int, exchanges: list[Exchange]) -> None:
    """Hold a conversation on that port, playing both sides."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        client = socket.create_connection(("127.0.0.1", port))
        server, _ = listener.accept()
        with client, server:
            for question, answer in exchanges:
                client.sendall(question)
                server.recv(len(question), socket.MSG_WAITALL)
                server.sendall(answer)
                client.recv(len(answer), socket.MSG_WAITALL)


def main() -> None:
    """All conversations at a time."""
    conversations = enumerate((dice(), lines(), numbered(), framed()), start=7001)
    threads = [
        threading.Thread(target=talk, args=(port, list(exchanges)))
        for port, exchanges in conversations
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
