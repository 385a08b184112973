"""Text comes in; it goes to standard output, or into a file that is whole or not there.

Rules:
- A file is written beside its place under another name and moved there when it is whole;
  what is no regular file (a pipe, a device) is written straight.
- A closed pipe raises BrokenPipeError once, and nothing at the interpreter's end.
- An interrupt (Ctrl-C) never falls into the middle of a write; who can stop by himself is
  asked to, the first time.
"""

import os
import signal
import stat
import sys
from types import FrameType, TracebackType
from typing import IO, Any, Callable, Optional, Sequence, Type, Union, cast

from fcgidissect.errors import UsageError
from fcgidissect.text import escape

WIDTH = 80
"""Columns of a terminal that does not say."""
_MOST_PIECES = 1024
"""That go to the system at once: Linux, macOS and the BSDs take as many (IOV_MAX)."""


class WholeFile:
    """A file that is whole or not there; what is no regular file is written straight.

    Raises:
        UsageError: it cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._path: Optional[str] = None
        self.stream = self._opened(path)

    def _opened(self, path: str) -> "IO[str]":
        try:
            if os.path.lexists(path) and not stat.S_ISREG(os.stat(path).st_mode):
                return open(path, "w", encoding="utf-8", newline="\n")
            self._path = os.path.realpath(path)
            from tempfile import NamedTemporaryFile  # takes 11 ms

            return cast(
                "IO[str]",
                NamedTemporaryFile(
                    "w",
                    encoding="utf-8",
                    newline="\n",
                    dir=os.path.dirname(self._path),
                    prefix=f".{os.path.basename(self._path)}.",
                    delete=False,
                ),
            )
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error

    def end(self, whole: bool, mode: Optional[int] = None) -> None:
        """Put it in its place, or leave nothing behind.

        Args:
            mode: its permissions; None for those of the file that is replaced, or of any.
        """
        try:
            self.stream.close()
        except OSError as error:
            if whole:
                self.end(False)
                raise UsageError(f"cannot write: {error.strerror}") from error
        if self._path is None:
            return
        if not whole:
            os.unlink(self.stream.name)
            return
        os.chmod(self.stream.name, _mode(self._path) if mode is None else mode)
        os.replace(self.stream.name, self._path)


class Sink:
    """Where text goes; a context manager that decides at its end whether it stays.

    Args:
        path: a file; None for standard output.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        self._file = None if path is None else WholeFile(path)
        self._stream = self._file.stream if self._file else _standard_output()
        self._writing = self._interrupted = self._broken = False
        self._handler: Any = None
        self.stop: "Optional[Callable[[], None]]" = None
        """What the first interrupt calls, instead of being raised."""
        self.stopped = False
        """It was called."""
        self.is_terminal = self._stream.isatty()
        self._gathers = hasattr(os, "writev") and _has_descriptor(self._stream)

    @property
    def stream(self) -> "IO[str]":
        """The stream itself, for who must know its terminal."""
        return self._stream

    def width(self) -> int:
        """Columns of the terminal as it is now."""
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or WIDTH
        except OSError:
            return WIDTH

    def write(self, text: "Union[str, Sequence[bytes]]") -> None:
        """Write and flush; an interrupt in between is raised behind it.

        Args:
            text: as it is, or in UTF-8 and in pieces, which go as they are where that is what
                the stream takes.

        Raises:
            BrokenPipeError: nobody reads any more.
            UsageError: it does not fit there.
        """
        self._writing = True
        try:
            if isinstance(text, str):
                self._stream.write(text)
                self._stream.flush()
            else:
                self._write_pieces(text)
        except OSError as error:
            self._broken = True
            if isinstance(error, BrokenPipeError):
                raise
            raise UsageError(f"cannot write: {error.strerror}") from error
        finally:
            self._writing = False
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def _write_pieces(self, pieces: "Sequence[bytes]") -> None:
        stream: Any = self._stream
        if str(stream.encoding).lower() != "utf-8":  # a StringIO has none
            stream.write(b"".join(pieces).decode())
        elif self._gathers:
            # The system puts them together: to join them here would copy all once more.
            for at in range(0, len(pieces), _MOST_PIECES):
                _gather(stream.fileno(), pieces[at : at + _MOST_PIECES])
        else:
            stream.buffer.write(b"".join(pieces))
        stream.flush()

    def _interrupt(self, number: int, frame: Optional[FrameType]) -> None:
        if self.stop is not None and not self.stopped:
            self.stopped = True
            self.stop()
            return
        if not self._writing:
            raise KeyboardInterrupt
        self._interrupted = True

    def __enter__(self) -> "Sink":
        self._handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        signal.signal(signal.SIGINT, self._handler)
        if self._file is not None:
            self._file.end(kind is None)
        elif self._broken:
            _forget(self._stream)


def _gather(descriptor: int, pieces: "Sequence[bytes]") -> None:
    """Write pieces one behind the other, however few of them the system takes at once."""
    wrote = os.writev(descriptor, pieces)
    if wrote < sum(map(len, pieces)):
        rest = memoryview(b"".join(pieces))[wrote:]
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def _has_descriptor(stream: "IO[str]") -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:  # of what only looks like a file
        return False


def _mode(path: str) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if os.path.exists(path):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _standard_output() -> "IO[str]":
    """Standard output: UTF-8 into a pipe, the terminal's own encoding on a terminal."""
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    reconfigure: "Optional[Callable[..., None]]"
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")
    return sys.stdout


def _forget(stream: "IO[str]") -> None:
    """Let what could not be written go nowhere when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say(message: str) -> None:
    """One line on standard error, where nothing that came from outside acts."""
    if sys.stderr is None:
        return
    lines = message.split("\n")
    text = "\n".join(escape(line) for line in lines)
    try:
        print(f"fcgidissect: {text}", file=sys.stderr, flush=True)
    except OSError:  # the exit status still says it
        _forget(sys.stderr)
