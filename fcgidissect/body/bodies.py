"""The records of one request come in, in order; the bodies of both sides go out, decoded.

A request's body is STDIN, decoded as HTTP_CONTENT_ENCODING says: web servers have undone a
transfer coding, though some pass its name on. A response's is STDOUT behind its header block,
which may name content and transfer codings. Neither is kept.
"""

from typing import Dict, Iterator, List, Optional

from fcgidissect.body.decoder import Decoder
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.states import STDIN, STDOUT, State
from fcgidissect.limits import Limits

_STDIN_ENDED = (State.AFTER_STDIN, State.IN_DATA, State.AFTER_DATA)


class Bodies:
    """The bodies of one request."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.asked: Optional[Decoder] = None
        """The request's, from its first byte on."""
        self.answered: Optional[Decoder] = None
        """The response's, from the end of the header block on."""
        self.before = 0
        """Content bytes of the latest record that stand before its body."""
        self._limits = limits
        self._header_bytes = 0
        """STDOUT so far, while it is the header block."""

    def of(self, kind: int) -> Optional[Decoder]:
        """The body that records of a type carry, if it has begun."""
        return {STDIN: self.asked, STDOUT: self.answered}.get(kind)

    def feed(self, request: Request, position: int, record: Record) -> Iterator[bytes]:
        """What the request's next record gives of the body on its side.

        To be taken in full before the next call. A record of another type gives nothing.
        """
        self.before = 0
        kind = record.header[1]
        if kind == STDIN and (record.end > record.start or record.missing):
            if self.asked is None:
                codings = _listed([Known(request).param("HTTP_CONTENT_ENCODING") or ""])
                self.asked = Decoder(codings, self._limits)
            yield from self._decoded(self.asked, record)
        elif kind == STDOUT:
            yield from self._answer(request, position, record)

    def finish(self, request: Request) -> None:
        """No more records will come: say of each body whether it is whole."""
        if self.asked is not None:
            told = Known(request).content_length == self.asked.sent
            ended = told or request.asking in _STDIN_ENDED
            self.asked.finish(ended and request.complete)
        if self.answered is not None:
            ended = (
                request.outcome == "complete" or request.answering == State.AFTER_STDOUT
            )
            self.answered.finish(ended and request.complete)

    def _answer(
        self, request: Request, position: int, record: Record
    ) -> Iterator[bytes]:
        if self.answered is None:
            before, length = self._header_bytes, record.head.content_length
            self._header_bytes += length
            if position < request.header_position or not request.header_length:
                return
            self.before = max(request.header_length - before, 0)
            fields = Known(request).response_headers
            self.answered = Decoder(response_codings(fields), self._limits)
        yield from self._decoded(self.answered, record)

    def _decoded(self, body: Decoder, record: Record) -> Iterator[bytes]:
        """What a body's decoder makes of a record's content."""
        skip, at = self.before, 0
        for begin, part in record.runs():
            if at < begin:
                body.lose(begin - at)
            yield from body.feed(part[skip:])
            skip, at = max(skip - len(part), 0), begin + len(part)
        if at < record.head.content_length:
            body.lose(record.head.content_length - at)


def response_codings(fields: "Dict[str, List[str]]") -> "List[str]":
    """The codings that a response's header fields name, in the order of their application."""
    return [
        *_listed(fields.get("content-encoding", [])),
        *_listed(fields.get("transfer-encoding", [])),
    ]


def _listed(values: "List[str]") -> "List[str]":
    words = ",".join(values).lower().split(",")
    return [word.strip() for word in words if word.strip()]
