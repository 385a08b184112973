"""Scapy's sockets after they are put right: whole packets, losses counted, errors told."""

import socket
import subprocess
import sys

import pytest

from fcgidissect.capture.live import LiveCapture
from fcgidissect.errors import CaptureError
from tests.capture.loopback import PAYLOAD, connection, needs_packet_socket, packets

pytestmark = needs_packet_socket


def test_long_packets_are_whole():
    """Loopback's go over 65,535 bytes with their headers; scapy's filter cuts them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        with LiveCapture(["lo"], f"udp port {port}", 0.2) as capture:
            one.sendto(b"u" * 65507, ("127.0.0.1", port))
            ((data, cap_len, length),) = packets(capture)
    assert (data[42:], cap_len, length) == (b"u" * 65507, 65549, 65549)


def test_lost_packets_are_counted(monkeypatch):
    monkeypatch.setattr("fcgidissect.capture.sockets.KERNEL_BUFFER", 1 << 12)
    with connection() as (client, accepted, port):
        with LiveCapture(["lo"], f"tcp port {port}", 0.2) as capture:
            for _ in range(200):
                client.sendall(PAYLOAD)
                accepted.recv(1000)
            list(capture)
    lost, _, words = capture.damage.partition(" ")
    assert int(lost) > 0
    assert words == "packets came faster than they could be read"


@pytest.mark.parametrize(
    "name, bpf, words",
    [
        ("nosuch0", None, "nosuch0: there is no such interface"),
        ("lo", "tcp prt 80", "lo: Failed to compile filter expression 'tcp prt 80'"),
    ],
)
def test_errors(name, bpf, words):
    with pytest.raises(CaptureError) as caught:
        LiveCapture([name], bpf)
    assert str(caught.value).startswith(words)


def test_scapy_is_silent():
    code = "from fcgidissect.capture.live import LiveCapture; LiveCapture(['lo'], 'tcp').close()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (said.stdout, said.stderr) == ("", "")


def test_without_rights():
    code = (
        "import os; from fcgidissect.capture.live import LiveCapture, interfaces\n"
        "interfaces()  # all is imported while that is allowed\n"
        "os.setuid(65534)\n"
        "try: LiveCapture(['lo'])\n"
        "except Exception as error: print(error)"
    )
    call = [sys.executable, "-c", code]
    said = subprocess.run(call, capture_output=True, text=True, cwd="/")
    assert (
        said.stdout == "lo: capturing takes root's rights or CAP_NET_RAW\n"
    ), said.stderr
