"""The committed captures as captures/README.md lists them."""

import re
from pathlib import Path
from typing import Iterator, NamedTuple

CAPTURES = Path(__file__).parent.parent / "captures"
TRUTHS = sorted(CAPTURES.glob("*.truth.json"))
ROW = re.compile(r"^\| `([^`]+\.pcap(?:ng)?(?:\.gz)?)` \| ([0-9, -]+) \|", re.MULTILINE)


class Capture(NamedTuple):
    """A row of captures/README.md."""

    name: str
    ports: str
    """As `-p` takes them."""

    @property
    def path(self) -> str:
        return str(CAPTURES / self.name)

    @property
    def has_truth(self) -> bool:
        """A file beside it tells what was really sent, because the capture lacks some."""
        return any(self.name in path.read_text() for path in TRUTHS)

    @property
    def port_numbers(self) -> "list[int]":
        numbers: "list[int]" = []
        for part in self.ports.replace(" ", "").split(","):
            first, _, last = part.partition("-")
            numbers += range(int(first), int(last or first) + 1)
        return numbers


def captures() -> "list[Capture]":
    return list(_rows())


def _rows() -> Iterator[Capture]:
    for name, ports in ROW.findall((CAPTURES / "README.md").read_text()):
        yield Capture(name, ports.strip())
