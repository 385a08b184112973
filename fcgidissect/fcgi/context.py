"""What the two directions of one connection, and its requests, know of each other."""

from typing import Optional, Set

from fcgidissect.fcgi.spec import FROM_WEB_SERVER


class Context:
    """One connection as its two readers and its request table share it.

    Args:
        web_server: the direction, 0 or 1, in which the web server sends, where the ports
            tell it; else the records will.
    """

    __slots__ = ("ids", "gaps", "web_server", "asking_habit", "answering_habit")

    def __init__(self, web_server: Optional[int] = None) -> None:
        self.ids: Set[int] = set()
        """Request ids that were begun on this connection."""
        self.gaps = 0
        """How often bytes of the connection were missing from the capture."""
        self.web_server = web_server
        self.asking_habit = self.answering_habit = 0
        """The habits (see `headers`) of all questions, and of all answers, in one piece."""

    def habit(self, direction: int) -> int:
        """Those of the chunks that no reader has seen."""
        asks = direction == self.web_server
        return self.asking_habit if asks else self.answering_habit

    def learn(self, direction: int, kind: int, id: int) -> None:
        """A request was begun by a record of a type, in a direction."""
        self.ids.add(id)
        if self.web_server is None:
            self.web_server = direction if kind in FROM_WEB_SERVER else 1 - direction
