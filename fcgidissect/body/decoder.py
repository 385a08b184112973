"""One body in pieces, as it was sent, comes in; its decoded pieces go out.

Rules:
- Codings are undone from the last to the first. Nothing is kept but what they need.
- What does not even begin as its coding says, and what is in a coding that nobody knows or
  can read here, goes out as it is.
- Behind damage, behind a gap in a coded body, and behind the limit, nothing more goes out.
"""

from typing import Iterator, List, Sequence, Tuple

from fcgidissect.body.chunked import Chunked
from fcgidissect.body.coding import Coding, Damaged
from fcgidissect.body.packed import FORMS, Packed
from fcgidissect.capture.compression import MissingPackage
from fcgidissect.limits import Limits

_AS_IT_IS = frozenset(("", "identity", "none"))
"""Not coded; "none" is no coding that there is, but scripts say it to be left alone."""

_MOST_CODINGS = 8
"""Codings of a body at once; nobody applies more than two."""
_BEGINNING = 1 << 16
"""Bytes within which a body shows that it is in its coding."""


class Decoder:
    """Undoes the codings of one body.

    Args:
        codings: names of content and transfer codings in the order in which they were
            applied, as the header fields list them.
        limits: `body_bytes` bounds what may be unpacked of fewer bytes.
    """

    def __init__(self, codings: "Sequence[str]", limits: Limits = Limits()) -> None:
        self.codings = tuple(each for each in codings if each not in _AS_IT_IS)
        """Those that change something."""
        self.sent = 0
        """Bytes so far as they were sent."""
        self.length = 0
        """Bytes that have gone out."""
        self.fault = ""
        """Why what went out is not the whole body, decoded; empty while it is."""
        self._begun = b""
        """What was sent while nothing came out; no more than `_BEGINNING` of it."""
        self._steps: "List[Tuple[str, Coding]]" = []
        try:
            self._steps = _steps(self.codings, limits)
        except (Damaged, MissingPackage) as error:
            self.fault = str(error)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes give; to be taken in full before the next call."""
        self.sent += len(data)
        if not self._steps:
            self.length += len(data)
            yield data
        elif not self.fault:
            yield from self._decode(data)

    def lose(self, count: int) -> None:
        """The next bytes are not in the capture."""
        self.sent += count
        self.fault = self.fault or f"{count} bytes of it are not in the capture"

    def finish(self, ended: bool) -> None:
        """No more will come.

        Args:
            ended: the sender said that this was all, and the capture has all of it.
        """
        if self.fault:
            return
        cut = [name for name, coding in self._steps if not coding.ended]
        if not ended:
            self.fault = "its end did not come"
        elif cut and self.sent:
            self.fault = f"the {cut[-1]} coding of it is cut short"

    def _decode(self, data: bytes) -> Iterator[bytes]:
        begins = not self.length and self.sent <= _BEGINNING
        self._begun = self._begun + data if begins else b""
        try:
            for piece in _through(self._steps, data):
                self.length += len(piece)
                yield piece
        except Damaged as error:
            self.fault = f"{' and '.join(self.codings)} cannot be undone: {error}"
            if self._begun and not self.length:
                self._steps = []
                self.length += len(self._begun)
                yield self._begun


def _steps(codings: "Sequence[str]", limits: Limits) -> "List[Tuple[str, Coding]]":
    """What undoes codings, in the order in which it is done."""
    if len(codings) > _MOST_CODINGS:
        raise Damaged(f"it is said to be in {len(codings)} codings")
    steps: "List[Tuple[str, Coding]]" = []
    for name in reversed(codings):
        if name != "chunked" and name not in FORMS:
            raise Damaged(f"nobody knows the coding {name}")
        packed = name != "chunked"
        coding = Packed(FORMS[name], limits.body_bytes) if packed else Chunked()
        steps.append((name, coding))
    return steps


def _through(steps: "List[Tuple[str, Coding]]", data: bytes) -> Iterator[bytes]:
    """The pieces that come out behind the last step."""
    if not steps:
        yield data
        return
    (_, coding), *others = steps
    for piece in coding.feed(data):
        yield from _through(others, piece)
