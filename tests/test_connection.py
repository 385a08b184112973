"""What a connection was used for, and how it ended."""

from typing import NamedTuple, Optional

import pytest

from tests.corpus import CAPTURES
from tests.rows_of import rows_of


class Told(NamedTuple):
    requests: int
    by: Optional[str]
    how: Optional[str]
    when: Optional[str]
    kept: bool


WEB, APP = "web server", "application"
TABLE = {
    # What captures/README.md says of each
    "nginx-keepalive": [Told(8, WEB, "FIN", "after the answer", True)],
    "nginx-killed": [Told(1, APP, "RST", "in the answer", False)],
    "nginx-timeout": [Told(1, WEB, "FIN", "before the answer", False)],
    "nginx-retry": [
        Told(1, APP, "RST", "before the answer", False),
        Told(1, APP, "FIN", "after the answer", False),
    ],
    "nginx-client-left": [
        Told(1, WEB, "FIN", "before the answer", False),
        Told(1, WEB, "FIN", "in the answer", False),
    ],
    "nginx-http-on-port": [Told(0, APP, "RST", "without a request", False)] * 2,
    "cgi-fcgi-split-pair": [Told(1, APP, "FIN", "before the answer", False)],
    "close-silently": [Told(1, APP, "FIN", "before the answer", False)],
    "haproxy-multiplex": [Told(5, WEB, "RST", "after the answer", True)],
    "midstream-end": [Told(3, None, None, None, True)],
}


@pytest.mark.parametrize("name", TABLE)
def test_use_and_end(name: str) -> None:
    rows = rows_of(str(CAPTURES / f"{name}.pcap.gz"), [8000, 9000], "connection")
    told = []
    for row in rows:
        each = row.connection
        told.append(
            Told(
                each.requests,
                each.closed_by,
                each.closed_how,
                each.closed_when,
                each.kept,
            )
        )
    assert told == TABLE[name]


def test_idle_time_lies_between_requests() -> None:
    (row,) = rows_of(str(CAPTURES / "nginx-keepalive.pcap.gz"), [9000], "connection")
    requests = rows_of(str(CAPTURES / "nginx-keepalive.pcap.gz"), [9000])
    gaps = [
        later.request.begin_time - earlier.request.end_time
        for earlier, later in zip(requests, requests[1:])
    ]
    connection = row.connection
    assert connection.idle == sum(gaps) and connection.longest_idle == max(gaps)
    assert connection.idle < connection.duration


def test_no_idle_time_while_another_request_is_open() -> None:
    """Three at once; the first ends when all are open."""
    (row,) = rows_of(str(CAPTURES / "multiplex.pcap.gz"), [8000], "connection")
    assert row.connection.requests == 3 and row.connection.idle is None
