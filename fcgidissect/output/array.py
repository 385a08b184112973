"""Objects come in, each in a piece of its own; in one JSON array they go out."""

from typing import List

from fcgidissect.output import Writer

_OPENING, _BETWEEN = b"[\n", b",\n"


class InArray(Writer):
    """Makes one array of the objects of a writer that has them end in `behind`."""

    behind = _BETWEEN.decode()
    _between = _OPENING
    """What stands before the next object."""

    def together(self, lines: "List[bytes]") -> "List[bytes]":
        """See `Writer`; what stands between two batches comes with the later one."""
        if not lines:
            return lines
        between, self._between = self._between, _BETWEEN
        return [between, *lines[:-1], lines[-1][: -len(_BETWEEN)]]

    def finish(self) -> str:
        """The array's end."""
        return "[]\n" if self._between == _OPENING else "\n]\n"
