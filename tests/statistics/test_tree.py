"""How many records and requests of which kind."""

from collections import Counter

import pytest

from tests.corpus import CAPTURES
from tests.statistics.told import rows
from tests.tshark import fields, needs_tshark


def items(name: str, topic: str, *more: str, port: str = "9000") -> "dict[str, int]":
    return {
        row["item"]: row["count"]
        for row in rows(name, "fcgi,tree", *more, port=port)
        if row["topic"] == topic and row["item"]
    }


@needs_tshark
@pytest.mark.parametrize("name", ["nginx-stderr", "nginx-upload", "apache-php"])
def test_record_types_are_tsharks(name: str) -> None:
    counts: "Counter[str]" = Counter()
    for (types,) in fields(str(CAPTURES / f"{name}.pcap.gz"), [9000], "fcgi.type"):
        counts.update(types.split(","))
    wanted = {int(kind): count for kind, count in counts.items()}
    names = {
        1: "FCGI_BEGIN_REQUEST",
        3: "FCGI_END_REQUEST",
        4: "FCGI_PARAMS",
        5: "FCGI_STDIN",
        6: "FCGI_STDOUT",
        7: "FCGI_STDERR",
    }
    assert items(name, "Records by type") == {
        names[kind]: count for kind, count in wanted.items()
    }


def test_requests_by_method_status_role_and_end() -> None:
    """captures/README.md lists the eight requests of this connection."""
    assert items("nginx-keepalive", "Requests by method") == {
        "GET": 4,
        "POST": 1,
        "PUT": 1,
        "DELETE": 1,
        "HEAD": 1,
    }
    statuses = items("nginx-status", "Requests by status")
    assert statuses == {"302": 1, "404": 1, "500": 1, "204": 1}
    assert items("nginx-retry", "Requests by end") == {"reset": 1, "complete": 1}
    roles = items("apache-authorizer", "Requests by role", port="8000")
    assert roles == {"FCGI_AUTHORIZER": 5}


def test_shares_are_of_the_topic() -> None:
    told = rows("nginx-status", "fcgi,tree")
    shares = [row["share"] for row in told if row["topic"] == "Requests by status"]
    assert shares == [None, 0.25, 0.25, 0.25, 0.25]


def test_the_filter_applies_to_both_kinds_of_rows() -> None:
    assert items("nginx-stderr", "Records by type", "fcgi.type == 7") == {
        "FCGI_STDERR": 3
    }
    statuses = items("nginx-stderr", "Requests by status", "fcgi.type == 7")
    assert statuses == {"200": 2, "500": 1}
