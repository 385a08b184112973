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

    def lines(self, rows: "Sequence[Union[Entry, Flight]]") -> "List[bytes]":
        """A paragraph a row."""
        texts = b"".join(self._unadorned.lines(rows)).split(self._end)[:-1]
        dump, pieces = self._dump, []
        for text, row in zip(texts, entries_of(rows), strict=True):
            pieces += [text, self._end, dump(row), b"\n"]
        return pieces
