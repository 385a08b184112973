"""Rows of a capture through the real corridor, for tests."""

from typing import Any, Iterable, List, Sequence

from fcgidissect.capture import open_capture
from fcgidissect.dissect import Dissector
from fcgidissect.filter import compile_filter
from fcgidissect.limits import Limits
from fcgidissect.rows import fields_by, over_of, rows_by, watcher_of


def rows_of(
    path: str,
    ports: "Iterable[int]",
    by: str = "request",
    names: "Sequence[str]" = (),
    as_they_end: bool = False,
    limits: Limits = Limits(),
    flights: bool = False,
) -> "List[Any]":
    """All rows of a kind, in the order in which they come.

    Args:
        flights: the stage is given whole questions and answers.
    """
    stage = rows_by(by, names, as_they_end, limits)
    dissector = Dissector(
        frozenset(ports),
        limits,
        over=over_of([stage]),
        watcher=watcher_of([stage]),
        flights=flights,
    )
    rows: "List[Any]" = []
    with open_capture(path) as batches:
        for batch in batches:
            rows += stage.feed(dissector.feed(batch))
    rows += stage.feed(dissector.finish())
    return [*rows, *stage.finish()]


def passing(
    path: str, ports: "Iterable[int]", expression: str, by: str = "request"
) -> "List[Any]":
    """The rows that a display filter passes."""
    verdict = compile_filter(expression, fields_by(by))
    rows = rows_of(path, ports, by, sorted(verdict.fields))
    return [row for row in rows if verdict.matches(row)]
