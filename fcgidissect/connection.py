"""Records of a connection and its FIN and RST in; what it was used for and how it ended out."""

from typing import Annotated, Dict, NamedTuple, Optional, Set, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import is_answered
from fcgidissect.fcgi.records import escaped
from fcgidissect.fcgi.requests import WHOLE, Requests
from fcgidissect.fcgi.spec import (
    FROM_WEB_SERVER,
    HEADER_LENGTH,
    KEEP_CONN,
    RecordType,
)
from fcgidissect.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    FRAMENUM,
    RELATIVE_TIME,
    STRING,
    UINT32,
    UINT64,
    Field,
)
from fcgidissect.flight import Flight
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.notes import (
    FOREIGN_CONNECTION,
    HTTP_CONNECTION,
    NOTHING_LISTENS,
    TLS_CONNECTION,
    Note,
    note,
)

_METHODS: "Tuple[bytes, ...]" = (
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"DELETE ",
    b"OPTIONS ",
    b"PATCH ",
)
_METHODS += (b"PRI * HTTP/2", b"HTTP/1.", b"CONNECT ", b"TRACE ")
_TLS_HANDSHAKE = b"\x16\x03"
_SHOWN = 24
"""First bytes of a stream that is no FastCGI that are shown."""


class Close(NamedTuple):
    """The first FIN or RST of a connection."""

    by: str
    how: str
    when: str
    time: int


class Connection:
    """One connection on the ports in force, as far as it has come.

    Its web server is the end that sends requests; before one has come, the end that does
    not have the port in force.
    """

    def __init__(self, flow: Flow, frame: Frame, opened: bool) -> None:
        self.flow = flow
        """The direction of the web server."""
        self.opened = opened
        """Its SYN is in the capture."""
        self.frame = frame
        """The first frame."""
        self.notes: "Tuple[Note, ...]" = ()
        self.asked = self.answered = self.records = 0
        """Bytes that the web server and the application sent, and records of both."""
        self.close: Optional[Close] = None
        self.was_reset = False
        self._last_frame = frame.number
        self._last_time = frame.time_epoch
        self._requests = 0
        self._keep = False
        self._open: "Set[int]" = set()
        """Numbers of its requests that have not ended."""
        self._idle_since: Optional[int] = None
        self._idle: Optional[int] = None
        self._longest_idle: Optional[int] = None
        self._closes: "Dict[str, str]" = {}

    def take(self, entry: Entry) -> None:
        """One more record."""
        frame, flow, record, request, position = entry
        header = record.header
        size = HEADER_LENGTH + (header[4] << 8) + header[5] + header[6]
        if header[1] in FROM_WEB_SERVER:
            self.asked += size
        else:
            self.answered += size
        self.records += 1
        time = frame.time_epoch
        self.see(frame.number, time)
        if request is None:
            return
        if position == 0:
            begin = request.begin
            self._begin(request.number, bool(begin and begin.keep_conn), time)
        if header[1] == RecordType.END_REQUEST:
            self._end(request.number, time)

    def take_flight(self, flight: Flight) -> None:
        """The same of a question or an answer, without a look at each record."""
        shape, request, said = flight.shape, flight.request, flight.said
        if shape.asks:
            self.asked += flight.size
        else:
            self.answered += flight.size
        self.records += len(shape)
        time = flight.time
        self.see(flight.number, time)
        if request is None or said is None:
            return
        if shape.asks:
            self._begin(request.number, bool(shape.body[2] & KEEP_CONN), time)
        else:
            self._end(request.number, time)

    def see(self, number: int, time: int) -> None:
        """One more frame of it that matters, and when that came."""
        self._last_frame = max(self._last_frame, number)
        self._last_time = max(self._last_time, time)

    def take_close(self, by: str, how: str, when: str, time: int) -> None:
        """A FIN or RST."""
        self.was_reset = self.was_reset or how == "RST"
        self._closes[by] = how
        if self.close is None:
            self.close = Close(by, how, when, time)

    def take_foreign(self, first: bytes) -> None:
        """It carried no FastCGI: what it began with instead."""
        shown = escaped(first[:_SHOWN])
        if first.startswith(_METHODS):
            self.notes = (note(HTTP_CONNECTION, first=shown),)
        elif first.startswith(_TLS_HANDSHAKE):
            self.notes = (note(TLS_CONNECTION),)
        else:
            self.notes = (note(FOREIGN_CONNECTION, first=shown),)

    def take_refusal(self) -> None:
        """Its SYN was answered by RST."""
        self.notes = (note(NOTHING_LISTENS),)

    @property
    def over(self) -> bool:
        """It was reset, or both ends have closed it."""
        return self.was_reset or len(self._closes) == 2

    def _begin(self, number: int, keep: bool, time: int) -> None:
        """A request begins; `keep`: with the wish to keep the connection."""
        self._requests += 1
        self._open.add(number)
        self._keep = self._keep or keep
        if self._idle_since is not None:
            idle = time - self._idle_since
            self._idle = (self._idle or 0) + idle
            self._longest_idle = max(self._longest_idle or 0, idle)
            self._idle_since = None

    def _end(self, number: int, time: int) -> None:
        if self._open:
            self._open.discard(number)
            self._idle_since = None if self._open else time

    # What it tells

    @property
    def first_frame(
        self,
    ) -> Annotated[int, Field("fcgi.connection.first_frame", FRAMENUM, "First Frame")]:
        """Its first frame."""
        return self.frame.number

    @property
    def last_frame(
        self,
    ) -> Annotated[int, Field("fcgi.connection.last_frame", FRAMENUM, "Last Frame")]:
        """The last frame that opened, closed or brought a record."""
        return self._last_frame

    @property
    def begin_time(
        self,
    ) -> Annotated[
        int, Field("fcgi.connection.begin_time", ABSOLUTE_TIME, "Begin Time")
    ]:
        """When its first frame came."""
        return self.frame.time_epoch

    @property
    def duration(
        self,
    ) -> Annotated[int, Field("fcgi.connection.duration", RELATIVE_TIME, "Duration")]:
        """From its first frame to its last."""
        return self._last_time - self.frame.time_epoch

    @property
    def requests(
        self,
    ) -> Annotated[int, Field("fcgi.connection.requests", UINT32, "Requests")]:
        """Requests that it carried."""
        return self._requests

    @property
    def idle(
        self,
    ) -> Annotated[
        Optional[int], Field("fcgi.connection.idle", RELATIVE_TIME, "Idle Time")
    ]:
        """Time between requests in which none was open, all in all."""
        return self._idle

    @property
    def longest_idle(
        self,
    ) -> Annotated[
        Optional[int],
        Field("fcgi.connection.longest_idle", RELATIVE_TIME, "Longest Idle Time"),
    ]:
        """The longest time between two requests in which none was open."""
        return self._longest_idle

    @property
    def request_bytes(
        self,
    ) -> Annotated[
        int, Field("fcgi.connection.request_bytes", UINT64, "Request Bytes")
    ]:
        """Bytes that the web server sent, as far as they are decoded."""
        return self.asked

    @property
    def response_bytes(
        self,
    ) -> Annotated[
        int, Field("fcgi.connection.response_bytes", UINT64, "Response Bytes")
    ]:
        """Bytes that the application sent, as far as they are decoded."""
        return self.answered

    @property
    def kept(
        self,
    ) -> Annotated[bool, Field("fcgi.connection.kept", BOOLEAN, "Kept")]:
        """The web server asked to keep it, and the application did not close it first."""
        by_application = self.close is not None and self.close.by == "application"
        return self._keep and not by_application

    @property
    def closed_by(
        self,
    ) -> Annotated[
        Optional[str], Field("fcgi.connection.closed_by", STRING, "Closed by")
    ]:
        """Who closed first: web server or application."""
        return self.close.by if self.close else None

    @property
    def closed_how(
        self,
    ) -> Annotated[
        Optional[str], Field("fcgi.connection.closed_how", STRING, "Closed how")
    ]:
        """How: FIN or RST."""
        return self.close.how if self.close else None

    @property
    def closed_when(
        self,
    ) -> Annotated[
        Optional[str], Field("fcgi.connection.closed_when", STRING, "Closed when")
    ]:
        """When: before the answer, in it, after it, or without a request."""
        return self.close.when if self.close else None

    @property
    def reset(
        self,
    ) -> Annotated[bool, Field("fcgi.connection.reset", BOOLEAN, "Reset")]:
        """There was a RST, first or later."""
        return self.was_reset


def moment(requests: Requests) -> str:
    """Where the requests of a connection are when it is closed."""
    unanswered = [each for each in requests.table.values() if not is_answered(each)]
    open = [each for each in unanswered if each.end_position == WHOLE]
    if any(request.answer_time is not None for request in open):
        return "in the answer"
    if open:
        return "before the answer"
    return "after the answer" if requests.context.ids else "without a request"
