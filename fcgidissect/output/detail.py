"""Entries come in, their trees go out as indented lines, as tshark's -V and -O print them.

Speed: what repeats is written once: the protocols above FastCGI for all records of a frame,
a header and a body for each that is distinct, the request while nothing more is known of it.
A question or an answer is written whole.
"""

from typing import Callable, Dict, Hashable, List, Optional, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.brief_known import BriefKnown
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.spec import BODIES, PAIRS, RecordType
from fcgidissect.flight import Flight
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output import Settings
from fcgidissect.output.flight_lines import FlightLines
from fcgidissect.output.frame_lines import FrameLines
from fcgidissect.output.looked_up import looked_up
from fcgidissect.output.node_lines import INDENT, of_nodes, of_section
from fcgidissect.output.record_lines import RecordLines
from fcgidissect.output.record_lines import content as content_lines
from fcgidissect.output.record_lines import padding as padding_lines
from fcgidissect.output.request_lines import known_lines
from fcgidissect.output.styles import Styles
from fcgidissect.text import escape
from fcgidissect.tree import Only, content, remark, segments, tree


def of_tree(entry: Entry, only: Only, styles: Styles) -> str:
    """The lines of a whole tree: the reference for what `Detail` puts together."""
    return "".join([of_section(each, styles) for each in tree(entry, only)])


class Detail:
    """The text of one entry after the other; see `Writer`."""

    flights = True
    """It takes them whole."""

    def __init__(self, settings: Settings) -> None:
        only, styles = settings.only, settings.styles
        self._all = only is None or "fcgi" in only
        self._tcp = only is None or "tcp" in only
        self._frames = FrameLines(only, styles)
        self._records = RecordLines(styles, self._all)
        self._flights = FlightLines(self._frames, self._records)
        self._frame: Optional[Frame] = None
        self._flow: Optional[Flow] = None
        self._above = b""
        """Of the last frame."""
        self._memo: "Dict[Hashable, str]" = {}

    def start(self) -> str:
        """Nothing stands before the first paragraph."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last paragraph."""
        return ""

    def rows(self, rows: "Sequence[Union[Entry, Flight]]") -> str:
        """A paragraph a record, and an empty line behind it."""
        return self.encoded(rows).decode()

    def encoded(self, rows: "Sequence[Union[Entry, Flight]]") -> bytes:
        """The same in UTF-8."""
        pieces: "List[bytes]" = []
        for row in rows:
            if not isinstance(row, Flight):
                pieces += self._paragraph(row)
                continue
            whole = self._all and not row.brought_by
            told = self._flights.pieces(row) if whole else ()
            if told:
                pieces += told
                continue
            for entry in row.entries():
                pieces += self._paragraph(entry)
        return b"".join(pieces)

    def _paragraph(self, entry: Entry) -> "Tuple[bytes, ...]":
        """The lines of an entry, in pieces."""
        frame, flow, record, _, _ = entry
        if frame is not self._frame or flow is not self._flow:
            self._frame, self._flow = frame, flow
            self._above = self._frames.of(frame, flow)
        several = record.segments > 1 and self._tcp
        return (
            self._above,
            of_nodes(segments(entry)).encode() if several else b"",
            self._records.head(record.header),
            self._record(entry) if self._all else b"",
            b"\n",
        )

    def _record(self, entry: Entry) -> bytes:
        """The lines of content, request and remarks."""
        record = entry.record
        kind = record.header[1]
        if kind in BODIES:
            key = record.header, record.content
            text = self._once(key, lambda: of_nodes(content(entry)))
        elif kind in PAIRS:
            text = self._pairs(entry) or of_nodes(content(entry))
        else:
            own = content_lines(record.content) + padding_lines(record.padding)
            return own + self._told(entry).encode()
        return (text + self._told(entry)).encode()

    def _told(self, entry: Entry) -> str:
        """The lines of request and remarks."""
        text, notes = self._request(entry), entry.notes
        return text + of_nodes(map(remark, notes)) if notes else text

    def _pairs(self, entry: Entry) -> str:
        """The lines of name-value pairs that fill their record, each written once."""
        record = entry.record
        if record.missing:
            return ""
        size, lines = 0, []
        for pair in entry.pairs:
            line = self._once(pair, lambda: _pair(pair))
            size += int(line[:10])
            lines.append(line[10:])
        whole = size == record.end - record.start and not _goes_on(entry)
        if not whole or not size:
            return ""
        lines.append(padding_lines(record.padding).decode())
        return f"{INDENT}Params:\n{''.join(lines)}"

    def _request(self, entry: Entry) -> str:
        """The lines of what is known; a memo where that is as for the record before."""
        asked = entry.request
        if asked is None:
            return ""
        known = looked_up(asked, entry.position)
        stderr = entry.record.header[1] == RecordType.STDERR
        if isinstance(known, BriefKnown) or known.over or stderr:
            return known_lines(known)
        told = sum([at <= known.position for at, _ in asked.read_pairs()])
        key = asked.number, told, asked.header_position <= known.position
        return self._once(key, lambda: known_lines(known))

    def _once(self, key: Hashable, write: Callable[[], str]) -> str:
        text = self._memo.get(key)
        if text is None:
            if len(self._memo) >= Limits().memo:
                self._memo.clear()
            text = self._memo[key] = write()
        return text


def _goes_on(entry: Entry) -> bool:
    """The record begins with the rest of an earlier pair."""
    asked = entry.request
    if asked is None or isinstance(asked, Brief):
        return False
    return any(at == entry.position for at, *_ in asked.split)


def _pair(pair: Pair) -> str:
    """Its length in a record in ten columns, if its lengths are as short as can be; its line."""
    size = 0
    for part in pair:
        length = len(part.encode("utf-8", "surrogateescape"))
        size += length + (1 if length < 0x80 else 4)
    text = escape(f"{pair.name} = {pair.value}" if pair.value else pair.name)
    return f"{size:10d}{INDENT}{INDENT}{text}\n"
