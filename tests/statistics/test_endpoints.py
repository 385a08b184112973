"""TCP endpoints, beside tshark's."""

from typing import Type

import pytest

from captures.make.packets import ethernet, ipv6, tcp
from fcgidissect.net.frame import Batch, Source
from fcgidissect.statistics.conversations import TcpConversations
from fcgidissect.statistics.endpoints import TcpEndpoints
from fcgidissect.statistics.statistic import Statistic
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


@pytest.mark.parametrize("kind", [TcpEndpoints, TcpConversations])
def test_an_ipv4_address_within_ipv6_is_written_as_one(kind: "Type[Statistic]") -> None:
    ends = "::ffff:1.2.3.4", "::ffff:5.6.7.8"
    frame = ethernet(ipv6(tcp(*ends, 40000, 9000, 1, 1, 16), *ends))
    statistic = kind()
    statistic.packets(Batch(frame, [(0, 0, len(frame), len(frame))], Source(1)))
    (table,) = statistic.tables()
    texts = [cell for row in table.rows for cell in row if isinstance(cell, str)]
    assert sorted(texts) == sorted(ends)
