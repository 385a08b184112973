"""A TCP connection: what each end writes in, frames out, in the order in which they are seen."""

from itertools import islice
from random import Random
from typing import Iterable, Iterator, NamedTuple

from tests.bench.frames import ACK, PSH, SYN, Host, Sender

WINDOW_SEGMENTS = 64
"""How many segments are on their way at once."""


class Network(NamedTuple):
    """What lies between the two ends."""

    segment: int
    """The most bytes that a segment carries."""
    acknowledge_every: int
    """How many segments in order are acknowledged at once."""
    disorder: bool = False
    """One segment in a hundred is lost and sent again, another one comes late."""


LOOPBACK = Network(65483, 1)
ETHERNET = Network(1448, 2)
LOSSY = Network(1448, 2, disorder=True)


class Segment(NamedTuple):
    """A part of what was written."""

    start: int
    """Sequence number of its first byte."""
    payload: bytes
    flags: int


class Connection:
    """A client and a server; every method gives frames, and sends as they are taken."""

    def __init__(
        self, client: Host, server: Host, network: Network, random: Random
    ) -> None:
        self.client = Sender(client, server, random.getrandbits(32))
        self.server = Sender(server, client, random.getrandbits(32))
        self.network = network
        self.random = random

    def open(self) -> Iterator[bytes]:
        """The handshake."""
        client, server = self.client, self.server
        yield client.syn(self.network.segment, SYN)
        server.received = client.sequence
        yield server.syn(self.network.segment, SYN | ACK)
        client.received = server.sequence
        yield client.acknowledgement()

    def close(self, first: Sender, second: Sender) -> Iterator[bytes]:
        """Both ends take leave."""
        yield first.fin()
        second.received = first.sequence
        yield second.fin()
        first.received = second.sequence
        yield first.acknowledgement()

    def send(
        self, sender: Sender, writes: Iterable[bytes], acknowledged: bool = True
    ) -> Iterator[bytes]:
        """What one end writes; not `acknowledged` where the answer will do that."""
        receiver = self.server if sender is self.client else self.client
        segments = cut(writes, sender.sequence, self.network.segment)
        while window := list(islice(segments, WINDOW_SEGMENTS)):
            sender.sequence = window[-1].start + len(window[-1].payload)
            yield from self._window(sender, receiver, window, acknowledged)

    def _window(
        self,
        sender: Sender,
        receiver: Sender,
        window: "list[Segment]",
        acknowledged: bool,
    ) -> Iterator[bytes]:
        """A window's segments as they arrive; an acknowledgement never passes a hole."""
        missing = [*window, Segment(sender.sequence, b"", 0)]
        arrived, whole, every = set(), 0, self.network.acknowledge_every
        for count, place in enumerate(self._order(len(window)), 1):
            start, payload, flags = window[place]
            yield sender.frame(start, payload, flags)
            arrived.add(place)
            while whole in arrived:
                whole += 1
            receiver.received = missing[whole].start
            receiver.heard = sender.clock
            if place >= whole or (acknowledged and count % every == 0):
                yield receiver.acknowledgement()

    def _order(self, count: int) -> Iterable[int]:
        """The places of a window's segments in the order of their arrival."""
        if not self.network.disorder:
            return range(count)
        return disordered(count, self.random)


def disordered(count: int, random: Random) -> "list[int]":
    """Places in the order of arrival, some of them late and some twice.

    In a hundred one is lost and comes again a round trip later, one is overtaken by up to three
    others, and half a one comes twice, because its acknowledgement was lost.
    """
    arrivals = []
    for place in range(count):
        chance = random.random()
        late = 0.0
        if chance < 0.01:
            late = 20.5
        elif chance < 0.02:
            late = random.randint(1, 3) + 0.5
        elif chance < 0.025:
            arrivals.append((place + 20.5, place))
        arrivals.append((place + late, place))
    return [place for _, place in sorted(arrivals)]


def cut(writes: Iterable[bytes], start: int, size: int) -> Iterator[Segment]:
    """Writes as segments; the last of a write has PSH."""
    for write in writes:
        for offset in range(0, len(write), size):
            payload = write[offset : offset + size]
            last = offset + size >= len(write)
            yield Segment(start, payload, PSH | ACK if last else ACK)
            start += len(payload)
