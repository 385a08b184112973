"""The streams of one request come in content by content; what is settled of them goes out."""

from collections import deque
from typing import Deque, Dict, Tuple

from fcgidissect.fcgi.spec import RecordType
from fcgidissect.redact.answer import Answer
from fcgidissect.redact.params import Params
from fcgidissect.redact.rules import ASKED, Rules
from fcgidissect.redact.scanner import Scanner, Text
from fcgidissect.redact.stream import Stream

UNKNOWN = "contents whose beginning is not in the capture"
LONG = "fields longer than the limit"


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
