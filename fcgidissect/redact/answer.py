"""STDOUT comes in content by content, without its secrets it goes out."""

import re
from typing import Dict, List, Optional

from fcgidissect.redact.rules import Rules
from fcgidissect.redact.scanner import TORN, Scanner
from fcgidissect.redact.values import readable

_MOST = 1 << 16
"""Bytes of a header block; what goes on longer is none."""
_FIELD = re.compile(rb"[A-Z][A-Za-z0-9-]{1,40}:[\x20-\x7e]{2}")
_CODINGS = ("content-encoding", "transfer-encoding")


class Answer:
    """STDOUT: a header block (RFC 3875, section 6.3), then a body.

    Args:
        doubtful: what comes first may not be its beginning; only a header field's is.
    """

    def __init__(self, rules: Rules, doubtful: bool = False) -> None:
        self._rules = rules
        self._doubtful = doubtful
        self._held = b""
        self._size = 0
        self._fields: Dict[str, bytes] = {}
        self._secret = False
        self._body: Optional[Scanner] = None

    def feed(self, data: bytes) -> bytes:
        """See `Scanner`."""
        if self._doubtful and not _FIELD.match(data):
            self._body = self._rules.blank(TORN)
        self._doubtful = False
        if self._body is not None:
            return self._body.feed(data)
        self._held += data
        parts: "List[bytes]" = []
        while self._body is None and b"\n" in self._held:
            line, newline, self._held = self._held.partition(b"\n")
            parts.append(self._line(line) + newline)
            self._size += len(line) + 1
            if not line.strip() or self._size > _MOST:
                self._body = self._scanner()
        if self._body is None and self._size + len(self._held) > _MOST:
            self._body = self._scanner()
        if self._body is not None:
            parts.append(self._body.feed(self._held))
            self._held = b""
        return b"".join(parts)

    def finish(self) -> bytes:
        """See `Scanner`."""
        if self._body is not None:
            return self._body.finish()
        return self._line(self._held)

    def cut(self) -> bytes:
        """See `Scanner`."""
        return self._body.cut() if self._body else self._line(self._held)

    def torn(self) -> Scanner:
        """See `Scanner`."""
        if self._body is not None:
            return self._body.torn()
        fresh = not self._size and not self._held
        return Answer(self._rules, True) if fresh else self._rules.blank(TORN)

    def _line(self, line: bytes) -> bytes:
        """A line of the header block; one that is folded belongs to the one before."""
        values = self._rules.values
        if line[:1] in b" \t" and line.strip():
            return values.secrets.overwrite(line) if self._secret else values.text(line)
        name, colon, value = line.partition(b":")
        if not colon:
            return values.text(line)
        field, bare = readable(name).strip().lower(), value.strip()
        self._fields[field] = bare
        if not bare:
            return line
        redacted = values.value(field, bare)
        self._secret = redacted != bare
        before = len(value) - len(value.lstrip())
        return name + colon + value[:before] + redacted + value[before + len(bare) :]

    def _scanner(self) -> Scanner:
        fields = self._fields
        media = fields.get("content-type", b"text/html").decode("latin-1")
        codings = [fields.get(each, b"") for each in _CODINGS]
        return self._rules.body(media or "text/html", *codings)
