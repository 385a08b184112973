"""Several entries at once: the records of one chunk that has a shape, not yet taken apart.

Who can tell all of them in one go takes them so; `entries_of` takes them apart for others.
"""

from typing import List, NamedTuple, Sequence, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.shape import Shape
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame

_new = tuple.__new__


class Flight(NamedTuple):
    """A question or an answer in one segment."""

    frame: Frame
    flow: Flow
    shape: Shape
    data: bytes
    """The buffer in which the records lie."""
    start: int
    """The offset of the first one."""
    request: "Union[Request, Plain, None]"
    """None where requests are not followed."""

    def entry(self, index: int) -> Entry:
        """One of its entries."""
        frame, flow, shape, data, start, request = self
        header, begin, end = shape.records[index]
        lies = (header, data, start + begin, start + end, (), (), (), None)
        position = index if shape.asks else index + Plain.ANSWER
        if request is None:
            position = 0
        return _new(Entry, (frame, flow, _new(Record, lies), request, position))

    def entries(self) -> "List[Entry]":
        """All of them."""
        return [self.entry(index) for index in range(len(self.shape.records))]


def entries_of(rows: "Sequence[Union[Entry, Flight]]") -> "List[Entry]":
    """Every entry by itself."""
    entries: "List[Entry]" = []
    for row in rows:
        if isinstance(row, Flight):
            entries += row.entries()
        else:
            entries.append(row)
    return entries
