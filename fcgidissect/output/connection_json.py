"""Connections come in, one JSON object each goes out: in one array, or one a line."""

from typing import Any

from fcgidissect.output import request_json
from fcgidissect.output.array import InArray
from fcgidissect.output.fragments import expert, members


class Lines(request_json.Lines):
    """JSON lines: an object a line."""

    def object(self, row: Any) -> str:
        """A connection's object; its frame is its first one."""
        told, notes = members(row.connection), row.notes
        remarks = expert(notes) if notes else ""
        return f"{self.before(row)}{told}}}{remarks}}}"


class Array(InArray, Lines):
    """One array of all objects."""
