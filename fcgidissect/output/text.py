"""Entries come in, text for people goes out: a line, the tree, the bytes, as asked."""

from typing import Sequence

from fcgidissect.entry import Entry
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

        self._row = _unadorned(settings)
        self._dump = of_record if settings.hexdump == 1 else of_frame

    def start(self) -> str:
        """Nothing stands before the first paragraph."""
        return ""

    def rows(self, rows: "Sequence[Entry]") -> str:
        """A paragraph a row."""
        row, dump = self._row.rows, self._dump
        return "".join([f"{row([each])}{dump(each)}\n" for each in rows])

    def finish(self) -> str:
        """Nothing stands behind the last paragraph."""
        return ""
