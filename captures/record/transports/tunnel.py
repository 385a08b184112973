"""One end of a tunnel in user space: what goes into a TUN or TAP device goes to the peer.

Usage: tunnel.py KIND DEVICE OWN-ADDRESS PEER-ADDRESS

For kernels without these tunnels' drivers. The kernel writes the outer IPv4 header; ours
is what stands between it and the packet.
"""

import contextlib
import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_TAP, IFF_NO_PI = 0x0001, 0x0002, 0x1000

# Kind: IP protocol (IANA), the header before the packet, whether packets are frames.
KINDS = {
    "ipip": (4, b"", IFF_TUN),  # RFC 2003
    "6in4": (41, b"", IFF_TUN),  # RFC 4213
    "gre": (47, bytes.fromhex("0000 0800"), IFF_TUN),  # RFC 2784
    "gre-key": (47, bytes.fromhex("2000 0800 0000002a"), IFF_TUN),  # RFC 2890
    "gretap": (47, bytes.fromhex("0000 6558"), IFF_TAP),
}


def main() -> None:
    """Carry packets, for ever."""
    kind, name, own, peer = sys.argv[1:]
    protocol, header, flag = KINDS[kind]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(
        device, TUNSETIFF, struct.pack("16sH22x", name.encode(), flag | IFF_NO_PI)
    )
    outside = socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
    outside.bind((own, 0))
    while True:
        for ready in select.select([device, outside.fileno()], [], [])[0]:
            if ready is device:
                outside.sendto(header + os.read(device, 65536), (peer, 0))
            else:
                packet = outside.recv(65536)
                inner = packet[(packet[0] & 0x0F) * 4 + len(header) :]
                with contextlib.suppress(OSError):  # the device is not up yet
                    os.write(device, inner)


main()
