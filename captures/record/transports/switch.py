"""Frames in at TAP device web0, out at app0 and the other way: a cable of many moods.

`--bad SEED` loses, delays (so reorders) and repeats frames, by dice with that seed.
`--mirror TAG...` gives a copy of every frame, with these VLAN tags, to a third TAP device
span0, as a switch's mirror port does; a TAG is protocol:id, 8100:5, outermost first.
"""

import argparse
import contextlib
import fcntl
import heapq
import os
import random
import select
import struct
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000

CABLE = 0.001  # seconds that every frame takes
LOST, DELAYED, REPEATED = 0.03, 0.08, 0.03  # shares of the frames
DELAY = 0.003, 0.015  # seconds more that a delayed or repeated one takes


def tap(name: str) -> int:
    """A new TAP device of that name; frames are read from and written to the result."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI)
    fcntl.ioctl(device, TUNSETIFF, request)
    return device


def delays(dice: random.Random | None) -> list[float]:
    """After how many seconds a frame leaves: once, or not at all, or twice."""
    if dice is None:
        return [0.0]
    fate = dice.random()
    later = dice.uniform(*DELAY)
    if fate < LOST:
        return []
    if fate < LOST + DELAYED:
        return [CABLE + later]
    if fate < LOST + DELAYED + REPEATED:
        return [CABLE, CABLE + later]
    return [CABLE]


def tag(text: str) -> bytes:
    """The four bytes of a VLAN tag from its protocol in hex and its id: 8100:5."""
    protocol, vlan = text.split(":")
    return struct.pack(">HH", int(protocol, 16), int(vlan))


def emit(device: int, frame: bytes) -> None:
    """Send a frame; a device that is not up yet loses it, as a cable would."""
    with contextlib.suppress(OSError):
        os.write(device, frame)


def forward(dice: random.Random | None, tags: bytes) -> None:
    """Pass frames on, for ever."""
    web, app = tap("web0"), tap("app0")
    other = {web: app, app: web}
    span = tap("span0") if tags else -1
    waiting: list[tuple[float, int, int, bytes]] = []  # when, count, device, frame
    count = 0
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for device in select.select([web, app], [], [], pause)[0]:
            frame = os.read(device, 65536)
            if tags:
                emit(span, frame[:12] + tags + frame[12:])
            for delay in delays(dice):
                count += 1
                when = time.monotonic() + delay
                heapq.heappush(waiting, (when, count, other[device], frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, device, frame = heapq.heappop(waiting)
            emit(device, frame)


def main() -> None:
    """Read the command line and forward."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bad", type=int, metavar="SEED")
    parser.add_argument("--mirror", nargs="+", default=[], metavar="TAG")
    options = parser.parse_args()
    dice = None if options.bad is None else random.Random(options.bad)
    forward(dice, b"".join(map(tag, options.mirror)))


main()
