"""What two processes have to say to each other: a message in at one end, out at the other."""

import marshal
import os
from collections import deque
from contextlib import suppress
from struct import Struct
from typing import Any, Deque, List, Tuple

from fcgidissect.errors import FcgidissectError
from fcgidissect.halves.half import Begun

BEGUN, LINES, FINDINGS, FAILED = range(4)
"""Kinds of messages."""
_PIPE_BYTES = 1 << 20
"""What waits between the processes at most, where the system lets it be so much."""
_PLAIN = 2
"""The version of marshal that does not look for what comes twice."""
_length = Struct(">I")


class Channel:
    """One end of what connects the processes.

    Args:
        hears: file descriptor of what the other one says.
        says: of what it is told.
        listens: let the other one speak first; not both, for none could go on where both
            have more to say than a pipe holds.
    """

    def __init__(self, hears: int, says: int, listens: bool) -> None:
        self._hears, self._says = open(hears, "rb"), open(says, "wb")
        self._listens = listens
        self._lines: "Deque[List[Any]]" = deque()
        """Those that came before what was due: they are asked for later."""

    @classmethod
    def pair(cls) -> "Tuple[Channel, Channel]":
        """Both ends."""
        (hears, says), (hears_too, says_too) = os.pipe(), os.pipe()
        for pipe in (says, says_too):
            _enlarge(pipe)
        return cls(hears, says_too, True), cls(hears_too, says, False)

    def send(self, *told: Any) -> None:
        """Tell the other process something; what kind of message it is stands first."""
        message = marshal.dumps(told, _PLAIN)
        self._says.write(_length.pack(len(message)) + message)
        self._says.flush()

    def received(self, wanted: int) -> "List[Any]":
        """What the other process has to say next.

        Args:
            wanted: the kind of message that is due.

        Raises:
            FcgidissectError: there is none, or another one.
        """
        if wanted == LINES and self._lines:
            return self._lines.popleft()
        kind, told = self._message()
        if kind == LINES and wanted == BEGUN:
            self._lines.append(told)
            kind, told = self._message()
        if kind == FAILED:
            raise RuntimeError(*told)
        if kind != wanted:
            raise FcgidissectError("a capture was changed while it was read")
        return told

    def exchange(self, begun: Begun) -> Begun:
        """See `Half.over`."""
        others = self.received(BEGUN) if self._listens else None
        with suppress(BrokenPipeError):  # what comes next tells why
            self.send(BEGUN, *begun)
        streams, requests = others or self.received(BEGUN)
        return streams, requests

    def close(self) -> None:
        """Say and hear no more."""
        with suppress(BrokenPipeError):
            self._says.close()
        self._hears.close()

    def _message(self) -> "Tuple[int, List[Any]]":
        (size,) = _length.unpack(self._read(_length.size))
        kind, *told = marshal.loads(self._read(size))
        return kind, told

    def _read(self, count: int) -> bytes:
        data = self._hears.read(count)
        if len(data) < count:
            raise FcgidissectError(
                "the other process has ended before its time: --cores 1 does without it"
            )
        return data


def _enlarge(pipe: int) -> None:
    """Let as much wait in a pipe as is useful, where the system can do that."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
