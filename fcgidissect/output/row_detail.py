"""Requests or connections come in, everything that is known of each goes out (-V).

A line a field that has a value, as `Title: value`; of a request its params, in wire order,
the response's header fields and the beginning of both bodies, decoded, stand behind their
titles; then every remark.
"""

from typing import Any, Iterator, List, Optional, Sequence, Tuple

from fcgidissect.connection import Connection
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.sent import NAMES, Body, Sent
from fcgidissect.fields import fields_of
from fcgidissect.output import Settings, Writer
from fcgidissect.output.node_lines import INDENT
from fcgidissect.request_row import RequestRow
from fcgidissect.text import ELLIPSIS, encoded, escape, told

SHOWN = 1024
"""Characters of a body that are shown."""
_TITLES: "Tuple[Tuple[type, str], ...]" = (
    (Known, "Request"),
    (Connection, "Connection"),
)


class RowDetail(Writer):
    """The paragraph writer of rows that are no records; see `Writer`."""

    names = NAMES

    def __init__(self, settings: Settings) -> None:
        self._styles = settings.styles
        self._fields = {noun: tuple(fields_of(noun)) for noun, _ in _TITLES}

    def lines(self, rows: "Sequence[Any]") -> "List[bytes]":
        """A paragraph a row, and an empty line behind it."""
        return [encoded("\n".join([*self._told(row), "", ""])) for row in rows]

    def _told(self, row: Any) -> "Iterator[str]":
        flow = row.flow
        for noun, title in _TITLES:
            for each in row.nouns(noun):
                text = (
                    f"{title} on stream {flow.number}, frame {row.frame.number}:"
                    f" {flow.source_text} port {flow.source_port} to"
                    f" {flow.destination_text} port {flow.destination_port}"
                )
                yield self._styles("title", text)
                yield from [INDENT + line for line in self._lines_of(noun, each)]
        if isinstance(row, RequestRow):
            yield from [INDENT + line for line in _texts(row)]
            yield from [INDENT + line for line in _bodies(row.sent)]
        for note in row.notes:
            text = f"[{note.severity}: {escape(note.message)}]"
            yield INDENT + self._styles(str(note.severity), text)

    def _lines_of(self, noun: type, each: Any) -> "Iterator[str]":
        for attribute, field in self._fields[noun]:
            value = getattr(each, attribute)
            if value is not None:
                yield f"{field.title}: {told(field, value)}"


def _texts(row: RequestRow) -> "Iterator[str]":
    """The params and the response's header fields of a request."""
    params: "List[Tuple[str, str]]" = list(row.known.pairs)
    fields = [
        (name, value)
        for name, values in row.known.response_headers.items()
        for value in values
    ]
    for title, pairs in (("Params", params), ("Response header", fields)):
        if pairs:
            yield f"{title}:"
            for name, value in pairs:
                yield f"{INDENT}{escape(name)}: {escape(value)}"


def _bodies(sent: Optional[Sent]) -> "Iterator[str]":
    """The beginning of both bodies, and what could not be decoded."""
    if sent is None:
        return
    for title, body in (("Request body", sent.asked), ("Response body", sent.answered)):
        if body is not None and body.length:
            decoded = f", from {body.codings}" if body.codings else ""
            yield f"{title} ({body.length} bytes{decoded}):"
            yield from [INDENT + escape(line) for line in _lines(body)]
            if body.codings and body.fault:
                yield f"{INDENT}[{escape(body.fault)}]"


def _lines(body: Body) -> "List[str]":
    text = body.text[: SHOWN + 1].replace("\r\n", "\n").rstrip("\n")
    cut = text if len(text) <= SHOWN else text[:SHOWN] + ELLIPSIS
    return cut.split("\n")
