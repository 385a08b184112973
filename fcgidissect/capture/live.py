"""Names of interfaces in, batches of what passes them out, as it comes."""

from select import select
from time import monotonic
from types import TracebackType
from typing import (
    Any,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Type,
)

from fcgidissect.capture.scapy_reader import quiet
from fcgidissect.capture.sockets import LONGEST, dropped, open_socket, source_of
from fcgidissect.errors import CaptureError
from fcgidissect.net.frame import Batch

ANY = "any"
"""The name that stands for all interfaces that are up, as tcpdump has it."""

BATCH_BYTES = 1 << 18
TICK = 0.25
"""Seconds after which a batch is given even if it is empty, so that time is seen to pass."""


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
    """What passes interfaces: iterate over its batches, as they come.

    Args:
        names: of the interfaces, ANY perhaps among them.
        bpf: the capture filter in libpcap's language; none takes everything.
        duration: seconds after which it ends, None for never.

    Raises:
        CaptureError: there is no such interface, the filter is wrong, or it may not be
            captured.
    """

    def __init__(
        self,
        names: Sequence[str],
        bpf: Optional[str] = None,
        duration: Optional[float] = None,
    ) -> None:
        self.name = ", ".join(names)
        self.damage: Optional[str] = None
        """What was lost; known when the iteration ends, however it does."""
        self.size: Optional[int] = None
        self.position = 0
        """Bytes of packets so far."""
        if ANY in names:
            names = [found.name for found in interfaces()]
        self._sockets = _all_opened(names, bpf)
        self._lost = 0
        self._ended: Optional[str] = None
        self._stopped = False
        self._end = None if duration is None else monotonic() + duration

    def __iter__(self) -> Iterator[Batch]:
        try:
            while (left := self._left()) > 0:
                yield from self._arrived(min(left, TICK))
        except OSError as error:
            self._ended = f"ended early: {error.strerror}"
        finally:
            self._count_lost()

    def _count_lost(self) -> None:
        self._lost += sum(dropped(one) for one in self._sockets.values())
        lost = f"{self._lost} packets came faster than they could be read"
        said = [self._ended, lost if self._lost else None]
        self.damage = ", ".join(filter(None, said)) or None

    def _left(self) -> float:
        if self._stopped:
            return 0
        return TICK if self._end is None else self._end - monotonic()

    def _arrived(self, patience: float) -> Iterator[Batch]:
        waiting = {one.ins: name for name, one in self._sockets.items()}
        for ready in select(waiting, [], [], patience)[0] or list(waiting)[:1]:
            name = waiting[ready]
            batch = _batch(self._sockets[name], name)
            self.position += len(batch.data)
            yield batch

    def stop(self) -> None:
        """End the iteration at the next batch."""
        self._stopped = True

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


def _all_opened(names: Sequence[str], bpf: Optional[str]) -> Dict[str, Any]:
    """A socket each; none is left open where one cannot be."""
    opened: Dict[str, Any] = {}
    try:
        for name in names:
            opened[name] = open_socket(name, bpf)
    except CaptureError:
        for one in opened.values():
            one.close()
        raise
    return opened


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
    return Batch(b"".join(parts), packets, source_of(opened, name))
