"""An interface's name in, batches of what passes it out, through scapy's sockets.

Known of scapy's sockets, and put right here: they hold 64 KiB of packets, cut them at
65,535 bytes where there is a capture filter, and on Linux's loopback give each twice.
"""

import socket
import sys
from select import select
from time import monotonic
from types import TracebackType
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple, Type

from fcgidissect.capture.scapy_reader import quiet
from fcgidissect.errors import CaptureError
from fcgidissect.net.frame import Batch, Source

ANY = "any"
"""The name that stands for all interfaces that are up, as tcpdump has it."""

LONGEST = 1 << 18
"""Bytes taken of a packet: all of it, also on the loopback interface."""
BATCH_BYTES = 1 << 18
KERNEL_BUFFER = 1 << 25
"""Bytes that may wait in the kernel: half a second of a busy gigabit link."""

# linux/if_packet.h and asm/socket.h: Python's socket module does not name them
SOL_PACKET, PACKET_STATISTICS, PACKET_IGNORE_OUTGOING = 263, 6, 23
SO_RCVBUFFORCE, SO_ATTACH_FILTER = 33, 26
ARPHRD_LOOPBACK = 772
BPF_RETURN = 6

LINK_TYPES = {12: 101, 14: 101}
"""DLT_ numbers whose LINKTYPE_ number is another one: raw IP."""


class Interface(NamedTuple):
    """An interface on which packets can be captured."""

    name: str
    addresses: Tuple[str, ...]
    """IPv4, then IPv6."""


def interfaces() -> List[Interface]:
    """The interfaces that are up, in the system's order."""
    with quiet():
        import scapy.arch  # noqa: F401  (fills conf.ifaces)
        from scapy.config import conf

        return [
            Interface(found.name, (*found.ips[4], *found.ips[6]))
            for found in conf.ifaces.values()
            if found.is_valid()
        ]


class LiveCapture:
    """What passes one interface or all: iterate over its batches, as they come.

    Args:
        name: of the interface, or ANY.
        bpf: the capture filter in libpcap's language; none takes everything.
        duration: seconds after which it ends, None for never.

    Raises:
        CaptureError: there is no such interface, the filter is wrong, or it may not be
            captured.
    """

    def __init__(
        self, name: str, bpf: Optional[str] = None, duration: Optional[float] = None
    ) -> None:
        self.name = name
        self.damage: Optional[str] = None
        """How many packets were lost; known when the iteration ends, however it does."""
        self.size: Optional[int] = None
        self.position = 0
        """Bytes of packets so far."""
        names = [found.name for found in interfaces()] if name == ANY else [name]
        self._sockets = {one: _socket(one, bpf) for one in names}
        self._lost = 0
        self._end = None if duration is None else monotonic() + duration

    def __iter__(self) -> Iterator[Batch]:
        try:
            while (left := self._left()) is None or left > 0:
                yield from self._arrived(left)
        finally:
            self._count_lost()

    def _count_lost(self) -> None:
        """Ask the kernel, which tells each loss once."""
        self._lost += sum(_dropped(one) for one in self._sockets.values())
        if self._lost:
            self.damage = f"{self._lost} packets came faster than they could be read"

    def _left(self) -> Optional[float]:
        return None if self._end is None else self._end - monotonic()

    def _arrived(self, patience: Optional[float]) -> Iterator[Batch]:
        waiting = {one.ins: name for name, one in self._sockets.items()}
        for ready in select(waiting, [], [], patience)[0]:
            name = waiting[ready]
            batch = _batch(self._sockets[name], name)
            if batch.packets:
                self.position += len(batch.data)
                yield batch

    def close(self) -> None:
        """Stop capturing."""
        self._count_lost()
        with quiet():
            for one in self._sockets.values():
                one.close()
        self._sockets = {}

    def __enter__(self) -> "LiveCapture":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def live(
    name: str, bpf: Optional[str] = None, duration: Optional[float] = None
) -> LiveCapture:
    """Capture from an interface; see `LiveCapture`."""
    return LiveCapture(name, bpf, duration)


def _socket(name: str, bpf: Optional[str]) -> Any:
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
            raise CaptureError(
                f"{name}: a capture filter takes libpcap (apt-get install libpcap0.8)"
            ) from error
        except (Scapy_Exception, OSError, ValueError) as error:
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
    """Let go what came before the filter was there."""
    try:
        while True:
            opened.recv_raw(LONGEST)
    except BlockingIOError:
        pass


def _batch(opened: Any, name: str) -> Batch:
    """What has arrived by now, BATCH_BYTES of it or a little more."""
    packets, parts, start = [], [], 0
    try:
        while start < BATCH_BYTES:
            _, data, time = opened.recv_raw(LONGEST)
            if not data:
                break
            nanoseconds = round(time * 1_000_000) * 1000
            packets.append((nanoseconds, start, len(data), len(data)))
            parts.append(data)
            start += len(data)
    except BlockingIOError:
        pass
    return Batch(b"".join(parts), packets, _source(opened, name))


def _source(opened: Any, name: str) -> Source:
    from scapy.data import ARPHRD_TO_DLT

    number = ARPHRD_TO_DLT.get(opened.ins.getsockname()[3], 1)
    return Source(LINK_TYPES.get(number, number), 6, name, name)


def _dropped(opened: Any) -> int:
    """Packets that the kernel had no room for."""
    if sys.platform != "linux":
        return 0
    counts = opened.ins.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
    return int.from_bytes(counts[4:8], sys.byteorder)
