"""TCP conversations, beside tshark's."""

import re
from typing import List, Tuple

import pytest

from tests.statistics.told import path, rows
from tests.tshark import needs_tshark, tshark

_LINE = re.compile(
    r"^(\S+):(\d+) +<-> (\S+):(\d+) +(\d+) (\d+) (\S+) +(\d+) (\d+) (\S+) +(\d+) (\d+)"
    r" (\S+) +(\d+\.\d+) +(\d+\.\d+)$",
    re.M,
)
_UNITS = {"bytes": 1, "kB": 1000}
Conversation = Tuple[str, str, int, int, int, float]


def theirs(name: str) -> "List[Conversation]":
    text = tshark("-q", "-r", path(name), "-z", "conv,tcp", ports=[])
    found = []
    for groups in _LINE.findall(text):
        a, port_a, b, port_b, to_a, _, _, to_b, _, _, frames, _, _, start, _ = groups
        ends = (f"{a}:{port_a}", f"{b}:{port_b}")
        found.append((*ends, int(to_a), int(to_b), int(frames), float(start)))
    return found


def ours(name: str) -> "List[Conversation]":
    return [
        (
            f"{row['a']}:{row['port_a']}",
            f"{row['b']}:{row['port_b']}",
            row["frames_to_a"],
            row["frames_to_b"],
            row["frames"],
            row["begin"],
        )
        for row in rows(name, "conv,tcp", port="8000,9000")
    ]


@needs_tshark
@pytest.mark.parametrize(
    "name",
    ["nginx-pool", "noise", "mixed-port", "made-ports-reused", "gre", "any", "qinq"],
)
def test_they_are_tsharks(name: str) -> None:
    assert len(theirs(name)) == len(ours(name)) > 0
    assert sorted(ours(name)) == sorted(theirs(name))


@needs_tshark
def test_bytes_and_durations_are_tsharks() -> None:
    """tshark rounds large byte counts to kB; here there is none."""
    text = tshark("-q", "-r", path("nginx-pool"), "-z", "conv,tcp", ports=[])
    wanted = [
        (int(each[5]), int(each[8]), int(each[11])) for each in _LINE.findall(text)
    ]
    told = rows("nginx-pool", "conv,tcp")
    assert wanted == [
        (row["bytes_to_a"], row["bytes_to_b"], row["bytes"]) for row in told
    ]
    for row, each in zip(told, _LINE.findall(text)):
        assert abs(row["duration"] - float(each[14])) < 0.0001


def test_the_longest_stand_first() -> None:
    frames = [row["frames"] for row in rows("noise", "conv,tcp")]
    assert frames == sorted(frames, reverse=True)
