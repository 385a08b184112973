"""The records of one request come in, the beginnings of its bodies are kept, decoded."""

from typing import Dict, Optional, Tuple

from fcgidissect.body.bodies import Bodies
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.sent import Body, Sent
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.limits import Limits

_FIELDS: "Dict[int, str]" = {
    RecordType.STDIN: "fcgi.request.body",
    RecordType.STDOUT: "fcgi.response.body",
}


class Keeper:
    """Keeps of each body `row_bytes`."""

    def __init__(self, limits: Limits) -> None:
        self._bodies = Bodies(limits)
        self._most = limits.row_bytes
        self._kept: "Dict[int, bytearray]" = {kind: bytearray() for kind in _FIELDS}

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(map(len, self._kept.values()))

    @property
    def cut(self) -> "Tuple[str, ...]":
        """The fields of `Sent` of which more came than is kept."""
        bodies = [(kind, self._bodies.of(kind)) for kind in self._kept]
        return tuple(
            _FIELDS[kind]
            for kind, body in bodies
            if body is not None and body.length > len(self._kept[kind])
        )

    def take(self, request: Request, position: int, record: Record) -> None:
        """The request's next record."""
        kind = record.header[1]
        for piece in self._bodies.feed(request, position, record):
            room = self._most - len(self._kept[kind])
            if room > 0:
                self._kept[kind] += piece[:room]

    def sent(self, request: Request) -> Sent:
        """What is kept of a request of which no more records will come."""
        self._bodies.finish(request)
        return Sent(self._body(RecordType.STDIN), self._body(RecordType.STDOUT))

    def _body(self, kind: int) -> Optional[Body]:
        body = self._bodies.of(kind)
        if body is None:
            return None
        data, codings = bytes(self._kept[kind]), ", ".join(body.codings)
        return Body(data, body.length, codings, body.fault)
