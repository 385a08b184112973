"""Fields that Wireshark does not have, asked of real captures; the web servers' logs know."""

from collections import Counter
from typing import Any

import pytest

from fcgidissect.dissect import Dissector
from fcgidissect.filter import compile_filter
from fcgidissect.reading import Reading
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.filter.language import rejects

LOGGED = [
    "nginx-keepalive",
    "nginx-status",
    "nginx-stderr",
    "nginx-pool",
    "nginx-no-script",
]
"""Captures in which every request of the log was asked of FastCGI once and answered."""
REGISTRY = Registry()


def rows(name: str) -> "list[Any]":
    dissector = Dissector({9000})
    found = [
        row
        for batch in Reading([str(CAPTURES / f"{name}.pcap.gz")])
        for row in dissector.feed(batch)
    ]
    return found + dissector.finish()


def log(name: str, label: str) -> "Counter[str]":
    lines = (CAPTURES / f"{name}.access.log").read_text().splitlines()
    fields = [dict(part.split(":", 1) for part in line.split("\t")) for line in lines]
    return Counter(field[label] for field in fields)


def passing(expression: str, found: "list[Any]") -> int:
    return sum(map(compile_filter(expression, REGISTRY).matches, found))


@pytest.mark.parametrize("name", LOGGED)
def test_params_and_answers_are_those_of_the_log(name: str) -> None:
    found = rows(name)
    for uri, times in log(name, "uri").items():
        assert passing(f'fcgi.param.REQUEST_URI == r"{uri}"', found) == times
        end = f'fcgi.type == END_REQUEST and fcgi.request.uri == r"{uri}"'
        assert passing(end, found) == times
    for method, times in log(name, "method").items():
        asked = f'fcgi.param.REQUEST_METHOD == "{method}"'
        assert passing(asked, found) == times
        assert passing(f"{asked} and fcgi.request.method == {method}", found) == times
    for status, times in log(name, "status").items():
        end = f"fcgi.type == 3 and fcgi.response.status == {status}"
        assert passing(end, found) == times


SAID = [
    ("nginx-no-script", 'fcgi.stderr contains "Primary script unknown"', 1),
    ("nginx-no-script", 'fcgi.response.header.Status == "404 Not Found" and fcgi.type == 3', 1),
    ("nginx-no-script", 'fcgi.nv_name == "SCRIPT_FILENAME" and fcgi.nv_value contains "/"', 1),
    ("nginx-stderr", "fcgi.stderr", 3),
    ("nginx-pool", "fcgi.request.duration > 1 and fcgi.request.duration < 3.5", 7),
    ("nginx-pool", "fcgi.request.duration < 1", 0),
    ("nginx-keepalive", "fcgi.request.number in {0 .. 3} and fcgi.type == BEGIN_REQUEST", 4),
    ("nginx-keepalive", "fcgi.begin_request.keep_conn == True", 8),
]  # fmt: skip


@pytest.mark.parametrize("name, expression, times", SAID)
def test_what_is_known_of_a_request(name: str, expression: str, times: int) -> None:
    assert passing(expression, rows(name)) == times


def test_families_take_any_name() -> None:
    for name in ("fcgi.param.X-Y_1.z", "fcgi.response.header.Set-Cookie"):
        assert compile_filter(f'{name} ~ "x"', REGISTRY).fields == {name}
    assert rejects("fcgi.param.")[0].endswith(".")
