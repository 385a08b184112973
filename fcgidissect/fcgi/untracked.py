"""Stands for a connection's `Requests` where nobody asks for what only a request tells.

Records come in, no request goes out; what the readers need for certainty behind a gap, the
ids in use and the web server's direction, is learnt all the same.
"""

from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.requests import Found, Requests
from fcgidissect.fcgi.shape import Fit
from fcgidissect.fcgi.states import BEGIN

_NOTHING: Found = (None, 0)


class Untracked(Requests):
    """The requests of one connection, none of them followed."""

    __slots__ = ()

    def feed(
        self, direction: int, record: Record, frame: int = 0, time: int = 0
    ) -> Found:
        """None and 0, whatever the record."""
        header = record[0]
        if header[1] == BEGIN:
            id = int.from_bytes(header[2:4], "big")
            self.context.learn(direction, BEGIN, id)
        return _NOTHING

    def ask(self, direction: int, fit: Fit, data: bytes, frame: int, time: int) -> None:
        """None, whatever the question."""
        self.context.learn(direction, BEGIN, fit[0].id)

    def answer(
        self, direction: int, fit: Fit, data: bytes, frame: int, time: int
    ) -> None:
        """None, whatever the answer."""

    def closed(self, direction: int, how: str, frame: int = 0, time: int = 0) -> None:
        """Nobody asks."""
