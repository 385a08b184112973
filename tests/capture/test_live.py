"""What passes the loopback interface while a connection is made on it."""

import subprocess
import sys
import time

from fcgidissect.capture.live import LiveCapture, interfaces
from tests.capture.loopback import PAYLOAD, connection, needs_packet_socket, packets

pytestmark = needs_packet_socket


def test_loopback():
    """Each packet once, with its time, and none of what the filter leaves out."""
    with connection() as (client, accepted, port), connection() as (other, _, _):
        began = time.time_ns()
        with LiveCapture(["lo"], f"tcp port {port}", 0.3) as capture:
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


def test_a_batch_comes_at_once():
    with connection() as (client, accepted, port):
        with LiveCapture(["lo"], f"tcp port {port}") as capture:
            batches = iter(capture)
            for text in (b"one", b"two"):
                client.sendall(text)
                first = next(filter(lambda batch: batch.packets, batches))
                assert any(data.endswith(text) for data, _, _ in packets([first]))


def test_any_interface():
    with connection() as (client, accepted, port):
        with LiveCapture(["any"], f"tcp port {port}", 0.2) as capture:
            client.sendall(PAYLOAD)
            batches = [batch for batch in capture if batch.packets]
    assert {batch.source.interface_name for batch in batches} == {"lo"}


def test_time_is_seen_to_pass_and_it_can_be_stopped():
    with LiveCapture(["lo"], "udp port 9") as capture:
        for batch in capture:
            assert not batch.packets
            capture.stop()


DOWN = """
import fcntl, socket, struct
from fcgidissect.capture.live import LiveCapture

def loopback(flags):  # SIOCSIFFLAGS of netdevice(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", flags))

loopback(1)
with LiveCapture(["lo"]) as capture:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"last words", ("127.0.0.1", 9))
    batches = iter(capture)
    print(any(b"last words" in batch.data for batch in batches))
    loopback(0)
    print([batch for batch in batches if b"last words" not in batch.data and batch.data])
print(capture.damage)
"""


def test_interface_goes_down():
    """In a network namespace of its own."""
    call = ["unshare", "--net", sys.executable, "-c", DOWN]
    said = subprocess.run(call, capture_output=True, text=True, timeout=30)
    assert said.stdout.splitlines() == [
        "True",
        "[]",
        "ended early: Network is down",
    ], said.stderr


def test_interfaces():
    assert [found.addresses[0] for found in interfaces() if found.name == "lo"] == [
        "127.0.0.1"
    ]
