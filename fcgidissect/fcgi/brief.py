"""A request that went as nearly all go, in a few values; asked for more, it is a `Request`.

What came in two flights needs no state machine and no store of its own. It is kept as it
came, and becomes a `Request`, as if each record had been fed to one, when someone asks for
what is not among its values, or changes it. Who writes them by templates for params that are
there once each, with nothing to remark on them, asks for `Plain` ones.
"""

from typing import TYPE_CHECKING, Any, Optional, cast

from fcgidissect.fcgi.request import WHOLE, Answer, Kept, Question, Request

if TYPE_CHECKING:
    from fcgidissect.fcgi.requests import Requests

_ALIKE = "number", "first_frame", "begin_time", "gaps", "kept"
"""What a request has whether it is brief or not."""
LONGEST = 4096
"""Bytes of PARAMS, of a header block and of STDERR, of a request that can be brief."""


class Brief:
    """A request without trouble and with a short body, if any, as far as it has come.

    If there is something to remark on it, its params tell that, and nothing else does. Who
    makes one sets its values, one by one: that is cheaper than a call.
    """

    number: int
    first_frame: int
    begin_time: int
    """Nanoseconds since the epoch."""
    requests: "Requests"
    """Its connection's."""
    gaps: int
    question: Question
    answer: Optional[Answer] = None
    kept: int
    """Bytes of contents that it keeps."""

    @property
    def id(self) -> int:
        """That of all its records."""
        return self.question.shape.id

    @property
    def header_position(self) -> int:
        """See `Request`; that of the answer's first STDOUT."""
        answer = self.answer
        return self.question.records + bool(answer.stderr) if answer else WHOLE

    def _become(self) -> None:
        """Be the request that its records, fed one by one, would have made."""
        brief, request = Brief(), cast(Request, self)
        brief.__dict__.update(self.__dict__)
        self.__dict__.clear()
        self.__class__ = Request  # type: ignore[assignment]
        requests, answer = brief.requests, brief.answer
        ledger = requests.ledger
        Request.__init__(
            request,
            brief.number,
            brief.id,
            brief.first_frame,
            brief.begin_time,
            requests.context,
            Kept(ledger.limits),
        )
        request.gaps = brief.gaps
        request.take_question(brief.question)
        if answer is not None:
            request.take_answer(answer)
        request.kept, request.all_kept = brief.kept, ledger.kept
        ledger.enter(request, requests)


class Plain(Brief):
    """One without remarks and STDERR, of whose params each is there once."""


def _of_request(name: str) -> Any:
    """An attribute of a request, which is one from the moment it is asked for or set."""

    def get(self: Brief) -> Any:
        self._become()
        return getattr(self, name)

    def set(self: Brief, value: object) -> None:
        self._become()
        setattr(self, name, value)

    return property(get, set)


# Properties, not `__getattr__`: that would make every look at a brief one's own values slow.
for _name in {*Request.__annotations__, *vars(Request)} - {
    *Brief.__annotations__,
    *vars(Brief),
}:
    if not _name.startswith("__"):
        setattr(Brief, _name, _of_request(_name))


def shorten(request: Request, requests: "Requests") -> None:
    """Make a request brief if all that it has so far could have been a question in one piece.

    It is worth that when its answer comes in one piece.
    """
    question = request.question_so_far()
    if question is None or len(question.params) > requests.ledger.most_params:
        return
    brief: Any = request
    told = {name: getattr(request, name) for name in _ALIKE}
    vars(request).clear()
    brief.__class__ = Plain if question.seen.usual else Brief
    vars(request).update(told, requests=requests, question=question)
    requests.ledger.leave(request)


def is_answered(request: object) -> bool:
    """Whether a request is a brief one that has its answer, so that it has ended well."""
    return isinstance(request, Brief) and request.answer is not None
