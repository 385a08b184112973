"""What plain requests tell from templates is what the tree tells of them."""

from typing import Dict, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from captures.make import records
from fcgidissect.fcgi import glance
from fcgidissect.fcgi.brief import Plain
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.pairs import decode, encode
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.requests import Ledger, Request, Requests
from fcgidissect.output.node_lines import of_nodes
from fcgidissect.output.request_lines import RequestLines, known_lines
from fcgidissect.text import escape
from fcgidissect.tree import request as request_node
from tests.corpus import Capture, captures
from tests.fcgi.layouts import forget
from tests.output.talk import entries_of

USUAL = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/",
    "QUERY_STRING": "",
    "HTTP_ACCEPT": "*/*",
}
NAMES = (
    *("SCRIPT_FILENAME", "SCRIPT_NAME", "HTTP_HOST", "SERVER_NAME", "REMOTE_ADDR"),
    *("HTTP_USER_AGENT", "HTTP_COOKIE", "X%s", "HTTP_\u00e9"),
)
PAGE = b"Content-type: text/html\r\n\r\npage"
BEGUN = 1_700_000_000_123_456_789


@pytest.fixture(autouse=True)
def new() -> None:
    forget()


def asked(params: "Dict[str, str]", number: int = 0, body: bytes = b"") -> Plain:
    """A request as it comes in one piece, with a number."""
    ledger = Ledger()
    ledger.count = number
    requests = Requests(Context(), ledger)
    requests.context.web_server = 0
    data = records.request(1, params, body)
    taken = requests.ask(data, 0, len(data), 7, BEGUN)
    assert taken is not None and isinstance(taken[1], Plain)
    return taken[1]


def answer(request: Plain, content: bytes) -> None:
    data = records.response(1, content)
    taken = request.requests.answer(data, 0, len(data), 9, BEGUN + 1_234_567)
    assert taken is not None and taken[1] is request


def known(request: Plain, position: int) -> str:
    return of_nodes([request_node(known_of(request, position))])


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_field_by_field(capture: Capture) -> None:
    for row in entries_of(capture.path, capture.port_numbers):
        if row.known is not None:
            assert known_lines(row.known) == of_nodes([request_node(row.known)])


def pairs(params: "Dict[str, str]") -> str:
    lines = [f"{name} = {value}" if value else name for name, value in params.items()]
    return "    Params:\n" + "".join([f"        {escape(line)}\n" for line in lines])


def check(lines: RequestLines, params: "Dict[str, str]", number: int = 0) -> None:
    """Each part of it is told as the tree tells it."""
    request = asked(params, number)
    told = lines.asked(request, request.question)
    assert told.begin.decode() == known(request, 0)
    assert b"".join(told.pairs).decode() == pairs(params)
    assert told.known.decode() == known(request, 1) == known(request, 3)
    answer(request, PAGE)
    assert request.answer is not None
    ended = lines.answered(request, request.answer)
    behind = request.question.records
    assert ended[0].decode() == known(request, behind)
    position = behind + request.answer.records - 1
    assert ended[1].decode() == known(request, position)


VALUES = some.sampled_from(("", "a", "%d", "\u00e9", "a" * 240, "a" * 241, "a = "))
PARAMS = some.fixed_dictionaries(
    dict.fromkeys(USUAL, VALUES), optional=dict.fromkeys(NAMES, VALUES)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(PARAMS, min_size=2, max_size=3), some.permutations(range(20)))
def test_any_params(several: "List[Dict[str, str]]", numbers: "List[int]") -> None:
    lines = RequestLines()
    for _ in range(glance._WORTH):  # then there is a layout
        for number, params in zip(numbers, several):
            check(lines, params, number)


@pytest.mark.parametrize(
    "first, second",
    [
        ({}, {"REQUEST_URI": "/b"}),
        ({"HTTP_HOST": "a"}, {"HTTP_HOST": "b"}),
        ({"CONTENT_LENGTH": "0"}, {"CONTENT_LENGTH": ""}),
        ({"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}),
        ({"HTTP_COOKIE": "a" * 2000}, {"HTTP_COOKIE": ""}),
        ({"SCRIPT_NAME": ""}, {"SCRIPT_NAME": "/a"}),
        ({"X%d": "%d"}, {"X%d": "%b"}),
        ({"HTTP_USER_AGENT": "a" * 240}, {"HTTP_USER_AGENT": "a" * 241}),
        ({"REMOTE_ADDR": "\u00e9" * 240}, {"REMOTE_ADDR": "%" * 241}),
    ],
)
def test_what_varies_is_told(first: "Dict[str, str]", second: "Dict[str, str]") -> None:
    lines = RequestLines()
    check(lines, {**USUAL, **first})
    for _ in range(glance._WORTH):  # then there is a layout
        check(lines, {**USUAL, **first})
        check(lines, {**USUAL, **second})
    assert glance._layouts
    check(lines, {**USUAL, **first})
    check(lines, {**USUAL, **second})


@pytest.mark.parametrize(
    "params",
    [
        {"SCRIPT_FILENAME": "", "SCRIPT_NAME": "/a"},
        {"HTTP_HOST": "", "SERVER_NAME": "a"},
    ],
)
def test_an_empty_value_stands_back(params: "Dict[str, str]") -> None:
    lines = RequestLines()
    usual = {**USUAL, **dict.fromkeys(params, "/")}
    check(lines, usual)
    check(lines, usual)
    check(lines, {**USUAL, **params})


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        b"Status: 404 Not Found\n\n",
        b"\n\n",
        b'X: y\r\nContent-type: \xff"\x1b\r\n\r\n' + b"a" * 300,
    ],
)
def test_answers(content: bytes) -> None:
    lines = RequestLines()
    check(lines, USUAL)
    request = asked({**USUAL, "CONTENT_LENGTH": "3"}, 5, b"a=b")
    lines.asked(request, request.question)
    request = asked({**USUAL, "CONTENT_LENGTH": "3"}, 5, b"a=b")
    answer(request, content)
    assert request.answer is not None
    for _ in range(2):  # the second time the question is not remembered
        ended = lines.answered(request, request.answer)
        first = request.question.records
        last = first + request.answer.records - 1
        assert [text.decode() for text in ended] == [
            known(request, first),
            known(request, last),
        ]


PAIRS = some.lists(
    some.tuples(
        some.sampled_from((*USUAL, *NAMES, "PATH_INFO", "CONTENT_LENGTH", "A\nB")),
        VALUES | some.sampled_from(("7", "a\nb", "\udcff")),
    ),
    min_size=1,
)
STDOUT = records.stdout(1, PAGE)
ENDED = records.stdout(1), records.end(1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(PAIRS, min_size=1, max_size=3),
    some.booleans(),
    some.sampled_from(
        [
            (),
            (STDOUT, *ENDED),
            (records.stdout(1, PAGE[:9]), records.stdout(1, PAGE[9:]), *ENDED),
            (records.stderr(1, b"a\n"), records.stderr(1, b"b"), STDOUT, *ENDED),
            (records.stdout(1, b"no header"), records.end(1, 3)),
            (records.end(1, 0, 2), records.stdin(1, b"late")),
            (records.stdout(1, b"A: b\n\n"), records.params(1, {"METHOD": "late"})),
        ]
    ),
    some.booleans(),
)
def test_record_by_record(
    params: "List[List[Tuple[str, str]]]",
    begins: bool,
    answer: "Tuple[bytes, ...]",
    live: bool,
) -> None:
    asked = b"".join([records.record(4, 1, encode(each)) for each in params])
    begin = records.begin(1) if begins else b""
    behind = records.record(4, 1) + records.stdin(1)
    data = begin + asked + behind + b"".join(answer)
    table, lines, at, taken = Requests(Context(), Ledger()), RequestLines(), 0, []
    table.context.web_server = 0
    while at < len(data):
        header = data[at : at + 8]
        start, size = at + 8, int.from_bytes(header[4:6], "big")
        at = min(start + size + header[6], len(data))
        record = Record(header, data, start, min(start + size, len(data)))
        side = 0 if header[1] in (1, 4, 5) else 1
        request, position = table.feed(side, record, at, BEGUN + at)
        assert request is not None
        taken.append((request, position, record))
        if live:
            check_record(lines, request, position, record)
    for each in taken:
        check_record(lines, *each)


def check_record(
    lines: RequestLines, request: Request, position: int, record: Record
) -> None:
    """One record is told as its request's fields tell it."""
    kind, known = record.header[1], Known(request, position)
    told = lines.pairs(request, position) if kind == 4 and record.content else b""
    if told:
        content = "".join(
            [
                f"        {escape(f'{name} = {value}' if value else name)}\n"
                for name, value in decode(record.content)[0]
            ]
        )
        assert told.decode() == f"    Params:\n{content}"
    assert lines.at(request, position, kind).decode() == known_lines(known)
