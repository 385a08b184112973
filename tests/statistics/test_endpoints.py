"""TCP endpoints, beside tshark's."""

import pytest

from tests.statistics.told import path, rows
from tests.tshark import needs_tshark, tshark


@needs_tshark
@pytest.mark.parametrize("name", ["nginx-pool", "mixed-port", "ipv6", "vlan"])
def test_they_are_tsharks(name: str) -> None:
    text = tshark("-q", "-r", path(name), "-z", "endpoints,tcp", ports=[])
    wanted = set()
    for line in text.splitlines():
        cells = line.split()
        if len(cells) == 8 and cells[1].isdigit():
            wanted.add((cells[0], *map(int, cells[1:])))
    told = {
        (
            *(row["address"], row["port"], row["frames"], row["bytes"]),
            *(row["frames_sent"], row["bytes_sent"]),
            *(row["frames_received"], row["bytes_received"]),
        )
        for row in rows(name, "endpoints,tcp")
    }
    assert told == wanted and told
