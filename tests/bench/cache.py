"""The benchmark's captures on the disk: a name and a scale in, where the file is and what is in it.

A folder for each version of what makes them, so that no run measures a capture of another one.
"""

import json
import tempfile
import zlib
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Optional

from tests.bench.servers import SERVERS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DEFAULT = Path(tempfile.gettempdir()) / "fcgidissect-bench"
GENERATOR = "frames connection web traffic noise kinds files make".split()
RECORDER = "servers record".split()
ENDINGS = {"gz": ".pcap.gz", "pcapng": ".pcapng", "tiny": ".pcap.gz"}


class Capture(NamedTuple):
    """A capture in its place, and what is in it."""

    path: str
    packets: int
    bytes: int
    """Of the file."""
    records: int
    requests: int
    connections: int


def place(folder: Path, name: str, scale: Fraction) -> Path:
    """Where a capture is or will be."""
    version = 0
    for module in RECORDER if name in SERVERS else GENERATOR:
        version = zlib.crc32((HERE / f"{module}.py").read_bytes(), version)
    size = f"{scale.numerator}-{scale.denominator}"
    ending = ENDINGS.get(name, ".pcap")
    return folder / f"{version:08x}" / f"{name}-{size}{ending}"


def beside(path: Path) -> Path:
    """Where it is written what is in a capture."""
    return path.with_name(path.name + ".json")


def find(folder: Path, name: str, scale: Fraction) -> Optional[Capture]:
    """A capture, if it has been made."""
    told = beside(place(folder, name, scale))
    return Capture(**json.loads(told.read_text())) if told.exists() else None
