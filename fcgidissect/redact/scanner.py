"""A text comes in piece by piece, without its secrets it goes out.

Rules:
- A scanner gives as many bytes as it gets, in order, some of them later; `finish` the rest.
- Behind a gap only a text without fields goes on (`torn`).
"""

from typing import Protocol

from fcgidissect.redact.values import Values

TORN = "contents behind a gap"


class Scanner(Protocol):
    """Bytes in, as many bytes out."""

    def feed(self, data: bytes) -> bytes:
        """The next bytes; those that are settled."""

    def finish(self) -> bytes:
        """Those that are left."""

    def cut(self) -> bytes:
        """As `finish`, before a gap: less where what is left may go on in it."""

    def torn(self) -> "Scanner":
        """Who goes on behind the gap."""


class Blank:
    """Nothing of a text is left.

    Args:
        reason: what is counted.
    """

    def __init__(self, values: Values, reason: str) -> None:
        self._blanked = values.secrets.blanked
        self._reason = reason

    def feed(self, data: bytes) -> bytes:
        """See `Scanner`."""
        self._blanked[self._reason] += len(data)
        return bytes(len(data))

    def finish(self) -> bytes:
        """See `Scanner`."""
        return b""

    def cut(self) -> bytes:
        """See `Scanner`."""
        return b""

    def torn(self) -> "Scanner":
        """See `Scanner`."""
        return self


class Text:
    """A text without names: known secrets alone are looked for."""

    def __init__(self, values: Values) -> None:
        self._secrets = values.secrets
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """See `Scanner`."""
        settled, self._held = self._secrets.search(self._held + data, last=False)
        return settled

    def finish(self) -> bytes:
        """See `Scanner`."""
        held, self._held = self._held, b""
        return self._secrets.clear(held)

    def cut(self) -> bytes:
        """See `Scanner`."""
        self._held = b""
        return b""

    def torn(self) -> "Scanner":
        """See `Scanner`."""
        return self


class Fields:
    """A text with named fields; what is left of it is searched as `Text` is.

    A class of a media type gives `_settle`: bytes from the beginning of `_held` are taken,
    as far as they are certain, and their redacted form is given.
    """

    def __init__(self, values: Values, media: str = "") -> None:
        self.values = values
        self._text = Text(values)
        self._held = b""

    def _settle(self, last: bool) -> bytes:
        raise NotImplementedError

    def feed(self, data: bytes) -> bytes:
        """See `Scanner`."""
        self._held += data
        return self._text.feed(self._settle(last=False))

    def finish(self) -> bytes:
        """See `Scanner`."""
        return self.cut() + self._text.finish()

    def cut(self) -> bytes:
        """See `Scanner`."""
        return self._text.feed(self._settle(last=True))

    def torn(self) -> "Scanner":
        """See `Scanner`."""
        return Blank(self.values, TORN)

    def _take(self, count: int) -> bytes:
        taken, self._held = self._held[:count], self._held[count:]
        return taken
