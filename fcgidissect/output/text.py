"""Entries come in, text for people goes out: a line, the tree, the bytes, as asked."""

from typing import List, Sequence, Union

from fcgidissect.entry import Entry
from fcgidissect.flight import Flight, entries_of
from fcgidissect.output import Settings, Writer
from fcgidissect.output.summary import Summary


def Text(settings: Settings) -> Writer:
    """The writer of `-T text`: lines alone, or paragraphs where more is asked for."""
    if settings.hexdump:
        return Paragraphs(settings)
    return _unadorned(settings)


def _unadorned(settings: Settings) -> Writer:
    """The tree or a line, without the bytes."""
    if settings.verbose:
        from fcgidissect.output.detail import Detail

        return Detail(settings)
    if not settings.columns:
        return Summary(settings)
    from fcgidissect.output.chosen import Chosen

    return Chosen(settings)


class Paragraphs(Writer):
    """The line or the tree of a row, its bytes, and an empty line behind them."""

    def __init__(self, settings: Settings) -> None:
        from fcgidissect.output.hexdump import of_frame, of_record

        self._unadorned = _unadorned(settings)
        self._end = b"\n\n" if settings.verbose else b"\n"
        """What ends its text of a row, and is nowhere within."""
        self._dump = of_record if settings.hexdump == 1 else of_frame
        self.flights = self._unadorned.flights
        self.apart, self.numbered = self._unadorned.apart, self._unadorned.numbered
        self.ends = self._unadorned.ends

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """A paragraph a record."""
        texts = self._unadorned.lines(rows)
        if not self.apart:
            return [self._with_dumps(b"".join(texts), rows)]
        return [self._with_dumps(text, [row]) for text, row in zip(texts, rows)]

    def _with_dumps(self, text: bytes, rows: "Sequence[Union[Entry, Flight]]") -> bytes:
        """The text of records, the bytes of each behind its own."""
        dump, end, pieces = self._dump, self._end, []
        texts = text.split(end)[:-1]
        for each, row in zip(texts, entries_of(rows), strict=True):
            pieces += [each, end, dump(row), b"\n"]
        return b"".join(pieces)
