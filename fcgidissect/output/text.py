"""Entries come in, text for people goes out: a line, the tree, the bytes, as asked."""

from typing import Callable, List, Sequence

from fcgidissect.entry import Entry
from fcgidissect.output import Settings, Writer
from fcgidissect.output.summary import Summary

Part = Callable[[Entry], str]


def Text(settings: Settings) -> Writer:
    """The writer of `-T text`: lines alone, or paragraphs where more is asked for."""
    if settings.verbose or settings.hexdump:
        return Paragraphs(settings)
    return _lines(settings)


def _lines(settings: Settings) -> Writer:
    if not settings.columns:
        return Summary(settings)
    from fcgidissect.output.chosen import Chosen

    return Chosen(settings)


class Paragraphs:
    """Several lines a row, and an empty one behind them."""

    def __init__(self, settings: Settings) -> None:
        self._parts: List[Part] = []
        if settings.verbose:
            from fcgidissect.output.detail import Detail

            self._parts.append(Detail(settings.only, settings.styles).text)
        else:
            lines = _lines(settings)
            self._parts.append(lambda row: lines.rows([row]))
        if settings.hexdump:
            from fcgidissect.output.hexdump import of_frame, of_record

            dump = of_record if settings.hexdump == 1 else of_frame
            self._parts.append(lambda row: "\n" * settings.verbose + dump(row))

    def start(self) -> str:
        """Nothing stands before the first paragraph."""
        return ""

    def rows(self, rows: "Sequence[Entry]") -> str:
        """A paragraph a row."""
        return "".join(
            ["".join([part(row) for part in self._parts]) + "\n" for row in rows]
        )

    def finish(self) -> str:
        """Nothing stands behind the last paragraph."""
        return ""
