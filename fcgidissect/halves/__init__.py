"""A capture in, the text of its rows out: two processes dissect half of its conversations each.

Conversations have nothing to do with each other, so each process dissects those of its half
as if there were no others, and writes their lines. The first process puts the lines of both
in order, batch by batch. What goes out is what one process would have written, byte for byte,
as long as no limit is reached: `Limits` are each process's own; and but for what comes of a
request that is over, while its row would still have waited for older ones.
"""

import os
import signal
from contextlib import suppress
from mmap import mmap
from struct import Struct
from typing import Iterator, List, NoReturn, Optional

from fcgidissect.dissect import Findings
from fcgidissect.halves.channel import FAILED, FINDINGS, LINES, Channel
from fcgidissect.halves.half import COUNTED, Half, Lines
from fcgidissect.halves.merge import Records, Requests
from fcgidissect.halves.shelf import Shelf
from fcgidissect.reading import Reading

__all__ = ["COUNTED", "Half", "Halves"]

_WIDTH = Struct(">I")


class Halves:
    """Both halves, the second one in a process of its own; a context manager.

    Iterate over it once for the text of each batch, in pieces.

    Args:
        half: what works on one half here, and as it is now on the other one in that process.
        reading: what both read, each of them anew.

    Raises:
        OSError: the system does not give another process.
        FcgidissectError: on the way, that the other process could not go on.
    """

    def __init__(self, half: Half, reading: Reading) -> None:
        reading.close()  # a thread of its would not go along
        self._half = half
        self._shared = mmap(-1, _WIDTH.size)
        """The width, for the other process: when it learns of it makes no difference."""
        self._shelf = Shelf() if half.counts else None
        """For texts, where one process waits for the other one batch by batch."""
        ours, theirs = Channel.pair()
        try:
            self._process = _fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if not self._process:
            ours.close()
            self._work(theirs, reading)
        theirs.close()
        self._other = ours
        half.begin(0)
        self.reading = reading.again()
        """What this process reads."""

    def __iter__(self) -> "Iterator[List[bytes]]":
        half, other = self._half, self._other
        both = Records() if half.requests is None else Requests()
        before: "Optional[Lines]" = None
        # While this batch is made the other process makes it, too: they are put together when
        # the next one is.
        for lines in half.over(self.reading, other.exchange):
            if before is not None:
                yield self._together(both, before)
            before = lines
        if before is not None:
            yield self._together(both, before)
        half.dissector.learn(Findings(*other.received(FINDINGS)))

    def __enter__(self) -> "Halves":
        return self

    def __exit__(self, *error: object) -> None:
        self._other.close()  # which ends the other process, whatever it has still to say
        os.waitpid(self._process, 0)

    def _together(self, both: Records, lines: Lines) -> "List[bytes]":
        """A batch's lines and those of the other process, as they go out."""
        laid, *rest = self._other.received(LINES)
        waits = self._half.requests is not None
        texts = self._shelf.find(laid, waits) if self._shelf is not None else laid
        merged = both.merged(lines, Lines(texts, *rest))
        self._widen(both.width)
        return self._half.writer.together(merged)

    def _widen(self, width: int) -> None:
        """Let columns be at least that wide, so that nobody has to make them so afterwards."""
        if self._half.writer.ends is not None:
            self._half.writer.ends.widen(width)
            self._shared[:] = _WIDTH.pack(width)

    def _work(self, other: Channel, reading: Reading) -> NoReturn:
        """All that the other process does."""
        half = self._half
        half.begin(1)
        with suppress(BaseException):
            try:
                for lines in half.over(reading.again(), other.exchange):
                    texts, *rest = lines
                    laid = texts if self._shelf is None else self._shelf.lay(texts)
                    other.send(LINES, laid, *rest)
                    if half.writer.ends is not None:
                        half.writer.ends.widen(*_WIDTH.unpack(self._shared))
                other.send(FINDINGS, *half.dissector.findings)
            except Exception as error:
                other.send(FAILED, f"{type(error).__name__}: {error}")
        os._exit(0)  # nothing of the first process's is to be ended or written here


def _fork() -> int:
    """`os.fork`; the new process hears of no interrupt, not even while it begins.

    The first process hears of it, too, and ends the other one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = os.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        return process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
