"""What is known of a brief request at a position, from the values that it has.

`known_of` gives it where there is one, so that asking does not take a request apart.
"""

from functools import cached_property, lru_cache
from typing import Dict, List, Optional, Union

from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.known import Known, header_fields, status_in
from fcgidissect.fcgi.pairs import Pairs, decode
from fcgidissect.fcgi.request import WHOLE, Answer, Question, Request
from fcgidissect.fcgi.spec import KEEP_CONN
from fcgidissect.notes import Note

_MOST = 256
"""Header blocks whose status is remembered, each of at most `brief.LONGEST` bytes."""
_PARAMS_END = 2
"""The position of the empty PARAMS."""
TOLD_BY = {
    "method": ("REQUEST_METHOD",),
    "uri": ("REQUEST_URI",),
    "query": ("QUERY_STRING",),
    "script": ("SCRIPT_FILENAME", "SCRIPT_NAME"),
    "host": ("HTTP_HOST", "SERVER_NAME"),
    "remote_addr": ("REMOTE_ADDR",),
    "user_agent": ("HTTP_USER_AGENT",),
}
"""Attribute -> the param that tells it, or where that is empty the second; a plain request
has a REQUEST_URI."""


def known_of(request: "Union[Request, Brief]", position: int = WHOLE) -> Known:
    """What is known of a request at a position."""
    if isinstance(request, Brief):
        question, answer = request.question, request.answer
        if answer or position < question.records:
            known = BriefKnown(request, position)  # type: ignore[arg-type]
            known.question, known.answer = question, answer
            return known
    return Known(request, position)  # type: ignore[arg-type]


def is_remarked(request: "Union[Request, Brief]", position: int) -> bool:
    """Whether there may be something to remark on a record because of its request."""
    if isinstance(request, Brief):
        return position == _PARAMS_END and bool(request.question.seen.remarks)
    # Its params were read if there is something to remark on them.
    return any([at == position for at, _ in request.notes])


class BriefKnown(Known):
    """See `Known`, property by property."""

    question: Question
    answer: Optional[Answer]

    @property
    def role(self) -> int:
        """From the content of BEGIN_REQUEST."""
        return int.from_bytes(self.question.begin[:2], "big")

    @property
    def keep_conn(self) -> bool:
        """From the content of BEGIN_REQUEST."""
        return bool(self.question.begin[2] & KEEP_CONN)

    @property
    def over(self) -> bool:
        """END_REQUEST is a good answer's last record."""
        answer = self.answer
        if answer is None:
            return False
        return self.position >= self.question.records + answer.records - 1

    @property
    def answered(self) -> bool:
        """END_REQUEST is in the answer."""
        return self.answer is not None

    @property
    def reach(self) -> int:
        """A request that is known whole before its end is not brief."""
        return self.position

    @property
    def last_frame(self) -> Optional[int]:
        """That of the answer."""
        return self.answer.frame if self.answer and self.position == WHOLE else None

    @property
    def duration(self) -> Optional[int]:
        """Its answer came at once."""
        if self.answer is None or not self.over:
            return None
        return self.answer.time - self.request.begin_time

    ttfb = duration

    @property
    def state(self) -> Optional[str]:
        """A good answer completes it."""
        return "complete" if self.over else None

    @property
    def stdin_length(self) -> Optional[int]:
        """Its body, if any, is one record's content."""
        return self.question.stdin if self.over else None

    @property
    def status(self) -> Optional[int]:
        """That of the answer."""
        return _status(self.answer.header) if self.answer and self._has_header else None

    @property
    def header_length(self) -> Optional[int]:
        """The header block is in the answer's first STDOUT."""
        return len(self.answer.header) if self.answer and self._has_header else None

    @property
    def body_length(self) -> Optional[int]:
        """What is left of STDOUT."""
        if self.answer is None or not self.over:
            return None
        return self.answer.length - len(self.answer.header)

    @property
    def stderr(self) -> Optional[str]:
        """It is the answer's first record, if there is some."""
        here = self.position in (self.question.records, WHOLE)
        stderr = self.answer.stderr if self.answer and here else b""
        return stderr.decode("utf-8", "surrogateescape") or None

    @property
    def notes(self) -> "tuple[Note, ...]":
        """What there is to say of the params stands at the record that ends them."""
        here = self.position in (_PARAMS_END, WHOLE)
        return self.question.seen.remarks or () if here else ()

    @property
    def pairs(self) -> Pairs:
        """All are in the second record."""
        here = self.position in (1, WHOLE)
        return decode(self.question.params)[0] if here else ()

    @property
    def params(self) -> "Dict[str, List[str]]":
        """In wire order."""
        pairs = decode(self.question.params)[0] if self.position >= 1 else ()
        params: "Dict[str, List[str]]" = {}
        for name, value in pairs:
            params.setdefault(name, []).append(value)
        return params

    def param(self, name: str) -> Optional[str]:
        """The last one of a name counts."""
        return self.question.seen.param(name) if self.position >= 1 else None

    @cached_property
    def response_headers(self) -> "Dict[str, List[str]]":
        """Those of the answer."""
        answer = self.answer
        return header_fields(answer.header) if answer and self._has_header else {}

    @property
    def _has_header(self) -> bool:
        return self.position >= self.request.header_position


@lru_cache(_MOST)
def _status(header: bytes) -> Optional[int]:
    return status_in(header_fields(header))
