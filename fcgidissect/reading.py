"""Names of captures come in, their batches of packets go out, as if they were one capture.

What passes an interface is read like a capture without an end.
"""

from os import stat
from os.path import isfile
from typing import (
    TYPE_CHECKING,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Union,
)

from fcgidissect.capture import Capture, open_capture
from fcgidissect.net.frame import Batch

if TYPE_CHECKING:
    from fcgidissect.capture.live import LiveCapture


class Reading:
    """Captures read one after the other; iterate over it once.

    Args:
        names: paths, "-" for standard input.
        count: packets to read at most.
        sizes: bytes to read of each, at most; else all there are by then.
        ahead: unpack long ones in a thread.

    Raises:
        CaptureError: one of them cannot be opened or is no capture; said before the first
            batch is given.
    """

    def __init__(
        self,
        names: "Sequence[str]",
        count: Optional[int] = None,
        sizes: "Mapping[str, int]" = {},
        ahead: bool = True,
    ) -> None:
        self.damages: List[str] = []
        """What is wrong with them, each sentence with its file's name."""
        self.packets = 0
        """How many there were so far."""
        self._names = names
        self._count = self._left = count
        self._before = 0
        self._sizes = [stat(name).st_size if isfile(name) else None for name in names]
        self._most = sizes
        self._ahead = ahead
        self.open: "Optional[Union[Capture, LiveCapture]]" = self._opened(names[0])
        """The capture that is being read."""
        for name in names[1:]:
            if isfile(name):
                open_capture(name).close()

    def _opened(self, name: str) -> "Union[Capture, LiveCapture]":
        return open_capture(name, self._most.get(name), self._ahead)

    def again(self) -> "Reading":
        """The same anew, as long as they were when this one was made.

        It is for one of two processes: another thread would take as much from the other one.
        """
        sizes = {name: size for name, size in zip(self._names, self._sizes) if size}
        return Reading(self._names, self._count, sizes, ahead=False)

    def close(self) -> None:
        """Read no more."""
        if self.open is not None:
            self.open.close()

    @property
    def size(self) -> Optional[int]:
        """Bytes of all files; None where one is a pipe."""
        known = [size for size in self._sizes if size is not None]
        return sum(known) if len(known) == len(self._sizes) else None

    @property
    def slow(self) -> bool:
        """The file that is open takes longer to unpack than to dissect."""
        return getattr(self.open, "slow", False)

    @property
    def position(self) -> int:
        """Bytes of the files read so far, of `size`."""
        return self._before + (self.open.position if self.open else 0)

    def __iter__(self) -> Iterator[Batch]:
        for name in self._names:
            with self.open or self._opened(name) as capture:
                self.open = capture
                yield from self._until_count(capture)
                if self._left == 0:
                    return
                if capture.damage:
                    self.damages.append(f"{name}: {capture.damage}")
                self._before += capture.position
            self.open = None

    def _until_count(self, capture: "Iterable[Batch]") -> Iterator[Batch]:
        for batch in capture:
            if self._left is not None:
                batch = batch._replace(packets=batch.packets[: self._left])
                self._left -= len(batch.packets)
            self.packets += len(batch.packets)
            yield batch
            if self._left == 0:
                return


class LiveReading(Reading):
    """What passes interfaces from now on.

    Args:
        capture: already begun; it is read once.
        count: packets to read at most.
    """

    def __init__(self, capture: "LiveCapture", count: Optional[int] = None) -> None:
        self._capture = capture
        super().__init__((capture.name,), count)
        self._sizes = [None]

    def _opened(self, name: str) -> "LiveCapture":
        return self._capture

    def stop(self) -> None:
        """End the capture; what has come is still given."""
        self._capture.stop()
