"""The kinds of captures: traffic and a scale in, frames out."""

from fractions import Fraction
from itertools import islice
from random import Random
from typing import Callable, Iterator, NamedTuple

from tests.bench.connection import ETHERNET, LOOPBACK, LOSSY, Network
from tests.bench.noise import Noise
from tests.bench.traffic import DOWNLOAD, UPLOAD, Exchange, Traffic

PACKETS, BYTES, CONNECTIONS = 400_000, 10**9, 100_000
"""The sizes at scale 1."""
AT_ONCE = 32
"""How many connections are open at the same time."""
FASTCGI_SHARE = 0.05
"""Of the packets of a noisy capture."""

Sessions = Iterator[Iterator[bytes]]


class Kind(NamedTuple):
    """A way to fill a capture."""

    network: Network
    frames: "Callable[[Traffic, Fraction], Iterator[bytes]]"


def interleave(
    sessions: Sessions,
    random: Random,
    packets: int = 0,
    size: int = 0,
    at_once: int = AT_ONCE,
) -> Iterator[bytes]:
    """The frames of sessions, so many of them open at the same time.

    No new one is opened when there have been so many packets or bytes (0: no limit); those that
    are open are led to their end.
    """
    running: "list[Iterator[bytes]]" = []
    opening, seen, length = True, 0, 0
    while opening or running:
        if opening and len(running) < at_once:
            running += islice(sessions, 1)
            opening = bool(running)
        place = int(random.random() * len(running))
        frame = next(running[place], None) if running else None
        if frame is None:
            del running[place : place + 1]
            continue
        yield frame
        seen, length = seen + 1, length + len(frame)
        opening = opening and not (0 < packets <= seen or 0 < size <= length)


def endless(session: "Callable[[], Iterator[bytes]]") -> Sessions:
    """One session after the other."""
    while True:
        yield session()


def small(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """Many small requests, most of them on kept connections."""
    packets = int(PACKETS * scale)
    return interleave(endless(traffic.pages), traffic.random, packets=packets)


def connections(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """A connection for every small request."""
    sessions = endless(lambda: traffic.session([traffic.page()], keep=False))
    return interleave(islice(sessions, int(CONNECTIONS * scale)), traffic.random)


def large(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """Uploads and downloads, by bytes."""
    size = int(BYTES * scale)
    return interleave(endless(traffic.bodies), traffic.random, size=size)


def segments(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """Uploads and downloads, by packets."""
    packets = int(PACKETS * scale)
    return interleave(endless(traffic.bodies), traffic.random, packets=packets)


def disorder(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """Small and large at once."""

    def session() -> Iterator[bytes]:
        return traffic.pages() if traffic.random.random() < 0.7 else traffic.bodies()

    packets = int(PACKETS * scale)
    return interleave(endless(session), traffic.random, packets=packets)


def connection(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """One connection: half of its bytes are one answer, the rest many requests."""
    half = int(BYTES * scale) // 2
    turns = half // (UPLOAD.body_length + DOWNLOAD.answer_length)
    answer = Exchange(0, half, buffered=False)
    return traffic.session([answer] + [UPLOAD, DOWNLOAD] * turns, keep=True)


def noise(traffic: Traffic, scale: Fraction) -> Iterator[bytes]:
    """Little FastCGI among much else."""
    random, packets = traffic.random, int(PACKETS * scale)
    wanted = int(packets * FASTCGI_SHARE)
    pages = interleave(endless(traffic.pages), random, packets=wanted, at_once=4)
    others = endless(Noise(random).session)
    rest = interleave(others, random, packets=packets - wanted)
    return mixed(pages, rest, FASTCGI_SHARE, random)


def mixed(
    rare: Iterator[bytes], frequent: Iterator[bytes], share: float, random: Random
) -> Iterator[bytes]:
    """Two sources as one: the rare one has a share of the frames while both last."""
    for frame in frequent:
        yield frame
        while random.random() < share:
            yield from islice(rare, 1)
    yield from rare


KINDS = {
    "small": Kind(LOOPBACK, small),
    "large": Kind(LOOPBACK, large),
    "noise": Kind(ETHERNET, noise),
    "disorder": Kind(LOSSY, disorder),
    "segments": Kind(ETHERNET, segments),
    "connection": Kind(LOOPBACK, connection),
    "connections": Kind(LOOPBACK, connections),
}
