"""Entries come in, text for people goes out: a line, the tree, the bytes, as asked."""

from typing import Any, List, Sequence, Union

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


class Paragraphs:
    """The line or the tree of a row, its bytes, and an empty line behind them."""

    def __init__(self, settings: Settings) -> None:
        from fcgidissect.output.hexdump import of_frame, of_record

        self._unadorned = _unadorned(settings)
        self._end = b"\n\n" if settings.verbose else b"\n"
        """What ends its text of a row, and is nowhere within."""
        self._dump = of_record if settings.hexdump == 1 else of_frame
        self.flights: bool = getattr(self._unadorned, "flights", False)

    def start(self) -> str:
        """Nothing stands before the first paragraph."""
        return ""

    def rows(self, rows: "Sequence[Union[Entry, Flight]]") -> str:
        """A paragraph a row."""
        return self.encoded(rows).decode()

    def encoded(self, rows: "Sequence[Union[Entry, Flight]]") -> bytes:
        """The same in UTF-8."""
        inner: Any = self._unadorned
        if hasattr(inner, "encoded"):
            told: bytes = inner.encoded(rows)
        else:
            told = inner.rows(rows).encode()
        dump, end = self._dump, self._end
        pieces: "List[bytes]" = []
        for text, row in zip(told.split(end)[:-1], entries_of(rows), strict=True):
            pieces += text, end, dump(row), b"\n"
        return b"".join(pieces)

    def finish(self) -> str:
        """Nothing stands behind the last paragraph."""
        return ""
