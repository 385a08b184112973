"""What statistics come to: tables of typed columns, for a person or a program."""

from typing import NamedTuple, Optional, Sequence, Union

Cell = Union[None, int, float, str]
Row = Sequence[Cell]

COUNT, MEAN, TEXT = "count", "mean", "text"
SHARE = "share"
"""A share of 1."""
SECONDS, MOMENT = "seconds", "moment"
"""A duration, and a point in time since the first frame, both in nanoseconds."""


class Column(NamedTuple):
    """A column of a table."""

    key: str
    """Its name for programs."""
    title: str
    kind: str = COUNT


class Table(NamedTuple):
    """A table; its rows stand in the order in which they are to be read."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    remarks: Sequence[str] = ()
    """Sentences on what it shows."""
    bar: Optional[int] = None
    """The column that a terminal shows as bars, too."""
