"""A plan in, a function out that says what a record's eight header bytes decide of it.

It has three answers: the record passes, it does not, or more than its header is needed. A
header decides a test if each field of the test is in the header, or belongs to a body that
records of that type, or empty ones, never have: `fcgi.nv_name == "PATH"` fails for every
FCGI_STDOUT.
`and`, `or`, `xor` and `not` are decided as far as the tests that are decided go.
"""

from functools import partial
from operator import attrgetter
from typing import Any, Callable, FrozenSet, List, Optional, Sequence, Union

from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fcgi.spec import BODIES, PAIRS, Header
from fcgidissect.fields import fields_of, spans
from fcgidissect.filter.build import Getter, build
from fcgidissect.filter.plan import Fetch, Joined, Opposite, Test, fetches
from fcgidissect.filter.values import odd

Getters = Callable[[Fetch], Getter]
Verdict = Callable[[bytes], Optional[bool]]

_IN_HEADER = {field.name: attribute for attribute, field in fields_of(Header)}
_TYPES_WITH: "dict[Optional[type], FrozenSet[int]]" = {
    **{noun: frozenset((kind,)) for kind, noun in BODIES.items()},
    Pair: PAIRS,
}
"""Noun -> the only record types that have it."""
_EVERY_TYPE = frozenset(range(256))
_EMPTY = b"\0\0"
"""The content length of a record without body or pairs."""
_MOST_FIELDS = 64
"""Fields of a filter that is taken apart; each part costs a compilation."""


def header_verdict(test: Test, references: Getters) -> Optional[Verdict]:
    """What the bytes of a header decide of a test; None where no header decides anything.

    Args:
        references: how the values of the reference row's fields are had.
    """
    asked = [_open(fetch) for fetch in fetches(test)]
    kinds = set(asked)
    if kinds == {_EVERY_TYPE} or len(kinds) > 1 and len(asked) > _MOST_FIELDS:
        return None
    return _verdict(test, references)


def _open(fetch: Fetch) -> "FrozenSet[int]":
    """The record types whose header does not tell the values of a field."""
    if fetch.of_reference or fetch.plain and fetch.access.field.name in _IN_HEADER:
        return frozenset()
    return _TYPES_WITH.get(fetch.access.noun, _EVERY_TYPE)


def _verdict(test: Test, references: Getters) -> Verdict:
    kinds = {_open(fetch) for fetch in fetches(test)}
    if len(kinds) > 1 and isinstance(test, Opposite):
        return partial(_opposite, _verdict(test.test, references))
    if len(kinds) > 1 and isinstance(test, Joined):
        parts = [_verdict(part, references) for part in test.tests]
        return partial(_JOINED[test.operator], parts)
    decide = build(test, partial(_getter, references)).matches
    if _EVERY_TYPE in kinds:
        return _undecided
    undecided = frozenset().union(*kinds)
    return partial(_decided, undecided, decide) if undecided else decide


def _getter(references: Getters, fetch: Fetch) -> "Union[Getter, str]":
    """How a header has the values of a field; a body's field is missing where it decides."""
    if fetch.of_reference:
        return references(fetch)
    attribute = _IN_HEADER.get(fetch.access.field.name)
    if attribute is None:
        return "()"
    if attribute in Header._fields:
        return _NUMBERS[attribute]
    pick: Callable[[Header], Any] = attrgetter(attribute)

    def get(header: bytes) -> "Sequence[Any]":
        value = pick(decode_header(header))
        return () if value is None else (value,)

    return get


def _number(offset: int, length: int) -> str:
    """The source of a bag with the number at a place in the header."""
    one, other = f"row[{offset}]", f"row[{offset + 1}]"
    return f"({one},)" if length == 1 else f"({one} << 8 | {other},)"


_NUMBERS = {attribute: _number(*place) for attribute, place in spans(Header).items()}


def _decided(
    undecided: "FrozenSet[int]", decide: "Callable[[bytes], bool]", header: bytes
) -> Optional[bool]:
    has_body = header[1] in undecided and header[4:6] != _EMPTY
    return None if has_body else decide(header)


def _undecided(header: bytes) -> None:
    """No header decides it."""


def _opposite(verdict: Verdict, header: bytes) -> Optional[bool]:
    answer = verdict(header)
    return None if answer is None else not answer


def _every(parts: "List[Verdict]", header: bytes) -> Optional[bool]:
    answers = [part(header) for part in parts]
    return False if False in answers else None if None in answers else True


def _some(parts: "List[Verdict]", header: bytes) -> Optional[bool]:
    answers = [part(header) for part in parts]
    return True if True in answers else None if None in answers else False


def _odd(parts: "List[Verdict]", header: bytes) -> Optional[bool]:
    answers = [part(header) for part in parts]
    return None if None in answers else odd(*map(bool, answers))


_JOINED = {"and": _every, "or": _some, "xor": _odd}
