"""Several entries at once: the records of one chunk that has a shape, not yet taken apart.

Who can tell all of them, or some, in one go takes them so; `entries_of` takes them apart for
others.
"""

from typing import Any, List, NamedTuple, Sequence, Tuple, Union

from fcgidissect.entry import Entry
from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.record import Record
from fcgidissect.fcgi.request import Answer, Question, Request
from fcgidissect.fcgi.shape import Place, Shape
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, Stretch

_new = tuple.__new__


class Flight(NamedTuple):
    """A question or an answer: the records that end in one segment."""

    stretch: Stretch
    """The packets among which that segment came."""
    place: int
    """Its place there."""
    flow: Flow
    data: bytes
    """The buffer in which the records lie."""
    start: int
    """The offset of the first one."""
    shape: Shape
    request: "Union[Request, Brief, None]"
    """None where requests are not followed."""
    said: "Union[Question, Answer, None]"
    """What the records say of it."""

    @property
    def number(self) -> int:
        """That of its frame."""
        return self.stretch.number + self.place

    @property
    def time(self) -> int:
        """When that came, in nanoseconds since the epoch."""
        time: int = self.stretch.packets[self.place][0]
        return time

    @property
    def size(self) -> int:
        """Bytes of its records."""
        return self.shape.size(self.data, self.start)

    @property
    def brought_by(self) -> "Tuple[int, ...]":
        """The frames of its first record, where it came in several."""
        return self.stretch.brought_by

    @property
    def frame(self) -> Frame:
        """The frame that brought it, made anew each time."""
        return self.stretch.frame(self.place)

    def entry(self, index: int, framed: bool = True) -> Entry:
        """One of its entries.

        Args:
            framed: without it the entry has no frame, for who asks it nothing of that.
        """
        place = self.shape.place(self.data, self.start, index)
        frame: Any = self.frame if framed else None
        return self._entry(frame, self._first, index, place)

    def entries(self) -> "List[Entry]":
        """All of them."""
        frame, first = self.frame, self._first
        places = self.shape.places(self.data, self.start)
        return [self._entry(frame, first, *each) for each in enumerate(places)]

    def _entry(self, frame: Frame, first: int, index: int, place: Place) -> Entry:
        header, begin, end = place
        data, brought_by = self.data, () if index else self.brought_by
        if index and self.stretch.behind:
            data, moved = self.stretch.behind
            begin, end = begin + moved, end + moved
        record = _new(Record, (header, data, begin, end, brought_by, (), (), None))
        request: Any = self.request
        position = 0 if request is None else first + index
        return _new(Entry, (frame, self.flow, record, request, position))

    @property
    def _first(self) -> int:
        """The position of its first record."""
        request = self.request
        if self.shape.asks or request is None:
            return 0
        answer: Any = self.said
        return request.header_position - bool(answer.stderr)

    @property
    def varying(self) -> bytes:
        """The headers of which its shape does not tell the length, one behind the other."""
        return self.shape.varying(self.data, self.start)


class Part(NamedTuple):
    """Some records of a flight: those that pass a filter."""

    flight: Flight
    indices: "Tuple[int, ...]"
    """Which ones, in order."""

    def entries(self) -> "List[Entry]":
        """Their entries."""
        return [self.flight.entry(index) for index in self.indices]


def entries_of(rows: "Sequence[Union[Entry, Flight, Part]]") -> "List[Entry]":
    """Every entry by itself."""
    entries: "List[Entry]" = []
    for row in rows:
        if isinstance(row, (Flight, Part)):
            entries += row.entries()
        else:
            entries.append(row)
    return entries


class Late(NamedTuple):
    """Entries and flights of a batch that ended in earlier frames than they came with."""

    start: int
    """The place of the first one in what the batch gave."""
    end: int
    """The place behind the last one."""
    number: int
    """The frame with which they came."""


def number_of(row: Any) -> int:
    """The frame in which an entry, or the entries of a flight, ended."""
    number: int = row.number if type(row) is Flight else row[0][0]
    return number


def time_of(row: "Union[Entry, Flight]") -> int:
    """When that frame came, in nanoseconds since the epoch."""
    return row.time if isinstance(row, Flight) else row.frame.time_epoch


def numbers_of(rows: "Sequence[Union[Entry, Flight, Part]]") -> "List[int]":
    """The same of each, without a call for each."""
    numbers: "List[int]" = []
    row: Any
    for row in rows:
        if type(row) is Part:
            row = row[0]
        numbers.append(row[0].number + row[1] if type(row) is Flight else row[0][0])
    return numbers


def begun(
    rows: "Sequence[Union[Entry, Flight]]", late: "Sequence[Late]"
) -> "List[Tuple[Any, int]]":
    """The rows with which a request begins, and the frame with which each came."""
    came = numbers_of(rows)
    for start, end, number in late:
        came[start:end] = [number] * (end - start)
    return [each for each in zip(rows, came) if _begins(each[0])]


def _begins(row: Any) -> bool:
    if row.request is None:
        return False
    return row.shape.asks if type(row) is Flight else row.position == 0
