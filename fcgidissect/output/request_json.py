"""Requests come in, one JSON object each goes out: in one array, or one a line.

An object has what a record's has, of the frame in which the request began, and in `fcgi`
the request, the response with its header fields, STDERR and all params.
"""

from typing import Dict, List, Sequence

from fcgidissect.fcgi.known import Known
from fcgidissect.output import Settings
from fcgidissect.output.json import (
    before,
    both_forms,
    expert,
    nested,
    string,
    values_of,
)
from fcgidissect.request_row import RequestRow

_RESPONSE = "fcgi.response."


class Lines:
    """JSON lines: an object a line."""

    def __init__(self, settings: Settings) -> None:
        """No setting changes an object."""

    def start(self) -> str:
        """Nothing stands before the first object."""
        return ""

    def finish(self) -> str:
        """Nothing stands behind the last object."""
        return ""

    def rows(self, rows: "Sequence[RequestRow]") -> str:
        """The objects of a batch."""
        return "".join([_object(row) + "\n" for row in rows])


class Array(Lines):
    """One array of all objects."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._between = "[\n"

    def rows(self, rows: "Sequence[RequestRow]") -> str:
        """The objects of a batch, behind those of the batch before."""
        text = self._between + ",\n".join([_object(row) for row in rows])
        self._between = ",\n"
        return text

    def finish(self) -> str:
        """The array's end."""
        return "[]\n" if self._between == "[\n" else "\n]\n"


def _object(row: RequestRow) -> str:
    known, notes = row.known, row.notes
    values = values_of(known)
    other = [pair for pair in values if not pair[0].name.startswith(_RESPONSE)]
    parts = [f'"id": {row.request.id}', nested(other, "fcgi.")]
    response = [pair for pair in values if pair[0].name.startswith(_RESPONSE)]
    if response:
        members = nested(response, _RESPONSE) + _header(known)
        parts.append(f'"response": {{{members}}}')
    parts.append(both_forms(known.pairs))
    text = ", ".join(filter(None, parts)) + "}"
    return before(row.frame, row.flow) + text + (expert(notes) if notes else "") + "}"


def _header(known: Known) -> str:
    """`header`: each field of the response by its name, an array where it repeats."""
    fields: Dict[str, List[str]] = known.response_headers
    members = []
    for name, values in fields.items():
        texts = [string(value) for value in values]
        text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        if string(name).startswith('"'):
            members.append(f"{string(name)}: {text}")
    return f', "header": {{{", ".join(members)}}}'
