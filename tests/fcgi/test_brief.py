"""What is told of a plain request is what is told of one fed record by record."""

from itertools import combinations
from pathlib import Path
from typing import Any, Callable

import pytest

from captures.make import records as make
from fcgidissect.fcgi.brief import LONGEST, Brief, Plain
from fcgidissect.fcgi.context import Context
from fcgidissect.fcgi.records import RecordReader
from fcgidissect.fcgi.requests import Ledger, Request, Requests
from fcgidissect.limits import Limits
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS
from tests.output.talk import capture as talk_of
from tests.output.talk import entries_of

PARAMS = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/", "QUERY_STRING": ""}
QUESTION = make.request(1, PARAMS)
FORM = make.request(1, {**PARAMS, "CONTENT_LENGTH": "3"}, b"a=b")
ANSWER = make.stdout(1, b"Status: 200\r\n\r\nhello") + make.end(1)
EMPTIED = make.stdout(1, b"Status: 200\n\n") + make.stdout(1) + make.end(1)
PADDED = make.stdout(1, b"Status: 404\r\n\r\nlost", 7) + make.end(1)
WARNING = make.stderr(1, b"PHP message: \xff\n")
WARNED, WARNED_EMPTIED = WARNING + ANSWER, WARNING + EMPTIED
FIELDS = [
    access
    for name in Registry().names()
    if name.startswith(("fcgi.", "_ws.", "tcp.segment", "tcp.reassembled"))
    and (access := Registry().find(name)) is not None
]


def told(capture: Capture) -> "list[tuple[int, list[object]]]":
    """Frame and the values of every field of every record."""
    return [
        (entry.frame.number, [access.get(entry) for access in FIELDS])
        for entry in entries_of(capture.path, capture.port_numbers)
    ]


@pytest.mark.parametrize("capture", captures(), ids=lambda capture: capture.name)
def test_a_short_cut_tells_the_same(
    capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = told(capture)
    for each in ("question_in", "answer_in"):
        monkeypatch.setattr(f"fcgidissect.fcgi.requests.{each}", lambda *_: None)
    assert short == told(capture)


@pytest.mark.parametrize("answer", [ANSWER, EMPTIED, PADDED, WARNED], ids=len)
def test_an_answer_tells_the_same_however_it_is_cut(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures, size = [], len(answer)
    for number, (one, other) in enumerate(combinations(range(1, size), 2)):
        if number % 7 == 0:
            parts = answer[:one], answer[one:other], answer[other:]
            said = [(ASKS, QUESTION), *[(ANSWERS, part) for part in parts]]
            captures.append(Capture(str(tmp_path / f"{one}-{other}.pcap"), "8000"))
            Path(captures[-1].path).write_bytes(talk_of(said * 2))
    short = [told(capture) for capture in captures]
    monkeypatch.setattr("fcgidissect.fcgi.requests.answer_in", lambda *_: None)
    assert short == [told(capture) for capture in captures]


class Talk:
    """A connection on which the web server is direction 0, chunk by chunk."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.ledger = Ledger(limits)
        self.requests = Requests(Context(0), self.ledger)
        self.frame = 0

    def ask(self, chunk: bytes = QUESTION) -> object:
        return self._take(self.requests.ask, chunk)

    def answer(self, chunk: bytes = ANSWER) -> object:
        return self._take(self.requests.answer, chunk)

    def ask_slowly(self, chunk: bytes = QUESTION) -> object:
        """Record by record, each in a frame of its own."""
        for record in RecordReader(self.requests.context, 0).feed(chunk, 0, len(chunk)):
            self.frame += 1
            found = self.requests.feed(0, record, self.frame, 1000 * self.frame)
        return found[0]

    def _take(self, take, chunk: bytes) -> object:  # type: ignore
        self.frame += 1
        taken = take(chunk, 0, len(chunk), self.frame, 1000 * self.frame)
        return taken and taken[1]


def test_a_question_and_its_answer_are_one_plain_request() -> None:
    talk = Talk()
    asked = talk.ask()
    assert type(asked) is Plain and talk.answer() is asked
    assert (asked.number, asked.first_frame, asked.begin_time) == (0, 1, 1000)


@pytest.mark.parametrize(
    "changed, count",
    [({"PHP_VALUE": "a=b\nc=d"}, 1), ({"SCRIPT_FILENAME": "/x"}, 1), ({}, 0)],
)
def test_remarks_on_params_leave_a_request_brief(
    changed: "dict[str, str]", count: int
) -> None:
    talk = Talk()
    request = talk.ask(make.request(1, {**PARAMS, **changed}))
    assert type(request) is (Brief if count else Plain) and talk.answer() is request
    assert len(getattr(request, "notes")) == count
    assert type(request).__name__ == "Request"


def test_a_param_that_comes_twice_leaves_a_request_brief() -> None:
    twice = [*PARAMS.items(), ("QUERY_STRING", "")]
    request = Talk().ask(make.request(1, twice))
    assert type(request) is Brief
    ((_, pairs),) = getattr(request, "read_pairs")()
    assert (len(pairs), getattr(request, "notes")) == (4, [])


def test_a_question_may_have_a_short_body() -> None:
    talk = Talk()
    request = talk.ask(FORM)
    assert type(request) is Plain and talk.answer() is request
    assert getattr(request, "lengths")[make.STDIN] == 3


def test_it_becomes_a_request_when_more_is_asked_of_it() -> None:
    talk = Talk()
    request = talk.ask()
    talk.answer()
    assert getattr(request, "outcome") == "complete"
    assert type(request).__name__ == "Request"
    assert vars(request)["end_time"] == 2000


def test_it_becomes_a_request_when_something_of_it_is_changed() -> None:
    request = Talk().ask()
    setattr(request, "whole", True)
    assert type(request).__name__ == "Request" and vars(request)["whole"]


def test_it_becomes_a_request_whatever_is_asked_of_one() -> None:
    asked = Talk().ask()
    getattr(asked, "outcome")
    request = Talk().ask()
    for name in {*dir(Request), *vars(asked)} - {*Brief.__annotations__, "id"}:
        assert name.startswith("__") or isinstance(vars(Brief)[name], property)
    assert type(request) is Plain and callable(getattr(request, "take"))
    assert type(request).__name__ == "Request"


@pytest.mark.parametrize("question", [QUESTION, FORM], ids=["empty", "form"])
def test_one_that_was_asked_record_by_record_is_brief_when_it_is_answered(
    question: bytes,
) -> None:
    talk, other = Talk(), Talk()
    slow, fast = talk.ask_slowly(question), other.ask(question)
    assert type(slow) is Request and talk.answer() is slow and other.answer() is fast
    assert type(slow) is Plain and not talk.ledger._open
    ours, seen = getattr(fast, "question"), slow.question.seen
    assert slow.question._replace(seen=ours.seen) == ours
    assert seen[:-1] == ours.seen[:-1] and seen.order.names == ours.seen.order.names
    assert slow.begin_time == 1000 and talk.ledger.kept.bytes == slow.kept
    assert getattr(slow, "position") == getattr(fast, "position")


@pytest.mark.parametrize(
    "question",
    [
        make.request(1, {**PARAMS, "PHP_VALUE": "a=b"}),
        make.request(1, {**PARAMS, "CONTENT_LENGTH": "4"}, b"a=b"),
        make.request(1, {**PARAMS, "CONTENT_LENGTH": "2"})[:-8]
        + make.stdin(1, b"a") * 2
        + make.stdin(1),
        make.request(1, PARAMS)[:-8],
        make.begin(1) + make.begin(2) + make.request(1, PARAMS)[16:],
        make.begin(1, role=9) + make.request(1, PARAMS)[16:],
        make.request(1, {**PARAMS, "A": "x" * LONGEST}),
    ],
    ids="remark differs twice waits beside role long".split(),
)
def test_one_of_which_there_is_more_to_tell_stays_as_it_is(question: bytes) -> None:
    talk = Talk()
    slow = talk.ask_slowly(question)
    assert talk.answer() is None and type(slow) is Request


@pytest.mark.parametrize("answer", [WARNED, WARNED_EMPTIED], ids=len)
def test_an_answer_with_a_warning_leaves_a_request_brief(answer: bytes) -> None:
    talk = Talk()
    request = talk.ask()
    assert type(request) is Plain and talk.answer(answer) is request
    assert type(request) is Brief and request.header_position == 5
    assert request.kept == talk.ledger.kept.bytes
    assert getattr(request, "stderr") == [(4, b"PHP message: \xff\n")]
    assert type(request).__name__ == "Request"


@pytest.mark.parametrize("answer", [ANSWER, EMPTIED, WARNED, WARNED_EMPTIED], ids=len)
def test_it_becomes_the_request_that_its_records_make(answer: bytes) -> None:
    short, talk = Talk(), Talk()
    request: Any = short.ask()
    assert short.answer(answer) is request and isinstance(request, Brief)
    request._become()
    for direction, chunk in enumerate((QUESTION, answer)):
        for record in RecordReader().feed(chunk, 0, len(chunk)):
            at = direction + 1
            found, _ = talk.requests.feed(direction, record, at, 1000 * at)
    told = [vars(each) for each in (request, found)]
    for each in told:
        del each["context"], each["all_kept"], each["_reader"]
    names = told[0].keys() & told[1].keys()
    assert {"stderr", "lengths", "end_lengths", "header_position", "kept"} <= names
    assert [told[0][name] for name in names] == [told[1][name] for name in names]
    assert short.ledger.kept.bytes == talk.ledger.kept.bytes


@pytest.mark.parametrize(
    "stderr, limits, taken",
    [
        (b"x" * 4096, Limits(), True),
        (b"x" * 4097, Limits(), False),
        (b"x" * 9, Limits(stderr_bytes=9), True),
        (b"x" * 10, Limits(stderr_bytes=9), False),
        (b"Primary script unknown", Limits(), False),
    ],
    ids=["short", "long", "within the limit", "beyond it", "remark"],
)
def test_warnings_that_take_more_than_a_short_cut(
    stderr: bytes, limits: Limits, taken: bool
) -> None:
    talk = Talk(limits)
    request = talk.ask()
    answer = talk.answer(make.stderr(1, stderr) + ANSWER)
    assert (answer is request) == taken and type(request) is (Brief if taken else Plain)


@pytest.mark.parametrize("beyond", [0, 1])
def test_what_is_longer_than_a_limit_is_taken_record_by_record(beyond: int) -> None:
    params = RecordReader().feed(QUESTION, 0, len(QUESTION))[1].content
    talk = Talk(Limits(params_bytes=len(params) - beyond))
    assert (talk.ask() is None) == (beyond > 0)
    header = len(b"Status: 200\r\n\r\n")
    talk = Talk(Limits(header_bytes=header - beyond))
    assert talk.ask() and (talk.answer() is None) == (beyond > 0)


def test_a_second_answer_is_none() -> None:
    talk = Talk()
    talk.ask(), talk.answer()
    assert talk.answer() is None


@pytest.mark.parametrize(
    "question",
    [
        make.request(1, {**PARAMS, "CONTENT_LENGTH": "3"}),
        make.request(1, PARAMS, b"a=b"),
        make.request(1, {**PARAMS, "CONTENT_LENGTH": "4"}, b"a=b"),
        make.request(1, {"X": "x" * 5000}),
        make.begin(1)
        + make.record(make.PARAMS, 1, b"\5")
        + make.record(make.PARAMS, 1)
        + make.stdin(1),
    ],
    ids=["no body", "no promise", "another length", "long", "malformed"],
)
def test_what_takes_more_than_a_short_cut(question: bytes) -> None:
    assert Talk().ask(question) is None


def test_a_question_while_another_is_open_is_none() -> None:
    talk = Talk()
    talk.ask()
    assert talk.ask() is None and talk.ask(make.request(2, PARAMS)) is None


def test_an_answer_behind_a_gap_is_none() -> None:
    talk = Talk()
    talk.ask()
    talk.requests.context.gaps += 1
    assert talk.answer() is None


@pytest.mark.parametrize("ask", [Talk.ask, Talk.ask_slowly])
def test_of_one_on_a_connection_that_is_closed_already_is_told_that_it_got_no_answer(
    ask: "Callable[[Talk], Any]",
) -> None:
    """The capture begins amid an answer, of which the application closes the connection."""
    talk, page = Talk(), make.stdout(1, b"the rest of a page")
    for record in RecordReader(talk.requests.context, 1).feed(page, 0, len(page)):
        talk.requests.feed(1, record)
    talk.requests.closed(1, "FIN")
    asked = ask(talk)
    talk.requests.closed(1, "RST")
    assert "closed the connection without an answer" in asked.notes[0][1].message


def test_what_they_keep_is_counted_once() -> None:
    talk = Talk()
    for answer in (ANSWER, WARNED, ANSWER):
        talk.ask(), talk.answer(answer)
    last = talk.requests.table[b"\0\1"]
    assert type(last) is Plain and last.kept == talk.ledger.kept.bytes
    assert last.outcome == "complete" and last.kept == talk.ledger.kept.bytes
    talk.requests.finish()
    assert talk.ledger.kept.bytes == 0
