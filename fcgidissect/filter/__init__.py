"""Display filters: text -> a Python function that says of a row whether it passes.

Stages: `scan` (text to tokens), `parse` (tokens to an expression), `check` (names to
fields, literals to values), `build` (the source of one function, compiled). The tables are
`operators`, `functions` and `types`; `help` prints them.
"""

from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Mapping, Optional

from fcgidissect.errors import FilterError
from fcgidissect.fcgi.spec import Header
from fcgidissect.fields import fields_of
from fcgidissect.filter import plan
from fcgidissect.filter.build import Getter, build, row_getter
from fcgidissect.filter.check import check
from fcgidissect.filter.macros import expand
from fcgidissect.filter.parse import parse

__all__ = ["Filter", "FilterError", "compile_filter"]

_IN_HEADER = {field.name: attribute for attribute, field in fields_of(Header)}


@dataclass(eq=False)
class Filter:
    """A compiled display filter."""

    text: str
    """The expression, macros expanded."""
    matches: Callable[[Any], bool] = field(repr=False)
    """The verdict on a row."""
    fields: "frozenset[str]"
    """The names of the fields that it asks for."""
    needs: "frozenset[Optional[type]]"
    """The nouns that must be decoded for them; None stands for a protocol's bytes."""
    header_only: bool
    """The verdict depends on the record's header alone: `of_header` gives it."""
    of_header: Optional[Callable[[Header], bool]] = field(repr=False)
    """What a decoded header says: where it says no, no row with that header passes.

    None where the filter asks nothing of the header that every row must pass.
    """
    source: str = field(repr=False)
    """The Python source that `matches` was compiled from."""


def compile_filter(
    text: str,
    registry: Any,
    macros: "Optional[Mapping[str, str]]" = None,
    reference: Optional[Any] = None,
) -> Filter:
    """A display filter, ready to be asked.

    Args:
        text: the expression; an empty one passes every row.
        registry: what knows the fields, by `find` and `names`.
        macros: name -> text, for `${name}`.
        reference: the row that `${field}` is taken from; without it such a field is missing.

    Raises:
        FilterError: the expression is wrong; it says where and why.
    """
    text = expand(text, macros or {}, registry)
    test = check(parse(text), text, registry)
    accesses = [fetch.access for fetch in plan.fetches(test)]
    parts = list(_conjuncts(test))
    heads = [part for part in parts if _of_header(part)]
    built = build(test, row_getter(reference))
    return Filter(
        text,
        built.matches,
        frozenset(access.field.name for access in accesses),
        frozenset(access.noun for access in accesses),
        len(heads) == len(parts),
        (
            build(plan.Joined("and", tuple(heads)), _header_getter).matches
            if heads
            else None
        ),
        built.source,
    )


def _conjuncts(test: plan.Test) -> "Iterator[plan.Test]":
    """Tests that must all pass."""
    if isinstance(test, plan.Joined) and test.operator == "and":
        yield from test.tests
    else:
        yield test


def _of_header(test: plan.Test) -> bool:
    return all(
        fetch.plain and fetch.access.field.name in _IN_HEADER
        for fetch in plan.fetches(test)
    )


def _header_getter(fetch: plan.Fetch) -> Getter:
    attribute = _IN_HEADER[fetch.access.field.name]

    def get(header: Header) -> "tuple[Any, ...]":
        value = getattr(header, attribute)
        return () if value is None else (value,)

    return get
