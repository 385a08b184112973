"""Requests or connections come in, comma-separated values of what matters in them go out."""

from typing import Sequence

from fcgidissect.connection import Connection
from fcgidissect.fields import fields_of
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


class ConnectionCsv(Csv):
    """See `columns.Csv`."""

    def _columns(self, names: "Sequence[str]") -> "Sequence[str]":
        return names or (
            "tcp.stream",
            "ip.src",
            "ipv6.src",
            "tcp.srcport",
            "ip.dst",
            "ipv6.dst",
            "tcp.dstport",
            *_connection_fields(),
        )


def _connection_fields() -> "Sequence[str]":
    return [field.name for _, field in fields_of(Connection)]
