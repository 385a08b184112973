"""A request that went as nearly all go, in a few values; asked for more, it is a `Request`.

What came in two flights needs no state machine and no store of its own. It is kept as it
came, and becomes a `Request`, as if each record had been fed to one, when someone asks for
what is not among its values, or changes it.
"""

from typing import TYPE_CHECKING, Any, Dict, Optional, cast

from fcgidissect.fcgi.request import Answer, Kept, Question, Request

if TYPE_CHECKING:
    from fcgidissect.fcgi.requests import Requests

LONGEST = 4096
"""Bytes of PARAMS, and of a header block, of a request that can be plain."""


class Plain:
    """A request without trouble and with a short body, if any, as far as it has come."""

    number: int
    id: int
    first_frame: int
    begin_time: int
    """Nanoseconds since the epoch."""
    requests: "Requests"
    """Its connection's."""
    gaps: int
    question: Question
    answer: Optional[Answer]
    kept: int
    """Bytes of contents that it keeps."""

    def __init__(self, values: "Dict[str, Any]") -> None:
        _set(self, "__dict__", values)

    if not TYPE_CHECKING:  # a Plain has no other attributes, and a Request all of them

        def __getattr__(self, name: str) -> Any:
            self._become()
            return getattr(self, name)

        def __setattr__(self, name: str, value: Any) -> None:
            self._become()
            setattr(self, name, value)

    def _become(self) -> None:
        """Be the request that its records, fed one by one, would have made."""
        values, request = self.__dict__, cast(Request, self)
        _set(self, "__dict__", {})
        _set(self, "__class__", Request)
        requests: Requests = values["requests"]
        ledger, answer = requests.ledger, values["answer"]
        Request.__init__(
            request,
            values["number"],
            values["id"],
            values["first_frame"],
            values["begin_time"],
            requests.context,
            Kept(ledger.limits),
        )
        request.gaps = values["gaps"]
        request.take_question(values["question"])
        if answer is not None:
            request.take_answer(answer)
        request.kept, request.all_kept = values["kept"], ledger.kept
        ledger.enter(request, requests)


def is_answered(request: object) -> bool:
    """Whether a request is a plain one that has its answer, so that it has ended well."""
    return type(request) is Plain and request.answer is not None


_set = object.__setattr__
