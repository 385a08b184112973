"""Entries come in, one line each goes out.

A line is frame number, time, who to whom, type, id, length and what matters in that type.
Into a pipe it is plain and never cut; on a terminal it is styled, cut to the width, and
shorter in its first columns where the terminal is narrow.

Speed: what stands before the type is written once a frame, type to length once a distinct
header; a record of which there is nothing more to say costs a look-up and a concatenation.
"""

from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief, Plain
from fcgidissect.fcgi.brief_known import is_remarked
from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.remarks import remarks
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.shape import Shape
from fcgidissect.fcgi.spec import (
    BULK,
    FROM_APPLICATION,
    STREAMS,
    VALUES,
    RecordType,
    type_title,
)
from fcgidissect.flight import Flight, Part, entries_of
from fcgidissect.limits import Limits
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.notes import Note
from fcgidissect.output import Settings, Writer
from fcgidissect.output.clock import clock, opened, opening
from fcgidissect.output.ends import Ends
from fcgidissect.output.info import (
    PREFIX,
    Pieces,
    end_of,
    matter,
    span,
    status_of,
    stderr_of,
    worst,
)
from fcgidissect.text import ELLIPSIS

NARROW = 120
"""Columns below which ports stand for addresses, types lose their FCGI_, and what matters in
a record takes the place of its length."""
_ONES_OWN = frozenset({RecordType.PARAMS, RecordType.STDERR, RecordType.STDOUT})
"""Types of which the content, not the shape of a flight, tells what matters."""
_LENGTH = "len=%-5d"


class Summary(Writer):
    """The line writer; see `Writer`."""

    flights = parts = True
    ends: Ends

    def __init__(self, settings: Settings) -> None:
        self._clock = clock(settings.time)
        self._opening = opening(settings.time, self._clock)
        self._styles = settings.styles
        self._width = settings.width
        self._narrow = False
        self._plain = settings.width is None and not settings.styles.on
        """Lines are neither styled nor cut."""
        self.apart = self._plain and settings.time != "dd"
        self._heads: Dict[bytes, Tuple[str, bool]] = {}
        """Header -> type to length, and whether there is nothing to remark on it."""
        self._silent: Dict[bytes, bytes] = {}
        """Header -> the rest of the line, for records that have nothing more to say."""
        self._forms: "Memo[Union[Shape, Tuple[Shape, Tuple[Note, ...]]], bytes]" = (
            Memo()
        )
        """The lines of a shape, where there is something to remark with that: see `_form`."""
        self._alike: "Memo[Tuple[Shape, Tuple[int, ...]], List[bytes]]" = Memo()
        """A shape and which of its records -> their lines: see `_alike_in`."""
        self.ends = Ends()
        self._last: "Optional[Tuple[Frame, Flow]]" = None
        self._before: Pieces = []

    def lines(self, rows: "Sequence[Union[Entry, Flight, Part]]") -> "List[bytes]":
        """One line a record."""
        if not self._plain:
            return [self._styled(entries_of(rows)).encode()]
        lines: List[bytes] = []
        silent, flight, part = self._silent, self._flight, self._part
        last_frame = last_flow = None
        before = b""
        row: Any
        for row in rows:
            # `isinstance` would take longer where the answer is no.
            if type(row) is Flight:
                lines.append(flight(row))
                continue
            if type(row) is Part:
                lines.append(part(row))
                continue
            frame, flow, record, request, position = row
            # 1. Once a frame and direction: number, time, ends.
            if frame is not last_frame or flow is not last_flow:
                last_frame, last_flow = frame, flow
                before = self._before_type(frame, flow)
            # 2. Once a distinct header: type, id, length. 3. The rest, where there is any.
            line = silent.get(record[0])
            if (
                line is None
                or record.notes
                or request is not None
                and _says(request, position)
            ):
                line = self._rest(row)
            lines.append(before + line)
        return lines

    def _flight(self, flight: Flight) -> bytes:
        """The lines of a whole flight: those of its shape, with what varies in them."""
        request: Any
        said: Any
        told: "Tuple[object, ...]"
        stretch, place, flow, _, _, shape, request, said = flight
        before = self._opening(stretch, place, self.ends.of(flow))
        if said and shape.asks:
            _, params, _, seen, stdin = said
            method, uri = seen[:2]
            # Both are printable, or the request had never been brief: see `params`.
            if method and uri and (isinstance(request, Brief) or not request.notes):
                remarks = seen[4]
                form = self._forms.get((shape, remarks) if remarks else shape)
                form = form or self._form(flight, remarks)
                told = before, before, len(params), method, uri, before, before
                return form % ((*told, stdin, before) if stdin else told)
        elif isinstance(request, Brief):
            _, header, length, _, time, stderr = said
            status = status_of(header)[1].encode()
            if status:
                form = self._forms.get(shape) or self._form(flight)
                lasted = span(time - request.begin_time).encode()
                if shape.ends_stdout:
                    told = before, length, status, before, before, lasted
                else:
                    told = before, length, status, before, lasted
                if not stderr:
                    return form % told
                text = stderr_of(stderr)[1].encode()
                if text:
                    return form % (before, len(stderr), text, *told)
        return before.join([b"", *[self._rest(row) for row in flight.entries()]])

    def _part(self, part: Part) -> bytes:
        """The lines of some records of a flight."""
        flight, indices = part
        if isinstance(flight.request, Plain):
            alike = self._alike.get((flight.shape, indices))
            if alike is None:
                alike = self._alike_in(part)
            if alike:
                stretch, place, flow, *_ = flight
                return self._opening(stretch, place, self.ends.of(flow)).join(alike)
        # To write all of them and choose is faster than to make an entry of each.
        lines = self._flight(flight).split(b"\n")
        return b"\n".join([*[lines[index] for index in indices], b""])

    def _alike_in(self, part: Part) -> "List[bytes]":
        """What these lines have behind what opens them, and before the first one.

        Nothing where that is not alike in all flights of the shape whose request is plain.
        """
        flight, indices = part
        alike: "List[bytes]" = []
        headers = [flight.shape.headers[index] for index in indices]
        if all([header and header[1] != RecordType.END_REQUEST for header in headers]):
            alike = [b"", *map(self._rest, part.entries())]
        self._alike[flight.shape, indices] = alike
        return alike

    def _form(self, flight: Flight, remarks: "Tuple[Note, ...]" = ()) -> bytes:
        """The lines of a shape, with places for what it does not tell.

        Args:
            remarks: what there is to remark on PARAMS.
        """
        lines = []
        for row in flight.entries():
            kind, head = row.record.header[1], self._head(row)[0]
            length = row.record.end - row.record.start
            if kind == RecordType.END_REQUEST:
                head += f"%b {end_of(row)[1]}"
            elif kind in _ONES_OWN and length:
                more = "%b %b" if kind == RecordType.PARAMS else "%b"
                head = head.replace(_LENGTH % length, _LENGTH) + more
            elif kind == RecordType.STDIN and length:
                head = head.replace(_LENGTH % length, "len=%d")
            elif kind == RecordType.PARAMS:
                head += worst(remarks)[1].replace("%", "%%")
            else:
                head += matter(row)[1]
            lines.append(f"%b{head.rstrip()}\n")
        form = "".join(lines).encode()
        self._forms[(flight.shape, remarks) if remarks else flight.shape] = form
        return form

    def _rest(self, row: Entry) -> bytes:
        """From the type to the line's end; remembered where the header alone says it."""
        record, request = row.record, row.request
        header = record.header
        head, spotless = self._heads.get(header) or self._head(row)
        more = matter(row)[1]
        if (
            not spotless
            or record.notes
            or request
            and is_remarked(request, row.position)
        ):
            more = " ".join(filter(None, (more, worst(row.notes)[1])))
        text = (head + more if more else head.rstrip()).encode() + b"\n"
        if not more and (header[1] in BULK or header[4:6] == b"\0\0"):
            self._silent[header] = text
        return text

    def _head(self, row: Entry) -> "Tuple[str, bool]":
        """Type, id and length, and whether that is all well."""
        if len(self._heads) >= Limits().memo:
            self._heads.clear()
            self._silent.clear()
        header = row.record.header
        # Of VALUES the content gives reason to remark, not the header alone.
        spotless = header[1] not in VALUES and not remarks(row.record)
        both = self._heads[header] = _text(self._of_header(header)), spotless
        return both

    def _styled(self, rows: "Sequence[Entry]") -> str:
        """The same for a terminal: styled, and cut to its width as it is now."""
        width = self._width() if self._width else None
        self._set_narrow(width is not None and width < NARROW)
        lines = []
        for row in rows:
            more = [piece for piece in (matter(row), worst(row.notes)) if piece[1]]
            head = self._of_header(row.record.header)
            if self._narrow and more:
                head.pop()  # the length gives way
            pieces = self._of_frame(row.frame, row.flow) + head
            if width is not None and len(more) == 2:
                more = _shared(more, width - sum(cells(text) + 1 for _, text in pieces))
            lines.append(self._line(pieces + more, width))
        return "".join(lines)

    def _set_narrow(self, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow, self._last = narrow, None
            self.ends = Ends(narrow)

    def _line(self, pieces: Pieces, width: Optional[int]) -> str:
        style, text = pieces[-1]
        pieces = [*pieces[:-1], (style, text.rstrip())]
        pieces = pieces if width is None else cut(pieces, width)
        return " ".join([self._styles(style, text) for style, text in pieces]) + "\n"

    def _before_type(self, frame: Frame, flow: Flow) -> bytes:
        return opened(frame, self._clock(frame), self.ends.of(flow))

    def _of_frame(self, frame: Frame, flow: Flow) -> Pieces:
        if self._last != (frame, flow):
            self._last = frame, flow
            number, time = "%5d" % frame.number, "%10s" % self._clock(frame)
            self._before = [
                ("number", number),
                ("", time),
                ("", self.ends.text(flow)),
            ]
        return self._before

    def _of_header(self, header: bytes) -> Pieces:
        head = decode_header(header)
        name = type_title(head.type)
        width = 13 if self._narrow else 18
        name = name.replace(PREFIX, "") if self._narrow else name
        length = _LENGTH % head.content_length
        side = "application" if head.type in FROM_APPLICATION else "web_server"
        empty = head.type in STREAMS and not head.content_length
        return [
            ("empty" if empty else side, name.ljust(width)),
            ("empty" if empty else "", f"id={head.id}"),
            ("empty" if empty else "", length),
        ]


def _says(request: Request, position: int) -> bool:
    """Whether there is something to say on a record because of its request."""
    return position == request.header_position or is_remarked(request, position)


def _shared(both: Pieces, room: int) -> Pieces:
    """Two pieces of which the first gives way, down to half the room, to the second."""
    (style, text), second = both
    least = max(room // 2, room - cells(second[1]) - 1)
    return [(style, shortened(text, least)), second] if least > 0 else both


def _text(pieces: Pieces) -> str:
    return "".join([text + " " for _, text in pieces])


def cut(pieces: Pieces, width: int) -> Pieces:
    """As much of the pieces as fits the width with blanks between them."""
    kept: Pieces = []
    for style, text in pieces:
        room = width - sum(cells(text) + 1 for _, text in kept)
        if cells(text) > room:
            if room > 0:
                kept.append((style, shortened(text, room)))
            break
        kept.append((style, text))
    return kept


def cells(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def shortened(text: str, room: int) -> str:
    """As much of a text as fits `room` columns, with an ellipsis where it is cut."""
    if cells(text) <= room:
        return text
    text = text[:room]
    while text and cells(text) > room - 1:
        text = text[:-1]
    return text + ELLIPSIS
