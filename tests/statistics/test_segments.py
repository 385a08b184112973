"""All TCP segments of a capture."""

from fcgidissect.capture import open_capture
from fcgidissect.statistics.segments import Segments, ends
from tests.statistics.told import path
from tests.tshark import needs_tshark, tshark


@needs_tshark
def test_streams_and_lengths_are_tsharks() -> None:
    for name in ("noise", "gre-key", "ipip-fragments", "made-ports-reused"):
        fields = ("-e", "frame.len", "-e", "tcp.stream")
        text = tshark("-r", path(name), "-Y", "tcp", "-T", "fields", *fields, ports=[])
        segments = Segments()
        told = []
        with open_capture(path(name)) as batches:
            for batch in batches:
                told += [
                    f"{length}\t{number}"
                    for _, length, number, _ in segments.feed(batch)
                ]
        assert told == text.splitlines()


def test_ends() -> None:
    key = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + (40000).to_bytes(2, "big") + b"\x1f\x40"
    assert ends(key) == [(bytes([10, 0, 0, 1]), 40000), (bytes([10, 0, 0, 2]), 8000)]
