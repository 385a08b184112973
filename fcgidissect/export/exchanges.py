"""Records in, whole requests with the files of their bodies out.

Rules:
- A body goes to disk as its records pass: as it was sent where a command repeats it, else
  decoded. Nothing of it is held.
- Requests come in the order in which they began; their files go when the next one is asked
  for, unless someone has taken them.
"""

import os
from hashlib import sha256
from tempfile import TemporaryDirectory
from typing import Callable, Dict, Iterator, List, Optional, Sequence

from fcgidissect.body.bodies import Bodies
from fcgidissect.entry import Entry
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.filter import Filter
from fcgidissect.registry import Registry
from fcgidissect.request_row import RequestRow, RequestRows


class Body:
    """A body in a file.

    Args:
        path: where the file is; it is there from the first byte on.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self.fault = ""
        """Why it is not the whole body, decoded; empty where it is."""
        self.codings: "Sequence[str]" = ()
        """Those that were undone."""
        self._hash = sha256()

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Its next bytes."""
        with open(self.path, "ab") as file:
            file.write(data)
        self.size += len(data)
        self._hash.update(data)

    def read(self, most: int = -1) -> bytes:
        """Its bytes, or the first ones of them."""
        if not self.size:
            return b""
        with open(self.path, "rb") as file:
            return file.read(most)


class Exchange:
    """A request, what was asked and what was answered."""

    def __init__(self, folder: str, number: int) -> None:
        self.row: RequestRow
        self.bodies = Bodies()
        self.sent = Body(os.path.join(folder, f"{number}.sent"))
        """The request's body as it was sent."""
        self.asked = Body(os.path.join(folder, f"{number}.asked"))
        """The same, decoded."""
        self.answered = Body(os.path.join(folder, f"{number}.answered"))
        """The response's body, decoded."""

    def take_sent(self, entry: Entry) -> None:
        """One more record, of which the request's body is kept as it was sent."""
        record = entry.record
        if record.header[1] == RecordType.STDIN and record.start < record.end:
            self.sent.write(record.content)

    def take_decoded(self, entry: Entry) -> None:
        """One more record, of which both bodies are kept decoded."""
        record, kind = entry.record, entry.record.header[1]
        if entry.request is None:
            return
        body = self.asked if kind == RecordType.STDIN else self.answered
        for piece in self.bodies.feed(entry.request, entry.position, record):
            if piece:
                body.write(piece)

    def finish(self, row: RequestRow) -> None:
        """No more records will come."""
        self.row = row
        self.bodies.finish(row.request)
        both = (self.asked, self.bodies.asked), (self.answered, self.bodies.answered)
        for body, decoder in both:
            if decoder is not None:
                body.fault, body.codings = decoder.fault, decoder.codings

    def close(self) -> None:
        """Let go of the files that nobody has taken."""
        for body in (self.sent, self.asked, self.answered):
            if os.path.exists(body.path):
                os.unlink(body.path)


class Exchanges:
    """Makes them of entries.

    Args:
        expression: only requests that pass it.
        decoded: keep both bodies, decoded.
        sent: keep the requests' bodies as they were sent.
        folder: where the files are; they go with this object.
        as_they_end: in the order in which the requests end.
    """

    def __init__(
        self,
        expression: Optional[Filter],
        decoded: bool = True,
        sent: bool = False,
        folder: Optional[str] = None,
        as_they_end: bool = False,
    ) -> None:
        names = expression.fields if expression else ()
        self.rows = RequestRows(Registry(), names, as_they_end)
        """The stage that tells the corridor what it must."""
        self._passes = expression.matches if expression else lambda row: True
        self._takers: "List[Callable[[Exchange, Entry], None]]" = []
        if decoded:
            self._takers.append(Exchange.take_decoded)
        if sent:
            self._takers.append(Exchange.take_sent)
        self._folder = TemporaryDirectory(prefix=".fcgidissect-", dir=folder)
        self._open: "Dict[int, Exchange]" = {}

    def feed(self, entries: "Sequence[Entry]") -> "Iterator[Exchange]":
        """Those that the next entries complete."""
        for entry in entries:
            request = entry.request
            if request is not None:
                exchange = self._open.get(request.number)
                if exchange is None and entry.position == 0:
                    exchange = Exchange(self._folder.name, request.number)
                    self._open[request.number] = exchange
                if exchange is not None:
                    for take in self._takers:
                        take(exchange, entry)
        yield from self._whole(self.rows.feed(entries))

    def finish(self) -> "Iterator[Exchange]":
        """Those that are left."""
        yield from self._whole(self.rows.finish())

    def _whole(self, rows: "List[RequestRow]") -> "Iterator[Exchange]":
        for row in rows:
            exchange = self._open.pop(row.request.number)
            exchange.finish(row)
            if self._passes(row):
                yield exchange
            exchange.close()

    def close(self) -> None:
        """Let go of all files."""
        self._folder.cleanup()
