"""A file or standard input in, its bytes out by the block, unpacked where it is packed.

Rules:
- A block is given as soon as it is there: a pipe is never waited for longer than needed.
- Damage ends the bytes like the end of the file; `Stream.damage` says what it was.
"""

from io import SEEK_CUR
from itertools import chain
from typing import IO, Iterator, Optional

from fcgidissect.capture.ahead import ReadAhead
from fcgidissect.capture.compression import Compression, codec_of
from fcgidissect.capture.unpack import BLOCK, Damage, unpacked

LONGEST_READ = 1 << 24
"""Bytes that scapy gets at once, whatever a header claims: memory stays bounded."""


class Stream:
    """The bytes of a capture in their order.

    Args:
        file: unbuffered and binary, so that one read gives what a pipe holds by now.
        most: bytes after which the file is taken to end; None for as many as it has.
    """

    def __init__(self, file: "IO[bytes]", most: Optional[int] = None) -> None:
        self.position = 0
        """Bytes read from the file so far; they are still packed where it is packed."""
        self.damage: Optional[str] = None
        """What ended the bytes before their time, in one sentence."""
        self.slow = False
        """It is packed in a way that is slow to unpack."""
        self._ahead = b""
        self._file = file
        self._most = most
        self._blocks: Iterator[bytes] = self._file_blocks()
        self._plain = file.seekable()
        """What was given can be read from the file again."""

    def _file_blocks(self) -> Iterator[bytes]:
        while block := self._file_block():
            self.position += len(block)
            yield block

    def _file_block(self) -> bytes:
        try:
            left = BLOCK if self._most is None else self._most - self._file.tell()
            return self._file.read(max(0, min(BLOCK, left)))
        except OSError as error:
            raise Damage(f"cannot be read further: {error.strerror}") from error

    def _again(self, count: int) -> Iterator[bytes]:
        """The last `count` bytes that were read and what follows; none of a pipe."""
        if not self._file.seekable():
            return
        self._file.seek(-count, SEEK_CUR)
        while block := self._file_block():
            yield block

    def unpack(self, compression: Compression, ahead: bool = False) -> None:
        """Give the unpacked bytes from here on.

        Args:
            ahead: unpack in a thread, ahead of what is asked for.

        Raises:
            MissingPackage: nothing that is installed reads the format.
        """
        codec, self.slow = codec_of(compression), compression.slow
        packed = chain([self._ahead], self._blocks)
        self._blocks = unpacked(compression, codec, packed, self._again)
        self._plain = False
        if ahead:
            self._blocks = ReadAhead(self._blocks)
        self._ahead = b""

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._blocks, ReadAhead):
            self._blocks.stop()
        self._file.close()

    def block(self) -> bytes:
        """What comes next: at least one byte, and none at the end."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        try:
            return next(self._blocks, b"")
        except Damage as damage:
            self.damage = str(damage)
            return b""

    def more(self, rest: bytes, wanted: int) -> bytes:
        """`rest` and what comes after it: `wanted` bytes or more, fewer at the end.

        Whatever has come by then is there too.
        """
        parts, have = [rest] if rest else [], len(rest)
        while have < wanted and (block := self.block()):
            parts.append(block)
            have += len(block)
        return b"".join(parts)

    def again(self, rest: bytes, wanted: int) -> bytes:
        """The same where `rest` is the end of what was given.

        It is read again from a file that can be, which is cheaper than to copy the block
        that follows behind it.
        """
        if not self._plain or self._ahead or len(rest) >= wanted:
            return self.more(rest, wanted)
        self._file.seek(-len(rest), SEEK_CUR)
        self.position -= len(rest)
        return self.more(b"", wanted)

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end; they are still to come."""
        if len(self._ahead) < count:
            self._ahead = self.more(b"", count)
        return self._ahead[:count]

    def read(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end and where LONGEST_READ is less."""
        data = self.peek(min(count, LONGEST_READ))
        self._ahead = self._ahead[len(data) :]
        return data

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        while count and (data := self.read(count)):
            count -= len(data)

    def ending(self, place: str) -> Optional[str]:
        """What is wrong with the end of the bytes, or None.

        Args:
            place: what the end cuts, "in the middle of ..."; empty where it cuts nothing.
        """
        if not place:
            return self.damage
        return f"{self.damage}, {place}" if self.damage else f"cut short {place}"

    def put_back(self, data: bytes) -> None:
        """Let `data` come (again) before everything else."""
        self._ahead = data + self._ahead
