"""A stream in, scapy's raw reader of it out.

Its known traps: it writes warnings to standard error, and importing all of scapy costs
a second; `scapy.utils` alone is imported, when the first capture is opened.
"""

import logging
from contextlib import contextmanager
from typing import Any, Iterator

from fcgidissect.capture.scapy_import import scapy_utils
from fcgidissect.capture.stream import Stream


@contextmanager
def quiet() -> Iterator[None]:
    """Keep scapy's own messages off standard error: ours say what is wrong."""
    logger = logging.getLogger("scapy")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def raw_reader(stream: Stream) -> Any:
    """Scapy's `RawPcapReader` or `RawPcapNgReader` of a stream.

    The stream then stands behind the header of the file, and behind that of its first
    section. None where scapy says that it is no capture.
    """
    with quiet():
        scapy = scapy_utils()
        try:
            return scapy.RawPcapReader(stream)
        except scapy.Scapy_Exception:
            return None
