"""Requests in flight: levels, the peak, a full pool."""

import json
import random
from heapq import heapreplace
from pathlib import Path
from typing import List, Tuple

import pytest

from captures.make import files, records
from captures.make.packets import Conversation, ethernet
from fcgidissect.statistics.inflight import Pool
from tests.statistics.told import path, said, tables


def test_the_staircase_of_a_full_pool() -> None:
    """Seven requests of a second, 50 ms apart, three workers (captures/README.md)."""
    over_time, by_level = tables("nginx-pool", "fcgi,inflight")
    assert over_time["remarks"] == [
        "peak: 7 in flight, first at 0.389 s, for 0.611 s in all",
        "a pool of 3 (as it looks) was full for 1.949 s",
        "4 of 7 requests waited for a worker, 1.027 s on average, 1.615 s at most",
    ]
    assert max(row["most"] for row in over_time["rows"]) == 7
    assert sum(row["begun"] for row in over_time["rows"]) == 7
    assert sum(row["ended"] for row in over_time["rows"]) == 7
    levels = {row["in_flight"]: row["time"] for row in by_level["rows"]}
    # From the access log: three end after 1.0 s, three after 2.0 s, one after 3.0 s.
    assert levels[7] == pytest.approx(0.61, abs=0.01)
    assert levels[4] == pytest.approx(0.90 + 0.06, abs=0.01)
    assert levels[1] == pytest.approx(0.90 + 0.05, abs=0.01)
    assert sum(levels.values()) == pytest.approx(3.01, abs=0.01)


def test_a_pool_of_a_size_that_is_told() -> None:
    remarks = tables("nginx-pool", "fcgi,inflight,5")[0]["remarks"]
    assert remarks[1].startswith("a pool of 5 (as told) was full for 0.8")
    assert remarks[2].startswith("2 of 7 requests waited")


@pytest.mark.parametrize(
    "name, port",
    [("nginx-keepalive", "9000"), ("reorder-web", "9000"), ("multiplex", "8000")],
)
def test_no_pool_is_invented(name: str, port: str) -> None:
    remarks = tables(name, "fcgi,inflight", port=port)[0]["remarks"]
    assert len(remarks) == 1 and remarks[0].startswith("peak: ")


def test_no_requests() -> None:
    over_time, by_level = tables("nginx-http-on-port", "fcgi,inflight")
    assert over_time["remarks"] == ["no requests"]
    assert not over_time["rows"] and not by_level["rows"]


def test_a_clock_that_was_set_back_before_the_first_request(tmp_path: Path) -> None:
    talk = Conversation().open()
    talk.say(talk.client, records.begin(1) + records.params(1, {}))
    talk.say(talk.server, records.end(1))
    times = [10**18] * 3 + [10**18 - 10**9, 10**18 - 10**9 + 10**6]
    packets = map(files.Packet, times, map(ethernet, talk.packets))
    path = tmp_path / "set-back.pcap"
    path.write_bytes(files.pcap(packets))
    status, out, err = said(str(path), "--json", "-z", "fcgi,inflight")
    assert (status, err) == (0, "")
    (row,) = json.loads(out)[0]["rows"]
    assert (row["begin"], row["begun"], row["ended"], row["most"]) == (0, 1, 1, 1)


def test_workers_that_are_no_number() -> None:
    status, _, err = said(path("nginx-pool"), "-q", "-z", "fcgi,inflight,many")
    assert status == 2
    assert err == "fcgidissect: -z fcgi,inflight,many: many is no number of workers\n"


@pytest.mark.parametrize("workers", [1, 2, 5, 16])
def test_the_right_size_has_equal_times_of_service(workers: int) -> None:
    """A pool is simulated: whoever is free takes the request that waits longest."""
    served = simulated(workers, 400, random.Random(workers))
    spreads = {}
    for size in (max(1, workers - 1), workers, workers + 1, workers + 4):
        pool = Pool(size)
        ends: "List[int]" = []
        for begin, end in served:
            ends = sorted(each for each in ends if each > begin)
            pool.serve("a", begin, end, ends)
            ends.append(end)
        spreads[size] = pool.spread
    assert min(spreads, key=lambda size: spreads[size]) == workers
    assert spreads[workers] < 0.01


def simulated(workers: int, count: int, dice: random.Random) -> "List[Tuple[int, int]]":
    """(begin, end) of requests that each take a second, on a busy pool."""
    second = 1_000_000_000
    free, now, served = [0] * workers, 0, []
    for _ in range(count):
        now += dice.randrange(2 * second // workers)
        start = max(now, free[0])
        heapreplace(free, start + second)
        served.append((now, start + second))
    return served
