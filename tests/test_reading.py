"""Several captures read as one: order, count, position, damage, what is refused."""

import gzip
import lzma
from pathlib import Path
from typing import Callable, Iterator, Optional

import pytest

from captures.make import records
from fcgidissect.capture.ahead import ReadAhead
from fcgidissect.errors import CaptureError
from fcgidissect.reading import Reading
from tests.output.talk import ASKS, capture

WHOLE = capture([(ASKS, records.begin(1)), (ASKS, records.stdin(1))])
PACKETS = 5


@pytest.fixture
def names(tmp_path: Path) -> "list[str]":
    for name in ("a.pcap", "b.pcap"):
        (tmp_path / name).write_bytes(WHOLE)
    return [str(tmp_path / name) for name in ("a.pcap", "b.pcap")]


def packets(reading: Reading) -> int:
    return sum(len(batch.packets) for batch in reading)


def test_one_after_the_other(names: "list[str]") -> None:
    reading = Reading(names)
    assert reading.size == 2 * len(WHOLE)
    files = [batch.source.file for batch in reading]
    assert files == names
    assert reading.position == reading.size
    assert reading.damages == []


@pytest.mark.parametrize("count", (1, PACKETS - 1, PACKETS, PACKETS + 1, 99))
def test_count(names: "list[str]", count: int) -> None:
    assert packets(Reading(names, count)) == min(count, 2 * PACKETS)


def test_damage_is_told_and_work_goes_on(names: "list[str]") -> None:
    Path(names[0]).write_bytes(WHOLE[:-1])
    reading = Reading(names)
    assert packets(reading) == 2 * PACKETS - 1
    assert len(reading.damages) == 1
    assert reading.damages[0].startswith(f"{names[0]}: ")


def test_a_later_file_is_refused_before_the_first_is_read(names: "list[str]") -> None:
    Path(names[1]).write_text("no capture")
    with pytest.raises(CaptureError, match="b.pcap"):
        Reading(names)


@pytest.mark.parametrize("count", (None, 7))
def test_again_is_the_same_though_a_file_has_grown(
    names: "list[str]", count: Optional[int]
) -> None:
    """So that two who read a capture that is still written read the same."""
    reading = Reading(names, count)
    reading.close()
    for name in names:
        with open(name, "ab") as file:
            file.write(WHOLE[24:])
    assert packets(reading.again()) == (count or 2 * PACKETS)
    assert packets(Reading(names)) == 2 * (2 * PACKETS)


@pytest.mark.parametrize(
    "pack, slow", [(gzip.compress, False), (lzma.compress, True), (bytes, False)]
)
def test_a_thread_unpacks_for_one_process_and_for_two_none(
    pack: "Callable[[bytes], bytes]",
    slow: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = []

    class Watched(ReadAhead):
        def __init__(self, blocks: "Iterator[bytes]") -> None:
            super().__init__(blocks)
            threads.append(self)

    monkeypatch.setattr("fcgidissect.capture.stream.ReadAhead", Watched)
    monkeypatch.setattr("fcgidissect.capture.files.WORTH_A_THREAD", 0)
    path = tmp_path / "packed"
    path.write_bytes(pack(WHOLE))
    alone = Reading([str(path)])
    assert (len(threads), alone.slow) == (pack is not bytes, slow)
    assert packets(alone) == PACKETS
    threads.clear()
    assert packets(alone.again()) == PACKETS and not threads
