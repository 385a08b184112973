"""The lines of both halves in, one after the other they go out, in columns of one width."""

from typing import List, Tuple

from fcgidissect.halves.half import Lines
from fcgidissect.in_order import InOrder
from fcgidissect.limits import Limits
from fcgidissect.text import ARROW


class Records:
    """Lines of both halves in, those of records in the order of their frames out."""

    def __init__(self) -> None:
        self.width = 0
        """Of columns: they grow with what they hold, line by line."""

    def merged(self, first: Lines, second: Lines) -> "List[bytes]":
        """The lines of both, in one width."""
        places = first.places + second.places
        # Both rise, one behind the other: of such a sequence Python finds the order in one go.
        order = sorted(range(len(places)), key=places.__getitem__)
        texts, widths = first.texts + second.texts, first.widths + second.widths
        return self.wide([texts[i] for i in order], [widths[i] for i in order])

    def wide(self, texts: "List[bytes]", widths: "List[int]") -> "List[bytes]":
        """Lines, each in the width of the widest so far."""
        if widths.count(self.width) != len(widths):
            for at, width in enumerate(widths):
                if width < self.width:
                    texts[at] = _widened(bytes(texts[at]), self.width - width)
                self.width = max(self.width, width)
        return texts


class Requests(Records):
    """The same of requests, in the order in which they began."""

    def __init__(self, limits: Limits = Limits()) -> None:
        super().__init__()
        held = limits.held_rows, limits.held_bytes
        self._held: "InOrder[Tuple[bytes, int]]" = InOrder(*held)

    def merged(self, first: Lines, second: Lines) -> "List[bytes]":
        """The lines of both for which nothing older is to be waited for."""
        for texts, places, widths, _ in (first, second):
            self._held.put(zip(places, map(len, texts), zip(texts, widths)))
        due = self._held.due(min(first.oldest, second.oldest))
        return self.wide([text for text, _ in due], [width for _, width in due])


def _widened(text: bytes, by: int) -> bytes:
    """A row's lines with wider columns of ends."""
    lines, blanks = [], b" " * by
    for line in text.split(b"\n")[:-1]:
        source, arrow, rest = line.partition(ARROW.encode())
        if not arrow:  # a line of a hex dump
            lines.append(line)
            continue
        at, end = source.rindex(b" ") + 1, rest.index(b" ")
        wide = source[:at], blanks, source[at:], arrow, rest[:end], blanks, rest[end:]
        lines.append(b"".join(wide))
    return b"\n".join([*lines, b""])
