"""PARAMS come in content by content, with their values redacted they go out."""

from typing import Dict, Optional, Tuple

from fcgidissect.redact.rules import Rules
from fcgidissect.redact.scanner import TORN, Scanner

MALFORMED = "what is no name-value pair"


class Params:
    """PARAMS (section 3.4): the value of each pair, by its name."""

    def __init__(self, rules: Rules) -> None:
        self.known: Dict[str, bytes] = {}
        """Those that tell how the bodies are written."""
        self._rules = rules
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """See `Scanner`."""
        self._held += data
        parts, at = [], 0
        while (place := _value(self._held, at)) is not None:
            start, value, at_end = place
            name = self._held[start:value]
            parts.append(self._held[at:value])
            parts.append(self._pair(name, self._held[value:at_end]))
            at = at_end
        self._held = self._held[at:]
        return b"".join(parts)

    def _pair(self, name: bytes, value: bytes) -> bytes:
        text = name.decode("utf-8", "replace")
        if text in ("CONTENT_TYPE", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_ENCODING"):
            self.known[text] = value
        return self._rules.values.value(text, value)

    def finish(self) -> bytes:
        """See `Scanner`."""
        held, self._held = self._held, b""
        return self._rules.blank(MALFORMED).feed(held)

    def cut(self) -> bytes:
        """See `Scanner`."""
        self._held = b""
        return b""

    def torn(self) -> Scanner:
        """See `Scanner`."""
        return self._rules.blank(TORN)


def _value(held: bytes, at: int) -> "Optional[Tuple[int, int, int]]":
    """Where the pair at an offset has its name, its value and its end, if it is whole."""
    lengths = []
    for _ in range(2):
        if at >= len(held):
            return None
        size = 4 if held[at] & 0x80 else 1
        lengths.append(int.from_bytes(held[at : at + size], "big") & 0x7FFFFFFF)
        at += size
    end = at + lengths[0] + lengths[1]
    return (at, at + lengths[0], end) if end <= len(held) else None
