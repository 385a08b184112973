"""Entries come in, one JSON object each goes out: in one array, or one a line.

An object is nested by the dotted names of its fields and holds what the README's section on
JSON lists. It is put together from ready-made fragments, and everything outside ASCII is
written as an escape, so that no byte of a capture acts on a terminal.

Fragments: what stands before the record is written once a frame, the header once a distinct
header, a pair once a distinct pair, the request once as long as nothing more is known of it.
"""

from binascii import hexlify
from typing import List, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief, Plain
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.remarks import QUIET, remarks
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.spec import BODIES, BULK, PAIRS, RecordType
from fcgidissect.fields import fields_of
from fcgidissect.flight import Flight
from fcgidissect.memo import Memo
from fcgidissect.output import Settings, Writer
from fcgidissect.output.array import InArray
from fcgidissect.output.flight_json import Flights
from fcgidissect.output.fragments import (
    Before,
    BeforeOf,
    around_content,
    expert,
    members,
)
from fcgidissect.output.looked_up import looked_up
from fcgidissect.output.pairs_json import both_forms

_REQUEST = frozenset(
    {
        "fcgi.request.number",
        "fcgi.request.method",
        "fcgi.request.uri",
        "fcgi.request.script",
        "fcgi.request.host",
        "fcgi.request.remote_addr",
    }
)
_NUMBER = frozenset({"fcgi.request.number"})
"""Of a request, what is known before its params."""
_RESPONSE = frozenset({"fcgi.response.status", "fcgi.response.content_type"})
"""Of a request, what every record tells once it is known; END_REQUEST tells all."""
_STDERR = frozenset({"fcgi.stderr"})
_WHOLE = frozenset(field.name for _, field in fields_of(Known)) - _STDERR
"""Of a request, what every record tells in the second of two passes."""
_ALL = -1
"""Stands for all pairs in a memo's key."""


class Lines(Writer):
    """JSON lines: an object a line."""

    behind = "\n"
    apart = numbered = True

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._raw = settings.raw
        self._before = Before() if settings.only is None else BeforeOf(settings.only)
        self.flights = not settings.raw
        self._flights = Flights(self._before, self.behind, self._data)
        self._headers: "Memo[bytes, Tuple[bytes, bytes, bool]]" = Memo()
        self._requests: "Memo[Tuple[int, int], str]" = Memo()
        self._responses: "Memo[bytes, str]" = Memo()
        self._bodies: "Memo[Tuple[int, bytes], str]" = Memo()

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """An object a record, with what stands behind it."""
        lines: List[bytes] = []
        last_frame = last_flow = None
        opened, behind = b"", self.behind.encode()
        headers = self._headers
        plain = not self._raw
        for row in rows:
            if isinstance(row, Flight):
                text = self._flights.text(row)
                lines.append(text or b"".join(self.lines(row.entries())))
                continue
            frame, flow, record, request, position = row
            # 1. Once a frame and direction: frame, addresses, ports.
            if frame is not last_frame or flow is not last_flow:
                last_frame, last_flow = frame, flow
                opened = self._before(frame, flow)
            # 2. Once a distinct header: all of it, around the content's bytes.
            header, content, start, end, _, _, notes, _ = record
            opening, closing, bulk = headers.get(header) or self._header(row)
            # 3. A body's bytes and its request; 4. whatever else there is to tell.
            if bulk and plain and not notes and request and _silent(request):
                data = content[start:end] if self._data else b""
                told = f", {self._request(position, request)}}}}}"
            else:
                data = row.content_data or b"" if self._data else b""
                told = self._told(row)
            bytes_told = (b', "data": "', hexlify(data), b'"') if data else ()
            pieces = opened, opening, *bytes_told, closing, told.encode(), behind
            lines.append(b"".join(pieces))
        return lines

    def _header(self, row: Entry) -> "Tuple[bytes, bytes, bool]":
        """A header around the content's bytes, and whether they are all there is to it."""
        header = row.record.header
        opening, closing = around_content(header)
        bulk = header[1] in BULK and not remarks(row.record)
        texts = self._headers[header] = opening.encode(), closing.encode(), bulk
        return texts

    def _told(self, row: Entry) -> str:
        """From the padding's end to the object's."""
        _, _, record, request, position = row
        parts = [self._body(row)]
        if request is not None and record.header[1] == RecordType.END_REQUEST:
            parts.append(members(looked_up(request, position)))
        elif request is not None:
            parts.append(self._request(position, request))
        if self._raw:
            parts.append(f'"raw": "{record.raw.hex()}"')
        quiet = isinstance(request, Plain) and QUIET[record.header]
        notes = () if quiet else row.notes
        text = "".join([", " + part for part in parts if part])
        return f"{text}}}{expert(notes) if notes else ''}}}"

    def _body(self, row: Entry) -> str:
        """What this record alone says."""
        kind = row.record.header[1]
        if kind in PAIRS:
            return both_forms(row.pairs)
        if kind == RecordType.STDERR and row.known is not None:
            return members(row.known, _STDERR)
        if kind not in BODIES:
            return ""
        key = kind, row.record.content
        text = self._bodies.get(key)
        if text is None:
            body = row.record.body
            text = self._bodies[key] = "" if body is None else members(body)
        return text

    def _request(self, position: int, request: Request) -> str:
        """What is known of the request at a position."""
        if isinstance(request, Brief):
            told = int(position >= 1)
        elif request.whole:
            return self._all(position, request)
        else:
            read = request.read_pairs()
            told = len(read)
            if position < request.params_position:
                told = sum([at <= position for at, _ in read])
        text = self._requests.get((request.number, told))
        if text is None:
            names = _REQUEST if told else _NUMBER
            text = members(looked_up(request, position), names)
            self._requests[request.number, told] = text
        header = _header(request, position)
        return text + self._response(header, position, request) if header else text

    def _all(self, position: int, request: Request) -> str:
        text = self._requests.get((request.number, _ALL))
        if text is None:
            text = members(looked_up(request, position), _WHOLE)
            self._requests[request.number, _ALL] = text
        return text

    def _response(self, header: bytes, position: int, request: Request) -> str:
        text = self._responses.get(header)
        if text is None:
            told = members(looked_up(request, position), _RESPONSE)
            text = self._responses[header] = told and ", " + told
        return text


class Array(InArray, Lines):
    """One array of all objects."""


def _silent(request: Request) -> bool:
    """Whether there is nothing to remark on a record with a body because of its request."""
    return isinstance(request, Brief) or not request.notes


def _header(request: Request, position: int) -> bytes:
    """The response's header block, if it is whole at a position."""
    if position < request.header_position:
        return b""
    if isinstance(request, Brief):
        return request.answer.header if request.answer else b""
    return request.header
