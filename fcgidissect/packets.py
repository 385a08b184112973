"""Entries come in, the packets that brought them go into a pcap file, each once, in order.

- A record of many segments needs its first packets, too, and is known with its last: packets
  are held back until enough others have come, or, where someone may be waiting, time passed.
- With them go those that open and close their connection, so that it is decoded again with
  the same certainty; one that was opened before all that is held goes without.
"""

from collections import deque
from time import monotonic
from typing import Deque, Dict, List, NamedTuple, Sequence, Set, Union

from fcgidissect.capture.write import PcapWriter
from fcgidissect.entry import Entry
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Batch, Frame
from fcgidissect.net.segment import Segment
from fcgidissect.net.tcp import TURN

PATIENCE = 1.0
"""Seconds after which what is read from a pipe or an interface is held back no more."""


class Held(NamedTuple):
    """A batch whose packets are not decided on."""

    first: int
    """The number of its first frame."""
    batch: Batch
    since: float


class Packets:
    """The pcap file of `-w`; it watches the corridor's connections.

    Args:
        name: a path, gzip where it ends in .gz, or "-" for standard output.
        awaited: someone may be waiting for it.
        limits: `held_packets` bounds the bytes that are held back.

    Raises:
        CaptureError: it cannot be written.
    """

    flights = True
    """It takes them whole."""

    def __init__(
        self, name: str, awaited: bool = False, limits: Limits = Limits()
    ) -> None:
        self.late = 0
        """Packets that a record needs though they had not been held back so long."""
        self._pcap = PcapWriter(name)
        self._awaited = awaited
        self._most = limits.held_packets
        self._held: "Deque[Held]" = deque()
        self._bytes = 0
        self._frames = 0
        self._wanted: "Set[int]" = set()
        self._turns: "Dict[int, List[int]]" = {}
        """Stream -> its frames with a SYN, FIN or RST, as long as they are held; of a batch
        they are known before what is wanted of it."""
        self._streams: "Set[int]" = set()
        """Those of which something was wanted, until they end."""

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `dissect.Watcher`."""
        if segment.flags & TURN:
            if flow.number in self._streams:
                self._wanted.add(frame.number)
            else:
                self._turns.setdefault(flow.number, []).append(frame.number)

    def ended(self, flow: Flow) -> None:
        """See `dissect.Watcher`."""
        self._streams.discard(flow.number)

    def packets(self, batch: Batch) -> None:
        """The next packets, before the entries that end in them."""
        self._held.append(Held(self._frames + 1, batch, monotonic()))
        self._frames += len(batch.packets)
        self._bytes += len(batch.data)

    def rows(self, rows: "Sequence[Union[Entry, Flight]]") -> None:
        """Entries whose packets are to be written."""
        first = self._held[0].first if self._held else 0
        for row in rows:
            stream = row.flow.number
            if stream not in self._streams:
                self._streams.add(stream)
                turns = self._turns.pop(stream, ())
                self._wanted.update(number for number in turns if number >= first)
            own = row.number if isinstance(row, Flight) else row.frame.number
            for number in row.brought_by or (own,):
                if number >= first:
                    self._wanted.add(number)
                else:
                    self.late += 1
        while self._bytes > self._most or self._held and self._awaited_long():
            self._release()

    def _awaited_long(self) -> bool:
        return self._awaited and monotonic() - self._held[0].since > PATIENCE

    def _release(self) -> None:
        """Write of the first batch that is held what is wanted, and let it go."""
        first, batch, _ = self._held.popleft()
        self._bytes -= len(batch.data)
        numbers = range(first, first + len(batch.packets))
        chosen = self._wanted.intersection(numbers)
        if chosen:
            self._pcap.batch(batch, [number - first for number in sorted(chosen)])
            self._wanted -= chosen
            if self._awaited:
                self._pcap.flush()
        self._forget(numbers.stop)

    def _forget(self, first: int) -> None:
        """Let go of turns before all that is held."""
        while self._turns:
            stream = next(iter(self._turns))
            if self._turns[stream][-1] >= first:
                return
            del self._turns[stream]

    def close(self) -> None:
        """End the file."""
        while self._held:
            self._release()
        self._pcap.close()
