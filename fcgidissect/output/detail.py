"""Entries come in, their trees go out as indented lines, as tshark's -V and -O print them.

Speed: what repeats is written once: the protocols above FastCGI for all records of a frame,
a header and a body for each that is distinct, the request while nothing more is known of it.
"""

from typing import Callable, Dict, Hashable, Iterable, Iterator, Optional

from fcgidissect.entry import Entry
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.spec import BODIES, PAIRS, RecordType
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.output.looked_up import LookedUp
from fcgidissect.output.styles import Styles
from fcgidissect.text import escape
from fcgidissect.tree import (
    Node,
    Only,
    Section,
    above,
    content,
    header,
    padding,
    record_title,
    remark,
    request,
    tree,
)

INDENT = "    "


def of_tree(entry: Entry, only: Only, styles: Styles) -> str:
    """The lines of a whole tree: the reference for what `Detail` puts together."""
    return "".join([_section(each, styles) for each in tree(entry, only)])


class Detail:
    """The text of one entry after the other.

    Args:
        only: protocols whose fields are wanted; None for all.
        styles: for the protocols' lines.
    """

    def __init__(self, only: Only, styles: Styles) -> None:
        self._only = only
        self._styles = styles
        self._all = only is None or "fcgi" in only
        self._frame: Optional[Frame] = None
        """The last record's, unless it took several segments, which TCP's lines tell."""
        self._flow: Optional[Flow] = None
        self._above = ""
        self._memo: Dict[Hashable, str] = {}

    def text(self, entry: Entry) -> str:
        """The lines of an entry."""
        frame = entry.frame if entry.record.segments == 1 else None
        if frame is None or frame is not self._frame or entry.flow is not self._flow:
            self._frame, self._flow = frame, entry.flow
            sections = above(entry, self._only)
            self._above = "".join([_section(each, self._styles) for each in sections])
        record = entry.record
        title = self._once(
            (record.header,), lambda: self._styles("title", record_title(record))
        )
        return f"{self._above}{title}\n" + (self._record(entry) if self._all else "")

    def _record(self, entry: Entry) -> str:
        """The lines of header, content, request and remarks."""
        record = entry.record
        text = self._once(record.header, lambda: _text(header(record)))
        if record.header[1] in BODIES:
            key = record.header, record.content
            text += self._once(key, lambda: _text(content(entry)))
        else:
            text += self._pairs(entry) or _text(content(entry))
        text += self._request(entry)
        notes = entry.notes
        return text + _text(map(remark, notes)) if notes else text

    def _pairs(self, entry: Entry) -> str:
        """The lines of name-value pairs that fill their record, each written once."""
        record = entry.record
        if record.header[1] not in PAIRS or record.missing:
            return ""
        size, lines = 0, []
        for pair in entry.pairs:
            line = self._once(pair, lambda: _pair(pair))
            size += int(line[:10])
            lines.append(line[10:])
        whole = size == record.end - record.start and not _goes_on(entry)
        if not whole or not size:
            return ""
        return f"{INDENT}Params:\n{''.join(lines)}" + _text(padding(record))

    def _request(self, entry: Entry) -> str:
        """The lines of what is known; a memo where that is as for the record before."""
        asked = entry.request
        if asked is None:
            return ""
        known = LookedUp(asked, entry.position)
        if known.over or entry.record.header[1] == RecordType.STDERR:
            return _text([request(known)])
        told = sum([at <= known.position for at, _ in asked.read_pairs()])
        key = asked.number, told, asked.header_position <= known.position
        return self._once(key, lambda: _text([request(known)]))

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
    return asked is not None and any(at == entry.position for at, *_ in asked.split)


def _pair(pair: Pair) -> str:
    """Its length in a record in ten columns, if its lengths are as short as can be; its line."""
    size = 0
    for part in pair:
        length = len(part.encode("utf-8", "surrogateescape"))
        size += length + (1 if length < 0x80 else 4)
    text = escape(f"{pair.name} = {pair.value}" if pair.value else pair.name)
    return f"{size:10d}{INDENT}{INDENT}{text}\n"


def _section(section: Section, styles: Styles) -> str:
    node = section.node
    derived = node.field is not None and node.field.name in ("tcp", "fcgi")
    lines = _lines(node.children, INDENT, derived)
    return "\n".join([styles("title", node.text), *lines]) + "\n"


def _text(nodes: Iterable[Node]) -> str:
    """Nodes of a record."""
    return "".join([line + "\n" for line in _lines(nodes, INDENT, True)])


def _lines(nodes: Iterable[Node], indent: str, bracket: bool) -> Iterator[str]:
    """A line a node; what no byte says stands in brackets, as in Wireshark."""
    for node in nodes:
        if not node.hidden:
            derived = bracket and not node.length
            yield f"{indent}[{node.text}]" if derived else indent + node.text
            if node.children:
                yield from _lines(node.children, indent + INDENT, bracket)
