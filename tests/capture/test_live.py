"""What passes the loopback interface while a connection is made on it."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from fcgidissect.capture.live import interfaces, live
from fcgidissect.errors import CaptureError


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


@needs_packet_socket
def test_loopback():
    """Each packet once, with its time, and none of what the filter leaves out."""
    with connection() as (client, accepted, port), connection() as (other, _, _):
        began = time.time_ns()
        with live("lo", f"tcp port {port}", 0.3) as capture:
            client.sendall(PAYLOAD)
            assert accepted.recv(1000) == PAYLOAD
            other.sendall(b"not this")
            batches = list(capture)
        times = [packet[0] for batch in batches for packet in batch.packets]
    found = packets(batches)
    assert [data.count(PAYLOAD) for data, _, _ in found] == [1, 0], "data, then its ACK"
    assert all(began - 10**6 <= time_ns <= time.time_ns() for time_ns in times)
    assert {batch.source.link_type for batch in batches} == {1}
    assert {batch.source.interface_name for batch in batches} == {"lo"}
    assert capture.damage is None
    assert capture.size is None
    assert capture.position == sum(cap_len for _, cap_len, _ in found)


@needs_packet_socket
def test_long_packets_are_whole():
    """Loopback's go over 65,535 bytes with their headers; scapy's filter cuts them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        with live("lo", f"udp port {port}", 0.2) as capture:
            one.sendto(b"u" * 65507, ("127.0.0.1", port))
            ((data, cap_len, length),) = packets(capture)
    assert (data[42:], cap_len, length) == (b"u" * 65507, 65549, 65549)


@needs_packet_socket
def test_a_batch_comes_at_once():
    with connection() as (client, accepted, port):
        with live("lo", f"tcp port {port}") as capture:
            batches = iter(capture)
            for text in (b"one", b"two"):
                client.sendall(text)
                assert any(
                    data.endswith(text) for data, _, _ in packets([next(batches)])
                )


@needs_packet_socket
def test_any_interface():
    with connection() as (client, accepted, port):
        with live("any", f"tcp port {port}", 0.2) as capture:
            client.sendall(PAYLOAD)
            batches = list(capture)
    assert {batch.source.interface_name for batch in batches} == {"lo"}


@needs_packet_socket
def test_lost_packets_are_counted(monkeypatch):
    monkeypatch.setattr("fcgidissect.capture.live.KERNEL_BUFFER", 1 << 12)
    with connection() as (client, accepted, port):
        with live("lo", f"tcp port {port}", 0.2) as capture:
            for _ in range(200):
                client.sendall(PAYLOAD)
                accepted.recv(1000)
            list(capture)
    lost, _, words = capture.damage.partition(" ")
    assert int(lost) > 0
    assert words == "packets came faster than they could be read"


def test_interfaces():
    assert [found.addresses[0] for found in interfaces() if found.name == "lo"] == [
        "127.0.0.1"
    ]


@needs_packet_socket
@pytest.mark.parametrize(
    "name, bpf, words",
    [
        ("nosuch0", None, "nosuch0: Interface 'nosuch0' not found !"),
        ("lo", "tcp prt 80", "lo: Failed to compile filter expression 'tcp prt 80'"),
    ],
)
def test_errors(name, bpf, words):
    with pytest.raises(CaptureError) as caught:
        live(name, bpf)
    assert str(caught.value).startswith(words)


@needs_packet_socket
def test_scapy_is_silent():
    code = "from fcgidissect.capture.live import live; live('lo', 'tcp').close()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("", "")


@needs_packet_socket
def test_without_rights():
    code = (
        "import os; from fcgidissect.capture.live import interfaces, live\n"
        "interfaces()  # all is imported while that is allowed\n"
        "os.setuid(65534)\n"
        "try: live('lo')\n"
        "except Exception as error: print(error)"
    )
    call = [sys.executable, "-c", code]
    said = subprocess.run(call, capture_output=True, text=True, cwd="/")
    assert (
        said.stdout == "lo: capturing takes root's rights or CAP_NET_RAW\n"
    ), said.stderr
