"""Stands for a connection's `Requests` where nobody asks for what only a request tells.

Records come in, no request goes out; what the readers need for certainty behind a gap, the
ids in use and the web server's direction, is learnt all the same.
"""

from typing import Optional

from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.requests import Found, Requests, Taken
from fcgidissect.fcgi.shape import answer_in, question_in
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

    def ask(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """A question without a request."""
        fit = question_in(data, start, end)
        if fit is None:
            return None
        context = self.context
        context.ids.add(fit[0].id)
        context.asking_habit |= fit[5]
        return fit[0], None, None

    def answer(
        self, data: bytes, start: int, end: int, frame: int, time: int
    ) -> Optional[Taken]:
        """An answer without a request."""
        fit = answer_in(data, start, end)
        if fit is None:
            return None
        self.context.answering_habit |= fit[5]
        return fit[0], None, None

    def closed(self, direction: int, how: str, time: int = 0) -> None:
        """Nobody asks."""
