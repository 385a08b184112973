"""A port in, FastCGI answers out that no ordinary application gives.

Plays the application's side: python3 server.py PORT. The path of the request picks one
of the answers below, each named as the path; the docstring tells its records.
"""

import socket
import sys
import time
from collections.abc import Callable, Iterator

from fastcgi import Peer, Record, Status, Type, end, record

HEADER = b"Content-Type: text/plain\r\n\r\n"


def overloaded(request_id: int) -> Iterator[bytes]:
    """END_REQUEST with the status OVERLOADED, and nothing before it."""
    yield end(request_id, status=Status.OVERLOADED)


def padding_server(request_id: int) -> Iterator[bytes]:
    """Padding of 255 on every record, on a STDOUT of 65,535 bytes and on empty ones."""
    text = HEADER + b"padding is not content. " * 2800
    for kind, content in (
        (Type.STDERR, b"padded"),
        (Type.STDERR, b""),
        (Type.STDOUT, text[:65535]),
        (Type.STDOUT, text[65535:]),
        (Type.STDOUT, b""),
        (Type.END_REQUEST, bytes(8)),
    ):
        yield record(kind, request_id, content, 255)


def dribble(request_id: int) -> Iterator[bytes]:
    """The header and a line, one byte of them in each STDOUT."""
    for octet in HEADER + b"drip\n":
        yield record(Type.STDOUT, request_id, bytes([octet]), 7)
    yield record(Type.STDOUT, request_id) + end(request_id)


def stderr_amid(request_id: int) -> Iterator[bytes]:
    """STDERR between the two halves of the header, amid the body and after STDOUT."""
    yield record(Type.STDOUT, request_id, b"Status: 201 Created\r\nContent-Ty")
    yield record(Type.STDERR, request_id, b"amid the header\n")
    yield record(Type.STDOUT, request_id, b"pe: text/plain\r\n\r\nso far\n")
    yield record(Type.STDERR, request_id, b"amid the body, caf\xc3")
    yield record(Type.STDERR, request_id, b"\xa9\n")
    yield record(Type.STDOUT, request_id, b"so good\n")
    yield record(Type.STDOUT, request_id)
    yield record(Type.STDERR, request_id, b"\x1b[31mafter\x1b[0m STDOUT\n")
    yield record(Type.STDERR, request_id) + end(request_id, app_status=0x80000001)


def cut_answer(request_id: int) -> Iterator[bytes]:
    """A STDOUT that says 200 bytes and a connection that ends after 100."""
    whole = record(Type.STDOUT, request_id, (HEADER + b"and so on, " * 20)[:200])
    yield whole[:108]


def close_silently(_: int) -> Iterator[bytes]:
    """Nothing: the connection ends without an answer."""
    return iter(())


def no_answer(_: int) -> Iterator[bytes]:
    """Nothing for one and a half seconds, when nginx has long given up."""
    time.sleep(1.5)
    return iter(())


ANSWERS: dict[str, Callable[[int], Iterator[bytes]]] = {
    answer.__name__: answer
    for answer in (
        overloaded,
        padding_server,
        dribble,
        stderr_amid,
        cut_answer,
        close_silently,
        no_answer,
    )
}


def is_last(received: Record) -> bool:
    """Whether a Responder has its request with this record: STDIN is at its end."""
    return received.kind == Type.STDIN and not received.content


def serve(peer: Peer) -> None:
    """Read one request, answer it a record a segment, and close."""
    params, request_id = b"", 0
    while (received := peer.receive()) and not is_last(received):
        params += received.content if received.kind == Type.PARAMS else b""
        request_id = received.request_id
    for path, answer in ANSWERS.items():
        if b"REQUEST_URI/" + path.encode() in params:
            for part in answer(request_id):
                peer.send(part)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
        while True:
            with Peer(listener.accept()[0]) as web_server:
                serve(web_server)
