"""A connection on loopback to capture, and whether this process may."""

import socket
from contextlib import contextmanager

import pytest


def may_capture():
    """Whether this process may open a packet socket."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (AttributeError, PermissionError):
        return False
    return True


needs_packet_socket = pytest.mark.skipif(
    not may_capture(), reason="needs Linux and root's rights to capture on loopback"
)

PAYLOAD = b"The quick brown fox. " * 10


@contextmanager
def connection():
    """Both ends of a TCP connection on loopback, and the port that it goes to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            with accepted:
                yield client, accepted, port


def packets(batches):
    return [
        (batch.data[start : start + cap_len], cap_len, length)
        for batch in batches
        for _, start, cap_len, length in batch.packets
    ]
