"""A record's header, content or padding comes in, its lines go out; see `tree` for the reference.

Speed: of headers only lengths and the reserved byte vary; of a content few characters are shown.
"""

from binascii import hexlify
from functools import lru_cache
from typing import Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.params import PRINTABLE
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.spec import HEADER_LENGTH
from fcgidissect.fields import fields_of
from fcgidissect.memo import Memo
from fcgidissect.notes import Note
from fcgidissect.output.node_lines import INDENT, of_nodes
from fcgidissect.output.styles import Styles
from fcgidissect.text import ELLIPSIS, SHORT
from fcgidissect.tree import HEX, LINE, Node
from fcgidissect.tree import header as header_nodes
from fcgidissect.tree import record_title, remark, sayer

_SAY = {
    field.name: sayer(field) for noun in (Entry, Record) for _, field in fields_of(noun)
}
_DATA, _TEXT = _SAY["fcgi.content.data"], _SAY["fcgi.content.text"]
_PADDING = _SAY["fcgi.padding.data"]
_DATA_AND_TEXT = f"{INDENT}{_DATA(b'')}%b\n{INDENT}[{_TEXT('')}%b]\n".encode()
_SHORT = [(code.encode(), shown.encode()) for code, shown in SHORT.items()]
_ELLIPSIS = ELLIPSIS.encode()
_MOST = 64
"""Paddings that are remembered, and lists of remarks."""
_KIND = 4
"""Bytes of a header up to its content length: version, type and id."""
_FORMS = {"fcgi.content.length": "%d", "fcgi.padding.length": "%d"}


class RecordLines:
    """What a record's own bytes tell.

    Args:
        styles: for the record's first line.
        opened: whether its fields are wanted.
    """

    def __init__(self, styles: Styles, opened: bool) -> None:
        self._styles = styles
        self._opened = opened
        self._forms: "Memo[bytes, bytes]" = Memo()

    def head(self, header: bytes) -> bytes:
        """The first line, and the header's if they are wanted."""
        form = self.form(header)
        if not self._opened:
            return form
        return form % (header[4] << 8 | header[5], header[6], header[7])

    def form(self, header: bytes) -> bytes:
        """The same, with places for both lengths and the reserved byte among the latter."""
        return self._forms.get(header[:_KIND]) or self._remember(header)

    def _remember(self, header: bytes) -> bytes:
        record = Record(header, b"", 0, 0)
        form = self._styles("title", record_title(record)) + "\n"
        if self._opened:
            form = form.replace("%", "%%") + of_nodes(header_nodes(record), _say)
        encoded = self._forms[header[:_KIND]] = form.encode()
        return encoded


def content(data: bytes) -> bytes:
    """The lines of content without a typed body: the bytes and, where it is one, the text."""
    if not data:
        return b""
    if data.isascii() and b"\0" not in data:
        text = data[: LINE + 1]
        for control, shown in _SHORT:
            text = text.replace(control, shown)
        if not text.translate(None, PRINTABLE):
            if len(text) > LINE:
                text = text[:LINE] + _ELLIPSIS
            return _DATA_AND_TEXT % (_hex(data), text)
    return _content(data)


def _hex(data: bytes) -> bytes:
    digits = hexlify(data[:HEX])
    return digits + _ELLIPSIS if len(data) > HEX else digits


def _content(data: bytes) -> bytes:
    """The same, whatever it holds."""
    lines, text = f"{INDENT}{_DATA(data)}\n", _text_of(data)
    return (f"{lines}{INDENT}[{_TEXT(text)}]\n" if text else lines).encode()


@lru_cache(_MOST)
def padding(data: bytes) -> bytes:
    """The line of padding, if there is any."""
    return f"{INDENT}{_PADDING(data)}\n".encode() if data else b""


@lru_cache(_MOST)
def remarks(notes: "Tuple[Note, ...]") -> bytes:
    """The lines of what there is to say of it."""
    return of_nodes(map(remark, notes)).encode()


def _text_of(data: bytes) -> str:
    """As much of a text as is shown; nothing for what is none: no UTF-8, or with a NUL."""
    if b"\0" in data:
        return ""
    try:
        return data.decode()[: LINE + 1]
    except UnicodeDecodeError:
        return ""


def _say(node: Node) -> str:
    """The line of a header's node in a template."""
    if node.start == HEADER_LENGTH - 1:
        return "Reserved: %02x"
    form = _FORMS.get(node.field.name) if node.field else None
    if form is None or node.field is None:
        return node.text.replace("%", "%%")
    return f"{node.field.title}: {form}"
