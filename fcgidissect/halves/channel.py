"""What two processes have to say to each other: a message in at one end, out at the other."""

import marshal
import os
from contextlib import suppress
from struct import Struct
from typing import Any, List, Tuple

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
    """

    def __init__(self, hears: int, says: int) -> None:
        self._hears, self._says = open(hears, "rb"), open(says, "wb")

    @classmethod
    def pair(cls) -> "Tuple[Channel, Channel]":
        """Both ends."""
        (hears, says), (hears_too, says_too) = os.pipe(), os.pipe()
        for pipe in (says, says_too):
            _enlarge(pipe)
        return cls(hears, says_too), cls(hears_too, says)

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
        told: "List[Any]"
        kind, *told = marshal.loads(
            self._read(*_length.unpack(self._read(_length.size)))
        )
        if kind == FAILED:
            raise RuntimeError(*told)
        if kind != wanted:
            raise FcgidissectError("a capture was changed while it was read")
        return told

    def exchange(self, begun: Begun) -> Begun:
        """See `Half.over`."""
        with suppress(BrokenPipeError):  # what comes next tells why
            self.send(BEGUN, *begun)
        streams, requests = self.received(BEGUN)
        return streams, requests

    def close(self) -> None:
        """Say and hear no more."""
        with suppress(BrokenPipeError):
            self._says.close()
        self._hears.close()

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
