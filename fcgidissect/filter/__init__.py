"""Display filters: text -> a Python function that says of a row whether it passes.

Stages: `scan` (text to tokens), `parse` (tokens to an expression), `check` (names to
fields, literals to values), `build` (the source of one function, compiled), `heads` (the
same for a record's header alone). The tables are `operators`, `functions`, `types` and
`habits` (what is no operator); `help` prints them.
"""

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional

from fcgidissect.errors import FilterError
from fcgidissect.filter import plan
from fcgidissect.filter.build import build, row_getter
from fcgidissect.filter.check import check
from fcgidissect.filter.heads import header_verdict
from fcgidissect.filter.macros import expand
from fcgidissect.filter.parse import parse

__all__ = ["Filter", "FilterError", "compile_filter"]


@dataclass(eq=False)
class Filter:
    """A compiled display filter."""

    text: str
    """The expression, macros expanded."""
    matches: Callable[[Any], bool] = field(repr=False)
    """The verdict on a row."""
    fields: "frozenset[str]"
    """The names of the fields that it asks for."""
    header_verdict: "Optional[Callable[[bytes], Optional[bool]]]" = field(repr=False)
    """What the eight bytes of a record's header already decide.

    True or False is the verdict on every record with that header, None means that `matches`
    must be asked. It may be remembered by the header. Missing where no header decides.
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
    getter = row_getter(reference)
    built = build(test, getter)
    return Filter(
        text,
        built.matches,
        frozenset(fetch.access.field.name for fetch in plan.fetches(test)),
        header_verdict(test, getter),
        built.source,
    )
