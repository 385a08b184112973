"""Records of a connection in, its requests out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.requests import Ledger
from fcgidissect.fields import fields_of
from fcgidissect.limits import Limits
from tests.fcgi.connection import APPLICATION, WEB_SERVER, Connection
from tests.fcgi.streams import GET, PAGE

REQUEST, ANSWER = make.request(1, GET), make.response(1, PAGE + b"hello")


def numbers(connection: Connection) -> "list[tuple[int | None, int]]":
    return [
        (request and request.number, position) for request, position in connection.seen
    ]


def test_positions_in_a_request() -> None:
    connection = Connection().asks(REQUEST).answers(ANSWER)
    assert numbers(connection) == [(0, position) for position in range(7)]
    assert connection.request().outcome == "complete"
    assert connection.over == [connection.request()]


def test_an_id_is_used_again() -> None:
    connection = Connection()
    for _ in range(3):
        connection.asks(REQUEST).answers(ANSWER)
    assert {number for number, _ in numbers(connection)} == {0, 1, 2}
    assert numbers(connection)[7] == (1, 0)
    assert all(connection.said(number) == [] for number in range(3))


def test_ids_interleaved() -> None:
    asked = [make.begin(id) for id in (1, 3, 5)]
    asked += [make.params(id, dict(GET, REQUEST_URI=f"/{id}")) for id in (5, 3, 1)]
    asked += [make.stdin(id) for id in (3, 1, 5)]
    answered = [make.stdout(id, PAGE) for id in (1, 5, 3)]
    answered += [make.end(id, id) for id in (5, 1, 3)]
    connection = Connection().asks(*asked).answers(*answered)
    for number, id in enumerate((1, 3, 5)):
        known = connection.known(number)
        assert (known.request.id, known.uri) == (id, f"/{id}")
        assert known.request.end is not None and known.request.end.app_status == id
        assert known.request.position == 5


def test_management_records_belong_to_no_request() -> None:
    connection = Connection().asks(make.get_values("FCGI_MAX_CONNS"), REQUEST)
    connection.answers(make.get_values_result({"FCGI_MAX_CONNS": "1"}))
    connection.answers(make.unknown_type(99), ANSWER)
    places = numbers(connection)
    assert places.count((None, 0)) == 3
    assert [place for place in places if place[0] == 0] == [(0, n) for n in range(7)]


def test_id_0_used_for_a_request() -> None:
    connection = Connection().asks(make.request(0, GET), make.get_values("X"))
    connection.answers(make.response(0, PAGE))
    assert connection.known().uri == GET["REQUEST_URI"]
    assert connection.request().outcome == "complete"


def test_an_unknown_type_in_a_request() -> None:
    connection = Connection().asks(make.begin(1), make.record(99, 1))
    assert numbers(connection) == [(0, 0), (None, 0)]
    assert connection.request().strange == 99


def test_a_second_begin() -> None:
    connection = Connection().asks(make.begin(1), REQUEST)
    assert connection.request(0).outcome == "replaced"
    assert connection.said(1) == [
        "BEGIN_REQUEST for id 1, which the request of frame 1 still has"
    ]


@pytest.mark.parametrize("late", [make.stdin(1), make.stdin(1, b"x") + make.stdin(1)])
def test_stdin_that_ends_after_the_answer_is_no_other_request(late: bytes) -> None:
    """Apache sends STDIN in a segment of its own, gofast after END_REQUEST."""
    connection = Connection().asks(make.begin(1), make.params(1, GET))
    connection.answers(ANSWER).asks(late, REQUEST)
    assert connection.request(0).position == 5 + late.count(b"\x01\x05")
    assert connection.known(1).uri == GET["REQUEST_URI"]
    assert connection.said(1) == []


def test_an_aborted_request_answered_all_the_same() -> None:
    """Go answers ABORT_REQUEST at once, and then the handler's answer comes."""
    connection = Connection().asks(REQUEST, make.abort(1)).answers(make.end(1), ANSWER)
    assert connection.request().outcome == "aborted"
    assert connection.request().position == 8
    assert connection.said()[0] == (
        "FCGI_STDOUT does not belong here: the request has ended"
    )


def test_an_answer_without_a_request_is_one_whose_start_is_lost() -> None:
    connection = Connection().asks(REQUEST).answers(ANSWER, ANSWER)
    assert numbers(connection)[7:] == [(1, 0), (1, 1), (1, 2)]
    assert connection.said(1) == ["no open request has the id 1"]
    assert connection.said(0) == []


def test_where_the_capture_has_gaps_nobody_is_blamed() -> None:
    connection = Connection().asks(REQUEST).answers(ANSWER)
    connection.asks(make.request(1, GET), lost=100).answers(ANSWER, ANSWER)
    connection.answers(make.stdout(1, PAGE))
    assert [connection.said(number) for number in range(4)] == [[], [], [], []]


def test_a_request_behind_a_gap_is_blamed_for_nothing() -> None:
    """Its answer may have come while the gap was not known yet."""
    connection = Connection().asks(REQUEST).answers(ANSWER)
    connection.asks(REQUEST, lost=50).asks(REQUEST)
    assert connection.request(1).outcome == "replaced"
    assert connection.said(2) == []


def test_one_direction_alone() -> None:
    connection = Connection().answers(ANSWER).ends()
    assert connection.known().status == 200
    assert connection.said() == []
    connection = Connection().asks(REQUEST).closes(WEB_SERVER).ends()
    assert connection.said() == []


def test_the_first_record_tells_the_web_server_s_direction() -> None:
    for side, stream in ((0, REQUEST), (1, ANSWER)):
        connection = Connection()
        connection.context.web_server = None
        connection._send(1, stream, 0)
        assert connection.context.web_server == 1 - side


# How it ends


@pytest.mark.parametrize("how, outcome", [("FIN", "closed"), ("RST", "reset")])
def test_the_application_closes_without_a_word(how: str, outcome: str) -> None:
    connection = Connection().asks(REQUEST).closes(APPLICATION, how)
    assert connection.request().outcome == outcome
    assert connection.over == [connection.request()]
    assert connection.known().duration == 1_000_000
    assert connection.said() == [
        f"the application closed the connection without an answer ({how}); the"
        " records show no cause: it may refuse this peer, or have died"
    ]


def test_the_application_closes_amid_its_answer() -> None:
    connection = Connection().asks(REQUEST).answers(make.stdout(1, PAGE))
    assert connection.closes(APPLICATION).said() == [
        "the application closed the connection (FIN) before the answer had ended"
    ]


def test_a_record_cut_short_by_the_close_counts() -> None:
    connection = Connection().asks(REQUEST).answers(make.stdout(1, PAGE + b"xx")[:-1])
    connection.closes(APPLICATION).closes(WEB_SERVER).ends()
    assert connection.known().status == 200
    assert connection.said() == [
        "the application closed the connection (FIN) before the answer had ended"
    ]


def test_the_web_server_does_not_wait() -> None:
    connection = Connection().asks(REQUEST).closes(WEB_SERVER).closes(APPLICATION)
    assert connection.request().outcome == "abandoned"
    assert connection.said() == [
        "the web server closed the connection after 0.001 s; no answer had come (its"
        " timeout, or its client left)"
    ]


def test_the_web_server_leaves_amid_the_answer() -> None:
    connection = Connection().asks(REQUEST).answers(make.stdout(1, PAGE))
    connection.closes(WEB_SERVER).closes(APPLICATION, "RST")
    assert connection.said() == [
        "the web server closed the connection after 0.002 s, before the answer had ended"
    ]


def test_an_answer_after_the_web_server_s_fin() -> None:
    connection = Connection().asks(REQUEST).closes(WEB_SERVER).answers(ANSWER)
    assert connection.request().outcome == "complete"
    assert connection.said() == [
        "the web server closed its side of the connection 0.001 s before this answer's"
        " end, and may not have waited for it"
    ]


def test_the_end_of_the_capture() -> None:
    connection = Connection().asks(REQUEST).ends()
    assert connection.request().outcome == "cut"
    assert connection.said() == []


SIDE = st.integers(0, 1)
SOME_RECORDS = st.builds(
    make.record,
    st.sampled_from([*range(1, 12), 99]),
    st.integers(0, 2),
    st.sampled_from(
        [
            b"",
            b"\0\1\1" + bytes(5),
            b"\0\x09" + bytes(6),
            bytes(8),
            b"\0\0\0\7\2" + bytes(3),
            make.pairs({"CONTENT_LENGTH": "3", "REQUEST_METHOD": "POST"}),
            make.pairs({"REQUEST_URI": "/", "X": "y" * 200})[:-30],
            b"Status: 404\r\n",
            b"\r\nbody",
            b"Primary script unknown",
        ]
    ),
)
EVENTS = st.lists(
    st.tuples(SIDE, st.one_of(SOME_RECORDS, st.sampled_from(["FIN", "RST"])))
)
FIELDS = [name for name, _ in fields_of(Known)] + [
    "params",
    "pairs",
    "response_headers",
]


@given(EVENTS)
def test_what_is_known_at_a_position_stays_so(
    events: "list[tuple[int, bytes | str]]",
) -> None:
    """Any records in any order: nothing raises, and later records change no answer."""
    connection, told = Connection(), []
    for side, event in events:
        before = len(connection.seen)
        if isinstance(event, str):
            connection.closes(side, event)
        else:
            raw = make.begin(1) + event
            record = RecordReader().feed(raw, 0, len(raw))[1]
            connection._place(side, [record])
        for request, position in connection.seen[before:]:
            if request is not None:
                known = Known(request, position)
                told.append((known, [getattr(known, name) for name in FIELDS]))
                known.notes
    connection.ends()
    for known, answers in told:
        assert [getattr(known, name) for name in FIELDS] == answers
        known.notes, Known(known.request).notes


# Bounds


def test_open_requests_are_bounded_over_all_connections() -> None:
    ledger = Ledger(Limits(requests=100))
    connections = [Connection(ledger=ledger) for _ in range(300)]
    for connection in connections:
        connection.asks(REQUEST)
    opened = [connection.seen[0][0] for connection in connections]
    outcomes = [request and request.outcome for request in opened]
    assert outcomes == ["forgotten"] * 200 + ["open"] * 100
    assert len(ledger._open) == 100


def test_ended_requests_are_forgotten_in_time() -> None:
    connection = Connection()
    for id in range(1, 3000):
        connection.asks(make.request(id, GET)).answers(make.response(id, PAGE))
    assert len(connection.requests.table) < 2000
    assert not connection.ledger._open


def test_ten_thousand_open_requests_on_one_connection() -> None:
    connection = Connection()
    connection.asks(*[make.request(id, GET) for id in range(1, 10_001)])
    connection.answers(*[make.response(id, PAGE) for id in range(10_000, 0, -1)])
    assert all(request.outcome == "complete" for request in connection.over)
    assert len(connection.over) == 10_000


def test_a_body_of_any_size_is_counted_and_not_kept() -> None:
    import tracemalloc

    body = make.stdin(1, bytes(65_000)) * 10
    connection = Connection().asks(make.begin(1), make.params(1, GET), body)
    reader, requests = connection.readers[0], connection.requests
    tracemalloc.start()
    for _ in range(50):
        for record in reader.feed(body, 0, len(body)):
            requests.feed(0, record)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert connection.request().lengths[make.STDIN] == 51 * 650_000
    assert peak < 100_000


def test_what_all_requests_keep_is_bounded() -> None:
    """Open ones and those that have just ended, on one connection and on many."""
    limits = Limits(request_bytes=1_000_000)
    ledger = Ledger(limits)
    large = make.params(1, {"X": "x" * 60_000})
    for number in range(60):
        connection = Connection(limits, ledger).asks(make.begin(1), large)
        if number % 2:
            connection.asks(make.stdin(1)).answers(make.end(1))
    held = [*ledger._open, *ledger._ended]
    assert sum(request.kept for request in held) == ledger.kept.bytes < 1_100_000
    assert 10 < len(held) < 20


def test_notes_of_one_request_are_bounded() -> None:
    connection = Connection().asks(REQUEST, make.stdin(1) * 1000)
    assert len(connection.request().notes) < 100


def test_context_knows_nothing_at_first() -> None:
    context = Context()
    assert (context.ids, context.gaps, context.web_server) == (set(), 0, None)
