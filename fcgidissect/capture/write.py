"""Packets in, a pcap file out: time resolution and link type as they were read.

Rules:
- The first packet decides the file's header; a file without packets is Ethernet's.
- pcap has one link type and no room for comments and interface names: packets of another
  link type are refused, comments are left behind.
"""

import sys
from struct import Struct
from types import TracebackType
from typing import IO, Iterable, Optional, Type, cast

from fcgidissect.errors import CaptureError
from fcgidissect.net.frame import Batch, Source
from fcgidissect.text import BILLION

STANDARD_OUTPUT = "-"
HEADER = Struct("<IHHiIII")
PACKET = Struct("<IIII")
MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
SNAPLEN = 1 << 18
"""What tcpdump writes when it keeps packets whole."""
SECONDS = 0xFFFFFFFF
"""The bits of a time stamp's seconds: until 2106."""
GZIP_LEVEL = 6
ETHERNET = Source(1)


class PcapWriter:
    """A pcap file to write packets to; its name ends in .gz for gzip.

    Args:
        name: a path, or "-" for standard output.

    Raises:
        CaptureError: it cannot be opened; every method raises it where the file cannot
            be written or a packet does not fit in it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._source: Optional[Source] = None
        self._nanoseconds = 1000
        """Of one unit of a time stamp's fraction."""
        try:
            self._file = _opened(name)
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> CaptureError:
        return CaptureError(f"{self.name}: {(error.strerror or str(error)).lower()}")

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise self._failed(error) from error

    def batch(self, batch: Batch, chosen: Optional[Iterable[int]] = None) -> None:
        """Write packets of a batch: those with an index in `chosen`, or all."""
        self._begin(batch.source)
        data, unit, pack = batch.data, self._nanoseconds, PACKET.pack
        packets = (
            batch.packets if chosen is None else map(batch.packets.__getitem__, chosen)
        )
        parts = []
        for time, start, cap_len, length in packets:
            seconds, rest = divmod(time, BILLION)
            parts.append(pack(seconds & SECONDS, rest // unit, cap_len, length))
            parts.append(data[start : start + cap_len])
        self._write(b"".join(parts))

    def _begin(self, source: Source) -> None:
        if self._source is None:
            self._source = source
            nano = source.digits > 6
            self._nanoseconds = 1 if nano else 1000
            magic = NANOSECONDS if nano else MICROSECONDS
            self._write(HEADER.pack(magic, 2, 4, 0, 0, SNAPLEN, source.link_type))
        elif source.link_type != self._source.link_type:
            raise CaptureError(
                f"{self.name}: a pcap file has one link type: {self._source.link_type},"
                f" and not {source.link_type} too"
            )

    def flush(self) -> None:
        """Let what was written be read by others."""
        try:
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """End the file; one without packets gets its header now."""
        if self._file.closed:
            return
        if self._source is None:
            self._begin(ETHERNET)
        try:
            self._file.close()
        except OSError as error:
            raise self._failed(error) from error

    def __enter__(self) -> "PcapWriter":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def _opened(name: str) -> "IO[bytes]":
    if name == STANDARD_OUTPUT:
        return open(sys.stdout.fileno(), "wb", closefd=False)
    if not name.endswith(".gz"):
        return open(name, "wb")
    try:
        from isal import igzip

        return cast("IO[bytes]", igzip.open(name, "wb"))
    except ImportError:
        import gzip

        return cast("IO[bytes]", gzip.open(name, "wb", GZIP_LEVEL))
