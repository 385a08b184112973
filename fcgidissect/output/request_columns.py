"""Requests come in, comma-separated values go out; the columns that a request has."""

from typing import Sequence

from fcgidissect.output.columns import Csv

COLUMNS = (
    "fcgi.request.number",
    "fcgi.request.first_frame",
    "fcgi.request.begin_time",
    "fcgi.request.method",
    "fcgi.request.uri",
    "fcgi.response.status",
    "fcgi.request.state",
    "fcgi.request.stdin.length",
    "fcgi.response.body_length",
    "fcgi.request.ttfb",
    "fcgi.request.duration",
    "fcgi.stderr",
)
"""What CSV shows unless -e says otherwise."""


class RequestCsv(Csv):
    """See `columns.Csv`."""

    def _columns(self, names: "Sequence[str]") -> "Sequence[str]":
        return names or COLUMNS
