"""Frames come in and lie in a temporary file, where their bytes may still be changed.

Rules:
- The file has no name and ends with its last user. What was not written into it is nowhere.
- Batches are read from it as often as one likes, with all that frames had in their capture.
"""

import os
from struct import Struct
from tempfile import TemporaryFile
from typing import Dict, Iterable, Iterator, List, NamedTuple, Tuple

from fcgidissect.net.frame import Batch, Source

_FRAME = Struct("<qIIHH?")
"""Time, captured and original length, source, bytes of comments, whether it is one of ours;
then the frame, then its comments."""
_BLOCK = 1 << 18
_TAIL = 1 << 20
"""Bytes at the end that are kept in memory: most are changed soon, or never."""


class Kept(NamedTuple):
    """A batch as the copy gives it."""

    batch: Batch
    ours: "List[int]"
    """Packets of it, by index, that belong to the ports in force."""
    place: int = 0
    """How far the copy has been read."""


class Copy:
    """A capture in a temporary file."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)
        self._tail = bytearray()
        self._flushed = 0
        self._sources: Dict[Source, int] = {}

    def add(
        self,
        packet: "Tuple[int, int, int]",
        data: bytes,
        source: Source,
        comments: "Tuple[str, ...]" = (),
        ours: bool = False,
    ) -> int:
        """One more frame; where its first byte lies.

        Args:
            packet: its time, the bytes that the capture has, those on the wire.
        """
        number = self._sources.setdefault(source, len(self._sources))
        said = "\0".join(comments).encode("utf-8", "surrogateescape")
        self._tail += _FRAME.pack(*packet, number, len(said), ours)
        place = self._flushed + len(self._tail)
        self._tail += data
        self._tail += said
        if len(self._tail) > _TAIL:
            self._flush()
        return place

    def _flush(self) -> None:
        os.pwrite(self._file.fileno(), self._tail, self._flushed)
        self._flushed += len(self._tail)
        self._tail = bytearray()

    def claim(self, place: int) -> None:
        """The frame that lies there is one of ours after all."""
        self.write(place - 1, b"\1")

    def write(self, at: int, data: bytes) -> None:
        """Change bytes of a frame."""
        if at >= self._flushed:
            at -= self._flushed
            self._tail[at : at + len(data)] = data
        else:
            os.pwrite(self._file.fileno(), data, at)

    def read(self, at: int, end: int) -> bytes:
        """Bytes of a frame as they are by now."""
        if at >= self._flushed:
            return bytes(self._tail[at - self._flushed : end - self._flushed])
        return os.pread(self._file.fileno(), end - at, at)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._flushed + len(self._tail)

    def batches(self) -> "Iterator[Kept]":
        """All frames."""
        sources = list(self._sources)
        self._flush()
        place, wanted = 0, _FRAME.size
        while place < self.size:
            data = os.pread(self._file.fileno(), max(_BLOCK, wanted), place)
            end, kept = _frames(data, sources)
            place += end
            wanted = _BLOCK if end else 2 * len(data)
            yield from (each._replace(place=place) for each in kept)

    def taking(self, batches: "Iterable[Batch]") -> "Iterator[Batch]":
        """The same batches, whose packets are added as they are."""
        for batch in batches:
            self._batch(batch)
            yield batch

    def _batch(self, batch: Batch) -> None:
        for index, (time, start, cap_len, length) in enumerate(batch.packets):
            data = batch.data[start : start + cap_len]
            comments = batch.comments.get(index, ())
            self.add((time, cap_len, length), data, batch.source, comments)

    def __iter__(self) -> "Iterator[Batch]":
        return (kept.batch for kept in self.batches())


def _frames(data: bytes, sources: "List[Source]") -> "Tuple[int, List[Kept]]":
    """The whole frames at the beginning of some bytes, and where they end."""
    at = 0
    kept: "List[Kept]" = []
    while at + _FRAME.size <= len(data):
        time, cap_len, length, number, said, ours = _FRAME.unpack_from(data, at)
        start = at + _FRAME.size
        if start + cap_len + said > len(data):
            break
        at = start + cap_len + said
        if not kept or kept[-1].batch.source is not sources[number]:
            said_of: "Dict[int, Tuple[str, ...]]" = {}
            kept.append(Kept(Batch(data, [], sources[number], said_of), []))
        batch = kept[-1].batch
        if ours:
            kept[-1].ours.append(len(batch.packets))
        if said:
            text = data[at - said : at].decode("utf-8", "surrogateescape")
            said_of[len(batch.packets)] = tuple(text.split("\0"))
        batch.packets.append((time, start, cap_len, length))
    return at, kept
