"""The name of a capture in, its batches out: scapy tells what it is.

Scapy's raw reader reads the file's header; the packets are then taken from its file by
the block, because a call a packet costs more than all other work on that packet.
"""

import os
import stat
from types import TracebackType
from typing import IO, Generator, Iterator, Optional, Type

from fcgidissect.capture.compression import (
    LONGEST_MAGIC,
    MissingPackage,
    compression_of,
    skippable_size,
)
from fcgidissect.capture.foreign import HEAD, description
from fcgidissect.capture.pcap import read_pcap
from fcgidissect.capture.pcap_form import pcap_forms, usual_magic
from fcgidissect.capture.pcapng import read_pcapng
from fcgidissect.capture.scapy_reader import raw_reader
from fcgidissect.capture.stream import Stream
from fcgidissect.errors import CaptureError
from fcgidissect.net.frame import Batch

STANDARD_INPUT = "-"

PCAP_HEADER = 24
"""Bytes of the header of a pcap file; a pcapng file has more in its first block."""

WORTH_A_THREAD = 1 << 20
"""Bytes of a compressed file from which on it is unpacked in a thread."""

Batches = Generator[Batch, None, Optional[str]]
"""What a file holds, then what is wrong with it."""


class Capture:
    """An open capture: iterate over its batches once, then look at `damage`.

    Args:
        name: as it was opened.
        size: of the file in bytes, None for a pipe.
        stream: its bytes, unpacked, behind the file's header.
        batches: what the file holds; returns what is wrong with it.
    """

    def __init__(
        self, name: str, size: Optional[int], stream: Stream, batches: Batches
    ) -> None:
        self.name = name
        self.damage: Optional[str] = None
        """Why the file ends where it does, in one sentence; None where that is right."""
        self.size = size
        """Bytes of the file, packed where it is packed; None for a pipe."""
        self._stream = stream
        self._batches = self._until_damage(batches)

    def _until_damage(self, batches: Batches) -> Iterator[Batch]:
        self.damage = yield from batches

    @property
    def position(self) -> int:
        """Bytes of the file read so far, of `size`."""
        return self._stream.position

    @property
    def slow(self) -> bool:
        """It takes longer to unpack than to dissect."""
        return self._stream.slow

    def __iter__(self) -> Iterator[Batch]:
        return self._batches

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def __enter__(self) -> "Capture":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()


def open_capture(name: str, most: Optional[int] = None, ahead: bool = True) -> Capture:
    """Open a pcap or pcapng file, told by its content, compressed or not.

    Args:
        name: a path, or "-" for standard input.
        most: bytes of the file after which it is taken to end; None for as many as it has.
        ahead: unpack a long one in a thread.

    Raises:
        CaptureError: it cannot be opened or is no capture.
    """
    file = _opened(name)
    stream = Stream(file, most)
    try:
        size = _size(file)
        ahead = ahead and (size or 0) >= WORTH_A_THREAD
        return Capture(name, size, stream, _batches(stream, name, ahead))
    except NoCapture as reason:
        stream.close()
        raise CaptureError(f"{name}: {reason}") from reason


class NoCapture(Exception):
    """Why a file is no capture, in the words behind its name."""


def _opened(name: str) -> "IO[bytes]":
    try:
        if name == STANDARD_INPUT:
            return open(0, "rb", buffering=0, closefd=False)
        return open(name, "rb", buffering=0)
    except FileNotFoundError as error:
        raise CaptureError(f"{name}: no such file") from error
    except ValueError as error:
        raise CaptureError(f"{name}: its name holds a NUL") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CaptureError(f"{name}: {reason}") from error


def _size(file: "IO[bytes]") -> Optional[int]:
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _batches(stream: Stream, name: str, ahead: bool) -> Batches:
    _unpack(stream, ahead)
    head = stream.peek(PCAP_HEADER)
    if not head:
        raise NoCapture(stream.damage or "is empty")
    if compression_of(head):
        raise NoCapture("is compressed twice: unpack it once")
    variant = usual_magic(stream)
    reader = raw_reader(stream)
    if reader is None:
        head = head[:4] + stream.read(HEAD)  # scapy has read 4 bytes of what it rejects
        raise NoCapture(stream.damage or f"is no capture: {description(head)}")
    if hasattr(reader, "interfaces"):
        return read_pcapng(stream, reader.endian, name)
    stream.read(variant.skip)
    return read_pcap(stream, pcap_forms(head, reader, variant, name))


def _unpack(stream: Stream, ahead: bool) -> None:
    while frame := skippable_size(stream.peek(8)):
        stream.skip(frame)
    packed = compression_of(stream.peek(LONGEST_MAGIC))
    if packed:
        try:
            stream.unpack(packed, ahead)
        except MissingPackage as missing:
            raise NoCapture(str(missing)) from missing
