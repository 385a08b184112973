"""One request's streams come in content by content, without their secrets they go out."""

import re
from collections import deque
from typing import Deque, Dict, List, Optional, Tuple

from fcgidissect.fcgi.spec import RecordType
from fcgidissect.limits import Limits
from fcgidissect.redact.bodies import TORN, Blank, Scanner, Text, scanner
from fcgidissect.redact.stream import Stream
from fcgidissect.redact.values import Values, readable

UNKNOWN = "contents whose beginning is not in the capture"
ENCODED = "bodies in an encoding"
ASKED = "bodies, as asked"
LONG = "fields longer than the limit"
MALFORMED = "what is no name-value pair"
_MOST_HEADER = 1 << 16
"""Bytes of a header block; what goes on longer is none."""
_PLAIN = (b"", b"identity")
_FIELD = re.compile(rb"[A-Z][A-Za-z0-9-]{1,40}:[\x20-\x7e]{2}")


class Rules:
    """What is to be redacted.

    Args:
        bodies: all of every body.
    """

    def __init__(self, values: Values, bodies: bool, limits: Limits = Limits()) -> None:
        self.values = values
        self.bodies = bodies
        self.limits = limits
        self.waiting = 0
        """Bytes that wait in all channels for the end of their fields."""

    def blank(self, reason: str) -> Scanner:
        """What leaves nothing of a text."""
        return Blank(self.values, reason)

    def body(self, media: str, *encodings: bytes) -> Scanner:
        """The scanner of a body; what is packed cannot be searched."""
        if self.bodies:
            return self.blank(ASKED)
        if any(each.strip().lower() not in _PLAIN for each in encodings):
            return self.blank(ENCODED)
        return scanner(self.values, media)


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
            if not line.strip() or self._size > _MOST_HEADER:
                self._body = self._scanner()
        if self._body is None and self._size + len(self._held) > _MOST_HEADER:
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


_CODINGS = ("content-encoding", "transfer-encoding")


class Channel:
    """One stream of a request: each byte of it in its place.

    What waits for the end of its field is bounded; a longer one is blanked, and so is all
    that follows it.
    """

    def __init__(self, scanner: Scanner, rules: Rules) -> None:
        self.scanner = scanner
        self._rules = rules
        self._due: "Deque[Tuple[Stream, int, int]]" = deque()
        self._waiting = 0
        """Bytes that have come and are not settled."""

    def feed(self, stream: Stream, at: int, data: bytes) -> None:
        """Content that lies at a place of a TCP stream."""
        self._due.append((stream, at, len(data)))
        self._wait(len(data))
        self._put(self.scanner.feed(data))
        limits = self._rules.limits
        if (
            self._waiting > limits.field_bytes
            or self._rules.waiting > limits.request_bytes
        ):
            self.tear()
            self.scanner = self._rules.blank(LONG)

    def finish(self) -> None:
        """Nothing comes any more."""
        self._put(self.scanner.finish())
        self._let_go()

    def tear(self) -> None:
        """Bytes are missing here."""
        self._put(self.scanner.cut())
        self._let_go()
        self.scanner = self.scanner.torn()

    def _let_go(self) -> None:
        """What still waits stays blank."""
        self._due.clear()
        self._wait(-self._waiting)

    def _wait(self, count: int) -> None:
        self._waiting += count
        self._rules.waiting += count

    def _put(self, settled: bytes) -> None:
        done = 0
        while done < len(settled):
            stream, at, size = self._due.popleft()
            part = settled[done : done + size]
            stream.settle(at, part)
            done += len(part)
            if len(part) < size:
                self._due.appendleft((stream, at + len(part), size - len(part)))
        self._wait(-len(settled))


class Exchange:
    """One request and its answer: a channel for each stream that has been met."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._params = Params(rules)
        self._channels: Dict[int, Channel] = {}

    def channel(self, kind: int) -> Channel:
        """The channel of a stream."""
        found = self._channels.get(kind)
        if found is None:
            found = self._channels[kind] = Channel(self._scanner(kind), self._rules)
        return found

    def _scanner(self, kind: int) -> Scanner:
        if kind == RecordType.PARAMS:
            return self._params
        if kind == RecordType.STDOUT:
            return Answer(self._rules)
        if kind == RecordType.STDIN:
            return self._asked()
        if kind == RecordType.DATA and self._rules.bodies:
            return self._rules.blank(ASKED)
        return Text(self._rules.values)

    def _asked(self) -> Scanner:
        """The request's body, as its params tell it."""
        params = self._channels.get(RecordType.PARAMS)
        if params is None or params.scanner is not self._params:
            return self._rules.blank(UNKNOWN)
        known = self._params.known
        media = known.get("CONTENT_TYPE") or known.get("HTTP_CONTENT_TYPE", b"")
        coding = known.get("HTTP_CONTENT_ENCODING", b"")
        return self._rules.body(media.decode("latin-1"), coding)

    def end(self, *kinds: int) -> None:
        """No more of some streams will come."""
        for kind in kinds:
            if kind in self._channels:
                self._channels[kind].finish()

    def answered(self) -> None:
        """END_REQUEST has come: what comes behind it answers something else."""
        for kind in (RecordType.STDOUT, RecordType.STDERR):
            self.end(kind)
            self._channels[kind] = Channel(self._rules.blank(UNKNOWN), self._rules)

    def tear(self, *kinds: int) -> None:
        """Bytes of some streams, or others, are missing."""
        for kind in kinds:
            self.channel(kind).tear()
