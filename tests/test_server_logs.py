"""Each request beside what the web server's own access and error log said of it."""

import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple
from urllib.parse import unquote

import pytest

from fcgidissect.connection_row import ConnectionRow
from fcgidissect.request_row import RequestRow
from tests.corpus import CAPTURES, Capture, captures
from tests.rows_of import rows_of

MILLISECOND = 1_000_000
RESOLUTION = MILLISECOND
"""nginx logs milliseconds, of a clock that it reads once a turn of its loop."""


class Logged(NamedTuple):
    """One request to an application as an access log tells it."""

    method: str
    uri: str
    status: Optional[int]
    """The application's; None where the web server never heard it."""
    duration: Optional[int]
    """Nanoseconds, from the connection's start to the answer's end."""


OWN_STATUS = {
    ("nginx-big-header", 0): "502: the header block was too big for nginx",
    ("nginx-timeout", 0): "504: nginx waited a second, the answer took two",
    ("nginx-client-left", 0): "none: nginx had closed when the answer came",
    ("nginx-retry", 0): "502: a reset instead of an answer",
}
"""(capture, request) -> why the log has a status that is not the application's."""
NO_URI = ("apache-dropped-param", 1)
"""A request of which Apache left REQUEST_URI and QUERY_STRING out: too long for it."""
NOT_FASTCGI = {"nginx-http-on-port"}
"""The log tells of HTTP requests."""
AUTHORIZER = "apache-authorizer"
"""Asked up to twice for one HTTP request, whose status is the file's."""


def logs(kind: str) -> "List[Capture]":
    return [
        capture for capture in captures() if (CAPTURES / name(capture, kind)).exists()
    ]


def name(capture: Capture, kind: str) -> str:
    return f"{stem(capture)}.{kind}.log"


def stem(capture: Capture) -> str:
    return capture.name.partition(".")[0]


def read(capture: Capture, kind: str) -> str:
    return (CAPTURES / name(capture, kind)).read_text()


def logged(capture: Capture) -> "Iterator[Logged]":
    for line in read(capture, "access").splitlines():
        values = dict(part.split(":", 1) for part in line.split("\t"))
        uri = values["uri"] + ("?" + values["query"] if values.get("query") else "")
        statuses = values.get("upstream_status", values["status"]).split(", ")
        times = values.get("upstream_response_time", "-").split(", ")
        for status, time in zip(statuses, times):
            yield Logged(
                values["method"],
                uri,
                int(status) if status.isdigit() else None,
                None if time == "-" else round(float(time) * 1000) * MILLISECOND,
            )


def ours(row: RequestRow, decoded: bool) -> "Tuple[Optional[str], Optional[str]]":
    uri = row.known.uri
    return row.known.method, unquote(uri) if decoded and uri else uri


@pytest.mark.parametrize("capture", logs("access"), ids=stem)
def test_method_uri_and_status_are_the_access_logs(capture: Capture) -> None:
    rows = rows_of(capture.path, capture.port_numbers)
    if stem(capture) in NOT_FASTCGI:
        assert not rows
        return
    if stem(capture) == AUTHORIZER:
        assert {row.known.uri for row in rows} == {"/rota.txt"}
        assert [row.known.status for row in rows] == [200, 200, 200, 403, 401]
        return
    apache = "request_us" in read(capture, "access")
    entries = list(logged(capture))
    assert len(rows) == len(entries)
    for at, (row, entry) in enumerate(zip(rows, entries)):
        place = stem(capture), at
        uri = entry.uri.partition("?")[0] if place == NO_URI else entry.uri
        assert ours(row, apache) == (entry.method, uri)
        own = place in OWN_STATUS
        assert (row.known.status == entry.status) != own


@pytest.mark.parametrize(
    "capture",
    [capture for capture in logs("access") if "upstream" in read(capture, "access")],
    ids=stem,
)
def test_durations_are_between_what_nginx_can_have_measured(capture: Capture) -> None:
    """nginx counts from its SYN until it has dealt with the end: no less than the wire
    has from BEGIN_REQUEST to the end, no more than the connection lasted for it."""
    if stem(capture) in NOT_FASTCGI:
        return
    rows = rows_of(capture.path, capture.port_numbers)
    connections: "Dict[int, ConnectionRow]" = {
        row.flow.number: row
        for row in rows_of(capture.path, capture.port_numbers, "connection")
    }
    for row, entry in zip(rows, logged(capture)):
        connection = connections[row.flow.number].connection
        duration = row.known.duration
        assert duration is not None and entry.duration is not None
        left = connection.closed_by == "web server"
        if left and connection.close and connection.requests == 1:
            duration = connection.close.time - row.request.begin_time
        most = duration if connection.requests > 1 else connection.duration
        assert (
            duration - RESOLUTION
            <= entry.duration
            <= most + _LATE.get(stem(capture), RESOLUTION)
        )


_LATE = {"nginx-retry": 8 * MILLISECOND}
"""nginx read its clock so late: there it had two connections to deal with in one turn."""

_NGINX = re.compile(r'FastCGI sent in stderr: "(.*?)" while reading', re.DOTALL)
_APACHE = re.compile(r"(?:Got error|Logged from \S+): '(.*?)'|Got error '(.*)'$", re.M)
_LIGHTTPD = re.compile(r"FastCGI-stderr:(.*)$", re.M)


def told(log: str) -> "List[str]":
    """The texts of STDERR in an error log, in its spelling."""
    found = _NGINX.findall(log)
    found += [first or second for first, second in _APACHE.findall(log)]
    return found + ["\n".join(_LIGHTTPD.findall(log))] * bool(_LIGHTTPD.findall(log))


def spelt(text: str, log: str) -> str:
    """A STDERR in a log's spelling."""
    if "Apache" in log:
        return text.replace("\n", "\\n")
    if "lighttpd" in log:
        data = text.rstrip("\n").encode("utf-8", "surrogateescape")
        return "".join(
            chr(byte) if 32 <= byte < 127 or byte == 10 else f"\\x{byte:02x}"
            for byte in data
        )
    return text


@pytest.mark.parametrize("capture", logs("error"), ids=stem)
def test_stderr_is_the_error_logs(capture: Capture) -> None:
    log = read(capture, "error")
    rows = rows_of(capture.path, capture.port_numbers)
    wire = [spelt(row.known.stderr, log) for row in rows if row.known.stderr]
    assert wire == told(log)


def test_logs_with_stderr_are_among_them() -> None:
    """nginx, Apache by both modules, lighttpd."""
    counts = {stem(each): len(told(read(each, "error"))) for each in logs("error")}
    assert counts["nginx-stderr"] == 3
    assert counts["apache-php"] == 2
    assert counts["apache-authorizer"] == counts["lighttpd"] == 1
