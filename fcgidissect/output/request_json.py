"""Requests come in, one JSON object each goes out: in one array, or one a line.

An object has what a record's has, of the frame in which the request began, and in `fcgi`
the request, the response with its header fields, STDERR and all params.
"""

from typing import Any, Dict, List, Sequence

from fcgidissect.fcgi.known import Known
from fcgidissect.fields import fields_of
from fcgidissect.output import Settings, Writer
from fcgidissect.output.array import InArray
from fcgidissect.output.fragments import Before, expert, members
from fcgidissect.output.pairs_json import both_forms, string
from fcgidissect.request_row import RequestRow

_RESPONSE = "fcgi.response."
_OTHER = frozenset(
    field.name for _, field in fields_of(Known) if not field.name.startswith(_RESPONSE)
)


class Lines(Writer):
    """JSON lines: an object a line."""

    behind = "\n"
    apart = numbered = True

    def __init__(self, settings: Settings) -> None:
        """No setting changes an object."""
        self._before = Before()

    def before(self, row: Any) -> str:
        """A row's object up to its `fcgi`."""
        return self._before(row.frame, row.flow).decode()

    def lines(self, rows: "Sequence[Any]") -> "List[bytes]":
        """An object a row, with what stands behind it."""
        return [(self.object(row) + self.behind).encode() for row in rows]

    def object(self, row: Any) -> str:
        """A row's object."""
        return self.before(row) + _object(row)


class Array(InArray, Lines):
    """One array of all objects."""


def _object(row: RequestRow) -> str:
    """That of a request from its `fcgi` on."""
    known, notes = row.known, row.notes
    parts = [f'"id": {row.request.id}', members(known, _OTHER)]
    response = members(known, prefix=_RESPONSE)
    if response:
        parts.append(f'"response": {{{response}{_header(known)}}}')
    parts.append(both_forms(known.pairs))
    text = ", ".join(filter(None, parts)) + "}"
    return text + (expert(notes) if notes else "") + "}"


def _header(known: Known) -> str:
    """`header`: each field of the response by its name, an array where it repeats."""
    fields: Dict[str, List[str]] = known.response_headers
    written = []
    for name, values in fields.items():
        texts = [string(value) for value in values]
        text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        if string(name).startswith('"'):
            written.append(f"{string(name)}: {text}")
    return f', "header": {{{", ".join(written)}}}'
