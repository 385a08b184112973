"""Several entries at once: the records of one chunk that has a shape, not yet taken apart.

Who can tell all of them in one go takes them so; `entries_of` takes them apart for others.
"""

from typing import List, NamedTuple, Sequence, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.plain import Plain
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.shape import Place, Shape
from fcgidissect.fcgi.spec import HEADER_LENGTH
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
        return self._entry(index, self.shape.places(self.data, self.start)[index])

    def entries(self) -> "List[Entry]":
        """All of them."""
        places = self.shape.places(self.data, self.start)
        return [self._entry(index, place) for index, place in enumerate(places)]

    def _entry(self, index: int, place: Place) -> Entry:
        frame, flow, shape, data, _, request = self
        header, begin, end = place
        record = _new(Record, (header, data, begin, end, (), (), (), None))
        position = index if shape.asks else Plain.ANSWER + index
        at = 0 if request is None else position
        return _new(Entry, (frame, flow, record, request, at))

    @property
    def header(self) -> bytes:
        """That of the record of which its shape does not tell the length."""
        at = self.start + self.shape.at
        return self.data[at : at + HEADER_LENGTH]


def entries_of(rows: "Sequence[Union[Entry, Flight]]") -> "List[Entry]":
    """Every entry by itself."""
    entries: "List[Entry]" = []
    for row in rows:
        if isinstance(row, Flight):
            entries += row.entries()
        else:
            entries.append(row)
    return entries
