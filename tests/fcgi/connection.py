"""A connection for tests: what each side sends, and what its requests tell."""

from typing import List, Optional, Tuple

from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.requests import Ledger, Request, Requests
from fcgidissect.limits import Limits

WEB_SERVER, APPLICATION = 0, 1
MILLISECOND = 1_000_000


class Connection:
    """Two readers and a table; each call of a side takes one millisecond and one frame."""

    def __init__(
        self, limits: Limits = Limits(), ledger: Optional[Ledger] = None
    ) -> None:
        self.over: "List[Request]" = []
        self.ledger = ledger or Ledger(limits, self.over.append)
        self.context = Context(WEB_SERVER)
        self.readers = [RecordReader(self.context, side, limits) for side in (0, 1)]
        self.requests = Requests(self.context, self.ledger)
        self.frame = 0
        self.seen: "List[Tuple[Optional[Request], int]]" = []

    @property
    def time(self) -> int:
        """Nanoseconds since the epoch."""
        return self.frame * MILLISECOND

    def asks(self, *pieces: bytes, lost: int = 0) -> "Connection":
        """The web server sends records."""
        return self._send(WEB_SERVER, b"".join(pieces), lost)

    def answers(self, *pieces: bytes, lost: int = 0) -> "Connection":
        """The application sends records."""
        return self._send(APPLICATION, b"".join(pieces), lost)

    def closes(self, side: int, how: str = "FIN") -> "Connection":
        """A side ends its direction."""
        self.frame += 1
        self.requests.closed(side, how, self.time)
        return self

    def ends(self) -> "Connection":
        """No more comes."""
        for side in (0, 1):
            self._place(side, self.readers[side].finish())
        self.requests.finish()
        return self

    def request(self, number: int = 0) -> Request:
        """A request by its number."""
        found = [each for each, _ in self.seen if each and each.number == number]
        return found[0]

    def known(self, number: int = 0) -> Known:
        """All that is known of a request in the end."""
        return Known(self.request(number))

    def at(self, index: int) -> Known:
        """What is known when the index-th record has come."""
        request, position = self.seen[index]
        assert request is not None
        return Known(request, position)

    def said(self, number: int = 0) -> "List[str]":
        """The remarks on a request."""
        return [remark.message for remark in self.known(number).notes]

    def _send(self, side: int, stream: bytes, lost: int) -> "Connection":
        self.frame += 1
        self._place(side, self.readers[side].feed(stream, 0, len(stream), lost))
        return self

    def _place(self, side: int, records: "List[object]") -> None:
        for record in records:
            self.seen.append(
                self.requests.feed(side, record, self.frame, self.time)  # type: ignore
            )
