"""Entries come in, the packets in which they end go into a pcap file, each once."""

from typing import Sequence

from fcgidissect.capture.write import PcapWriter
from fcgidissect.entry import Entry


class Packets:
    """The pcap file of `-w`.

    Args:
        name: a path, gzip where it ends in .gz, or "-" for standard output.

    Raises:
        CaptureError: it cannot be written.
    """

    def __init__(self, name: str) -> None:
        self._pcap = PcapWriter(name)
        self._last = 0

    def rows(self, rows: "Sequence[Entry]") -> None:
        """Write the frames of a batch of entries; they come in the order of frames."""
        for row in rows:
            if row.frame.number > self._last:
                self._last = row.frame.number
                self._pcap.frame(row.frame)

    def close(self) -> None:
        """End the file."""
        self._pcap.close()
