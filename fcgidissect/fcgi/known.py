"""A request and a position in it, out comes what is known of the request by then."""

from bisect import bisect_left
from operator import itemgetter
from typing import Annotated, Dict, List, Mapping, NamedTuple, Optional, Sequence

from fcgidissect.fcgi.checks import last_value
from fcgidissect.fcgi.pairs import Pairs
from fcgidissect.fcgi.request import WHOLE, Request
from fcgidissect.fcgi.spec import RecordType, Role
from fcgidissect.fields import (
    ABSOLUTE_TIME,
    BOOLEAN,
    FRAMENUM,
    RELATIVE_TIME,
    STRING,
    UINT16,
    UINT32,
    UINT64,
    Field,
)
from fcgidissect.notes import OF_WHOLE_REQUESTS, Note
from fcgidissect.text import number

Text = Optional[str]
Number = Optional[int]


class Known(NamedTuple):
    """What the records of a request tell up to and with the one at a position."""

    request: Request
    position: int = WHOLE

    @property
    def number(
        self,
    ) -> Annotated[int, Field("fcgi.request.number", UINT32, "Request Number")]:
        """Counted from 0 over the capture."""
        return self.request.number

    @property
    def role(
        self,
    ) -> Annotated[Number, Field("fcgi.request.role", UINT16, "Request Role", Role)]:
        """The role asked for in BEGIN_REQUEST."""
        return self.request.begin.role if self.request.begin else None

    @property
    def keep_conn(
        self,
    ) -> Annotated[
        Optional[bool], Field("fcgi.request.keep_conn", BOOLEAN, "Keep Connection")
    ]:
        """The application shall leave the connection open."""
        return self.request.begin.keep_conn if self.request.begin else None

    @property
    def method(
        self,
    ) -> Annotated[Text, Field("fcgi.request.method", STRING, "Request Method")]:
        """REQUEST_METHOD."""
        return self.param("REQUEST_METHOD")

    @property
    def uri(self) -> Annotated[Text, Field("fcgi.request.uri", STRING, "Request URI")]:
        """REQUEST_URI; where it is not given, SCRIPT_NAME with PATH_INFO and the query."""
        uri = self.param("REQUEST_URI")
        if uri is not None:
            return uri
        path, query = self.param("SCRIPT_NAME"), self.query
        if path is None:
            return None
        return path + (self.param("PATH_INFO") or "") + (f"?{query}" if query else "")

    @property
    def query(
        self,
    ) -> Annotated[Text, Field("fcgi.request.query", STRING, "Query String")]:
        """QUERY_STRING."""
        return self.param("QUERY_STRING")

    @property
    def script(
        self,
    ) -> Annotated[Text, Field("fcgi.request.script", STRING, "Script")]:
        """SCRIPT_FILENAME; where it is not given, SCRIPT_NAME."""
        return self.param("SCRIPT_FILENAME") or self.param("SCRIPT_NAME")

    @property
    def host(self) -> Annotated[Text, Field("fcgi.request.host", STRING, "Host")]:
        """HTTP_HOST; where it is not given, SERVER_NAME."""
        return self.param("HTTP_HOST") or self.param("SERVER_NAME")

    @property
    def remote_addr(
        self,
    ) -> Annotated[Text, Field("fcgi.request.remote_addr", STRING, "Remote Address")]:
        """REMOTE_ADDR: the client's address as the web server gives it."""
        return self.param("REMOTE_ADDR")

    @property
    def user_agent(
        self,
    ) -> Annotated[Text, Field("fcgi.request.user_agent", STRING, "User Agent")]:
        """HTTP_USER_AGENT."""
        return self.param("HTTP_USER_AGENT")

    @property
    def content_length(
        self,
    ) -> Annotated[
        Number, Field("fcgi.request.content_length", UINT64, "Content Length")
    ]:
        """CONTENT_LENGTH, where it is a number."""
        text = self.param("CONTENT_LENGTH")
        return None if text is None else number(text)

    @property
    def first_frame(
        self,
    ) -> Annotated[Number, Field("fcgi.request.first_frame", FRAMENUM, "First Frame")]:
        """The frame of its first record; told at its end."""
        return self.request.first_frame if self.over else None

    @property
    def last_frame(
        self,
    ) -> Annotated[Number, Field("fcgi.request.last_frame", FRAMENUM, "Last Frame")]:
        """The frame of its last record; told of a whole request."""
        return self.request.last_frame if self.reach == WHOLE else None

    @property
    def begin_time(
        self,
    ) -> Annotated[int, Field("fcgi.request.begin_time", ABSOLUTE_TIME, "Begin Time")]:
        """When its first record came."""
        return self.request.begin_time

    @property
    def duration(
        self,
    ) -> Annotated[Number, Field("fcgi.request.duration", RELATIVE_TIME, "Duration")]:
        """From BEGIN_REQUEST to END_REQUEST, or to the close that ended it."""
        request = self.request
        if not self.over or request.begin is None or request.end_time is None:
            return None
        return request.end_time - request.begin_time

    @property
    def ttfb(
        self,
    ) -> Annotated[
        Number, Field("fcgi.request.ttfb", RELATIVE_TIME, "Time to First Byte")
    ]:
        """From BEGIN_REQUEST to the first content of STDOUT; told at its end."""
        request = self.request
        if not self.over or request.begin is None or request.answer_time is None:
            return None
        return request.answer_time - request.begin_time

    @property
    def state(self) -> Annotated[Text, Field("fcgi.request.state", STRING, "State")]:
        """How it ended; told at its end."""
        return self.request.outcome if self.over else None

    @property
    def stdin_length(
        self,
    ) -> Annotated[Number, Field("fcgi.request.stdin.length", UINT64, "STDIN Length")]:
        """Content bytes of all its STDIN records; told at its end."""
        return self._lengths[RecordType.STDIN] if self.over else None

    @property
    def status(
        self,
    ) -> Annotated[Number, Field("fcgi.response.status", UINT16, "Response Status")]:
        """The HTTP status of the response, once its header block is whole."""
        return status_in(self.response_headers)

    @property
    def content_type(
        self,
    ) -> Annotated[Text, Field("fcgi.response.content_type", STRING, "Content Type")]:
        """The response's Content-Type."""
        return self.response_headers.get("content-type", [None])[-1]

    @property
    def header_length(
        self,
    ) -> Annotated[
        Number, Field("fcgi.response.header_length", UINT32, "Header Block Length")
    ]:
        """Bytes of the response's header block with the empty line that ends it."""
        return self.request.header_length if self._has_header else None

    @property
    def body_length(
        self,
    ) -> Annotated[Number, Field("fcgi.response.body_length", UINT64, "Body Length")]:
        """Bytes of the response behind its header block; told at its end."""
        if not self.over or not self._has_header:
            return None
        return self._lengths[RecordType.STDOUT] - self.request.header_length

    @property
    def stderr(self) -> Annotated[Text, Field("fcgi.stderr", STRING, "STDERR")]:
        """The text of this STDERR record; of all of them for a whole request."""
        parts = [
            content
            for position, content in self.request.stderr
            if position == self.position or self.position == WHOLE
        ]
        return b"".join(parts).decode("utf-8", "surrogateescape") if parts else None

    @property
    def over(self) -> bool:
        """The request's end is known at this position."""
        return self.reach >= self.request.end_position

    @property
    def answered(self) -> bool:
        """END_REQUEST has come, of whatever position it is asked."""
        return self.request.end_position <= self.request.position

    @property
    def reach(self) -> int:
        """The last position whose record is known at this one."""
        return WHOLE if self.request.whole else self.position

    @property
    def notes(self) -> "tuple[Note, ...]":
        """What there is to say at this position, or of the whole request.

        What would blame the peers for what only the capture lacks is not said.
        """
        request = self.request
        if not request.notes:
            return ()
        return tuple(
            remark
            for position, remark in sorted(request.notes, key=_position)
            if position == self.position or self.position == WHOLE
            if remark.code not in OF_WHOLE_REQUESTS or request.complete
        )

    @property
    def pairs(self) -> Pairs:
        """The name-value pairs that end in the record at this position."""
        read = self.request.read_pairs()
        if self.position != WHOLE:
            at = bisect_left(read, (self.position,))
            read = [each for each in read[at : at + 1] if each[0] == self.position]
        return tuple(pair for _, pairs in read for pair in pairs)

    @property
    def params(self) -> "Dict[str, List[str]]":
        """Each param known by now, with its values in wire order."""
        params: Dict[str, List[str]] = {}
        reach = self.reach
        for position, pairs in self.request.read_pairs():
            if position <= reach:
                for name, value in pairs:
                    params.setdefault(name, []).append(value)
        return params

    def param(self, name: str) -> Text:
        """A param's value; the last one counts, as for php-fpm."""
        reach, seen = self.reach, self.request.seen
        if seen is not None and reach >= self.request.params_position:
            return seen.param(name)
        for position, pairs in reversed(self.request.read_pairs()):
            if position <= reach:
                value = last_value(pairs, name)
                if value is not None:
                    return value
        return None

    @property
    def response_headers(self) -> "Dict[str, List[str]]":
        """Header fields of the response by lower-case name, once the block is whole."""
        if not self._has_header:
            return {}
        return header_fields(self.request.header)

    @property
    def _lengths(self) -> "List[int]":
        whole = self.reach == WHOLE
        return self.request.lengths if whole else self.request.end_lengths

    @property
    def _has_header(self) -> bool:
        request = self.request
        return request.header_length > 0 and request.header_position <= self.reach


_position = itemgetter(0)


def header_fields(block: bytes) -> "Dict[str, List[str]]":
    """The fields of a CGI response's header block (RFC 3875, section 6.3).

    A status line, as a non-parsed header script sends it, counts as its `status`.
    """
    fields: Dict[str, List[str]] = {}
    for line in block.decode("utf-8", "surrogateescape").split("\n"):
        name, colon, value = line.partition(":")
        if line.startswith("HTTP/") and not fields:
            fields["status"] = [line.partition(" ")[2].strip()]
        elif colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return fields


def status_in(fields: "Mapping[str, Sequence[str]]") -> Number:
    """The HTTP status that header fields tell; None where there are none.

    `Status:` or a status line; else 302 with a `Location:`, and 200 without (RFC 3875,
    section 6.3).
    """
    if not fields:
        return None
    words = fields.get("status", [""])[-1].split()
    status = number(words[0]) if words else None
    if status is not None:
        return status
    return 302 if "location" in fields else 200
