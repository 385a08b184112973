"""One direction of a connection, as what decodes it sees it."""

from typing import Callable, Optional, Union

from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.requests import Requests, Taken
from fcgidissect.flight import Flight
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, OneFrame


class Side:
    """What decodes one direction of a connection; it stands in its `Flow.reader`.

    Args:
        requests: the connection's, for both directions.
        direction: 0 or 1, as reader and requests number it.
    """

    __slots__ = ("reader", "requests", "direction", "last", "ended", "_short")

    def __init__(
        self, reader: RecordReader, requests: Requests, direction: int
    ) -> None:
        self.reader = reader
        self.requests = requests
        self.direction = direction
        self.last: "Union[Frame, int, None]" = None
        """The frame that brought the last bytes of a record that was not complete; while its
        batch is being fed perhaps its number, of which few are ever made a frame."""
        self.ended = False
        """No more bytes will come."""
        self._short: "Optional[Callable[..., Optional[Taken]]]" = None

    def take(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """Take all records of a question or an answer, if the next bytes are just that.

        No record is wanted to its end.

        Args:
            frame: the frame that brought them.
            time: when that was, in nanoseconds since the epoch.

        Returns:
            None, with nothing done, where they go to the reader record by record.
        """
        reader = self.reader
        if reader.unusual and not reader.fresh:
            return None
        taken = (self._short or self._way())(data, start, end, frame, time)
        if reader.unusual and taken is not None:
            reader.begin()
        return taken

    def gather(
        self, flow: Flow, data: bytes, start: int, end: int, frame: Frame, number: int
    ) -> Optional[Flight]:
        """Take an answer of which the first record came in several segments.

        Args:
            frame: the one with which all of it was there.
            number: that of the one that brought its end.
        """
        answer = self.reader.gathered(data, start, end)
        take = self._short or self._way()
        taken = take(answer, 0, len(answer), frame.number, frame.time_epoch)
        if taken is None:
            return None
        behind = data, end - len(answer)
        stretch = OneFrame(frame, self.reader.pass_on(number), behind)
        return Flight(stretch, 0, flow, answer, 0, *taken)

    def _way(self) -> "Callable[..., Optional[Taken]]":
        """What takes whole chunks of this direction, once it is known who asks."""
        web_server = self.requests.context.web_server
        if web_server is None:
            return _nothing
        asks = self.direction == web_server
        self._short = self.requests.ask if asks else self.requests.answer
        return self._short


def _nothing(*_: object) -> None:
    """Nobody knows yet in which direction the web server speaks."""
