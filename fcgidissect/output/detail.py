"""Entries come in, their trees go out as indented lines, as tshark's -V and -O print them.

Speed: what repeats is written once: the protocols above FastCGI for all records of a frame,
a header and a body for each that is distinct, and what is known of a request where more comes
to be known of it. A question or an answer is written whole.
"""

from typing import (
    Any,
    Callable,
    Hashable,
    Iterable,
    List,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from fcgidissect.entry import Entry
from fcgidissect.fcgi.pairs import Pair, encode
from fcgidissect.fcgi.spec import BODIES, BODY_LENGTH, PAIRS
from fcgidissect.flight import Flight
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings, Writer
from fcgidissect.output.flight_lines import FlightLines
from fcgidissect.output.frame_text import FrameText
from fcgidissect.output.node_lines import INDENT, of_nodes, of_section, of_sections
from fcgidissect.output.params_lines import PARAMS_TITLE
from fcgidissect.output.record_lines import RecordLines
from fcgidissect.output.record_lines import content as content_lines
from fcgidissect.output.record_lines import padding as padding_lines
from fcgidissect.output.record_lines import remarks as remark_lines
from fcgidissect.output.request_lines import RequestLines
from fcgidissect.output.styles import Styles
from fcgidissect.text import escape
from fcgidissect.tree import Only, content, segments, tree

_LONGEST = 512
"""Characters of a pair whose line is remembered."""


def of_tree(entry: Entry, only: Only, styles: Styles) -> str:
    """The lines of a whole tree: the reference for what `Detail` puts together."""
    return "".join([of_section(each, styles) for each in tree(entry, only)])


class Detail(Writer):
    """The text of one entry after the other; see `Writer`."""

    flights = apart = numbered = True

    def __init__(self, settings: Settings) -> None:
        only, styles = settings.only, settings.styles
        self._all = only is None or "fcgi" in only
        self._tcp = only is None or "tcp" in only
        self._frames = FrameText(only, of_sections(styles))
        self._records = RecordLines(styles, self._all)
        self._requests = RequestLines()
        self._flights = FlightLines(self._frames, self._records, self._requests)
        self._frame: Optional[Frame] = None
        self._flow: Optional[Flow] = None
        self._above = b""
        """Of the last frame."""
        self._memo: "Memo[Hashable, Any]" = Memo()

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """A paragraph a record, and an empty line behind it."""
        lines: "List[bytes]" = []
        for row in rows:
            if not isinstance(row, Flight):
                lines.append(b"".join(self._paragraph(row)))
                continue
            whole = self._all and not row.brought_by
            told: "Iterable[bytes]" = self._flights.pieces(row) if whole else ()
            told = told or [p for each in row.entries() for p in self._paragraph(each)]
            lines.append(b"".join(told))
        return lines

    def _paragraph(self, entry: Entry) -> "Tuple[bytes, ...]":
        """The lines of an entry, in pieces."""
        frame, flow, record, request, position = entry
        header, brought_by = record.header, record.brought_by
        if frame is not self._frame or flow is not self._flow:
            self._frame, self._flow = frame, flow
            self._above = self._frames.of(frame, flow)
        above = self._above
        if len(brought_by) > 1 and self._tcp:
            above += of_nodes(segments(entry)).encode()
        head = self._records.head(header)
        if not self._all:
            return above, head, b"\n"
        own = self._own(entry)
        known = (
            self._requests.at(request, position, header[1])
            if request is not None
            else b""
        )
        notes = entry.notes if entry.is_remarked else ()
        return above, head, own, known, remark_lines(notes) if notes else b"", b"\n"

    def _own(self, entry: Entry) -> bytes:
        """The lines of content and padding."""
        header, data, start, end, _, missing, _, _ = entry.record
        kind, behind = header[1], end + header[6]
        own: bytes = b""
        if kind in BODIES:
            if end - start > BODY_LENGTH:
                return of_nodes(content(entry)).encode()
            key = header, data[start:end], data[end:behind]
            own = self._once(key, lambda: of_nodes(content(entry)).encode())
            return own
        if kind in PAIRS:
            if start < end:
                own = self._pairs(entry)
                if not own:
                    return of_nodes(content(entry)).encode()
        else:
            own = content_lines(data[start:end])
        return own + padding_lines(data[end:behind]) if end < behind else own

    def _pairs(self, entry: Entry) -> bytes:
        """The lines of name-value pairs that fill their record."""
        record, request = entry.record, entry.request
        if record.missing:
            return b""
        if request is not None:
            lines = self._requests.pairs(request, entry.position)
            if lines:
                return lines
        # Each pair is written once, if it is not long.
        size, told = 0, [PARAMS_TITLE]
        for pair in entry.pairs:
            if len(pair.name) + len(pair.value) > _LONGEST:
                taken, line = _pair(pair)
            else:
                taken, line = self._once(pair, lambda: _pair(pair))
            size += taken
            told.append(line)
        whole = size == record.end - record.start and not entry.goes_on
        return b"".join(told) if whole else b""

    def _once(self, key: Hashable, write: "Callable[[], Any]") -> Any:
        text = self._memo.get(key)
        if text is None:
            text = self._memo[key] = write()
        return text


def _pair(pair: Pair) -> "Tuple[int, bytes]":
    """Its length in a record, if its lengths are as short as can be; its line."""
    text = escape(f"{pair.name} = {pair.value}" if pair.value else pair.name)
    return len(encode((pair,))), f"{2 * INDENT}{text}\n".encode()
