"""An interface's name in, scapy's listening socket for it out, put right.

Known of scapy's sockets on Linux: they hold 64 KiB of packets, cut them at 65,535 bytes
where there is a capture filter, and give each of the loopback interface twice.
"""

import socket
import sys
from typing import Any, Optional

from fcgidissect.capture.scapy_reader import quiet
from fcgidissect.errors import CaptureError
from fcgidissect.net.frame import Source

LONGEST = 1 << 18
"""Bytes taken of a packet: all of it, also on the loopback interface."""
KERNEL_BUFFER = 1 << 25
"""Bytes that may wait in the kernel: a quarter of a second of a full gigabit link."""
SCAPY_BUFFERED = 1 << 10
"""Packets that fit in the 64 KiB that a socket has before it is put right."""

# linux/if_packet.h and asm/socket.h; Python's socket module does not name them
SOL_PACKET, PACKET_STATISTICS, PACKET_IGNORE_OUTGOING = 263, 6, 23
SO_RCVBUFFORCE, SO_ATTACH_FILTER = 33, 26
ARPHRD_LOOPBACK = 772
BPF_RETURN = 6


class NoFilters(CaptureError):
    """There is nothing that makes the kernel's program of a capture filter."""


LINK_TYPES = {12: 101, 14: 101}
"""DLT_ numbers whose LINKTYPE_ number is another one: raw IP."""


def open_socket(name: str, bpf: Optional[str]) -> Any:
    """Scapy's socket, not blocking, on which all that comes from now on passes the filter.

    Raises:
        CaptureError: there is no such interface, the filter is wrong, or it may not be
            captured; NoFilters where libpcap is missing.
    """
    linux = sys.platform == "linux"
    with quiet():
        import scapy.arch  # noqa: F401  (chooses conf.L2listen)
        from scapy.config import conf
        from scapy.error import Scapy_Exception

        filtered = {"nofilter": 1} if linux or not bpf else {"filter": bpf}
        try:
            opened = conf.L2listen(iface=name, **filtered)
            if linux:
                _tune(opened, name, bpf)
        except PermissionError as error:
            raise CaptureError(
                f"{name}: capturing takes root's rights or CAP_NET_RAW"
            ) from error
        except ImportError as error:
            raise NoFilters(
                f"{name}: a capture filter takes libpcap (apt-get install libpcap0.8)"
            ) from error
        except ValueError as error:
            raise CaptureError(f"{name}: there is no such interface") from error
        except (Scapy_Exception, OSError) as error:
            raise CaptureError(f"{name}: {error}") from error
    opened.ins.setblocking(False)
    _drain(opened)
    return opened


def _tune(opened: Any, name: str, bpf: Optional[str]) -> None:
    """Attach the filter, widen the buffer, take the loopback's packets once."""
    if bpf:
        _attach(opened.ins, name, bpf)
    try:
        opened.ins.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, KERNEL_BUFFER)
    except PermissionError:  # CAP_NET_RAW alone allows less
        opened.ins.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER)
    if opened.ins.getsockname()[3] == ARPHRD_LOOPBACK:
        opened.ins.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)


def _attach(ins: socket.socket, name: str, bpf: str) -> None:
    """Attach a capture filter that takes packets whole; scapy's takes 65,535 bytes."""
    from scapy.arch.common import compile_filter, free_filter
    from scapy.libs.structures import sock_fprog

    program = compile_filter(bpf, name)
    for index in range(program.bf_len):
        instruction = program.bf_insns[index]
        if instruction.code == BPF_RETURN and instruction.k:
            instruction.k = LONGEST
    ins.setsockopt(
        socket.SOL_SOCKET,
        SO_ATTACH_FILTER,
        sock_fprog(program.bf_len, program.bf_insns),
    )
    free_filter(program)


def _drain(opened: Any) -> None:
    """Let go what came before the filter was there: no more than scapy's buffer holds."""
    try:
        for _ in range(SCAPY_BUFFERED):
            opened.recv_raw(LONGEST)
    except BlockingIOError:
        pass


def source_of(opened: Any, name: str) -> Source:
    """Where its packets come from."""
    from scapy.data import ARPHRD_TO_DLT

    number = ARPHRD_TO_DLT.get(opened.ins.getsockname()[3], 1)
    return Source(LINK_TYPES.get(number, number), 6, name, name)


def dropped(opened: Any) -> int:
    """Packets that the kernel had no room for; each is told once."""
    if sys.platform != "linux":
        return 0
    counts = opened.ins.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
    return int.from_bytes(counts[4:8], sys.byteorder)
