"""Makes the benchmark's captures: a name and a scale in, a file in the cache folder out.

The same name and scale give the same bytes, unless real servers are recorded.
"""

import argparse
import gzip
import json
import shutil
import signal
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import BinaryIO, Callable

from tests.bench import cache
from tests.bench.cache import Capture
from tests.bench.files import Format, pcap, pcapng
from tests.bench.kinds import KINDS
from tests.bench.record import NotRecorded, record
from tests.bench.servers import SERVERS
from tests.bench.traffic import Traffic

TINY = cache.ROOT / "captures" / "fcgi.pcap.gz"

Maker = Callable[[Path, Path, Fraction], Capture]
"""The cache folder, where the file is wanted, the scale."""


def write(
    file: BinaryIO, kind: str, scale: Fraction, form: Format = pcap
) -> "tuple[Traffic, int]":
    """A capture of a kind into a file; gives what is said in it, and the number of packets."""
    random = Random(f"fcgidissect {kind}")
    network, frames = KINDS[kind]
    traffic = Traffic(random, network)
    packets = form(file, frames(traffic, scale), random)
    return traffic, packets


def make(kind: str, form: Format, folder: Path, path: Path, scale: Fraction) -> Capture:
    """A generated capture."""
    with open(path, "wb") as file:
        traffic, packets = write(file, kind, scale, form)
    return Capture(
        path=str(path),
        packets=packets,
        bytes=path.stat().st_size,
        records=sum(map(len, traffic.truth.values())) // 8,
        requests=traffic.requests,
        connections=traffic.connections,
    )


def compress(folder: Path, path: Path, scale: Fraction) -> Capture:
    """The small requests, as `gzip` leaves them."""
    plain = get(folder, "small", scale)
    with open(plain.path, "rb") as source, gzip.open(path, "wb", 6) as file:
        shutil.copyfileobj(source, file, 1 << 20)
    return plain._replace(path=str(path), bytes=path.stat().st_size)


def tiny(folder: Path, path: Path, scale: Fraction) -> Capture:
    """One GET, for what a start costs."""
    shutil.copyfile(TINY, path)
    return Capture(str(path), 16, path.stat().st_size, 7, 1, 1)


MAKERS: "dict[str, Maker]" = {
    **{kind: partial(make, kind, pcap) for kind in KINDS},
    "pcapng": partial(make, "small", pcapng),
    "gz": compress,
    "tiny": tiny,
    **{kind: partial(record, kind) for kind in SERVERS},
}


def get(folder: Path, name: str, scale: Fraction) -> Capture:
    """A capture, made if it is not there."""
    found = cache.find(folder, name, scale)
    if found:
        return found
    path = cache.place(folder, name, scale)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = MAKERS[name](folder, path, scale)
    cache.beside(path).write_text(json.dumps(made._asdict()))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.make")
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(MAKERS))
    parser.add_argument("--scale", type=Fraction, default=Fraction(1, 8))
    parser.add_argument("--cache", type=Path, default=cache.DEFAULT)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = 0
    for name in options.names:
        try:
            print(*get(options.cache, name, options.scale))
        except NotRecorded as why:
            print(f"no capture {name}: {why}", file=sys.stderr)
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
