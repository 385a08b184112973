"""Frames come in and lie in the copy, blank from where they may hold a secret.

What is settled of a stream later is written through the carriers that are made here.
"""

from typing import Optional, Tuple

from fcgidissect.limits import Limits
from fcgidissect.net.frame import Source
from fcgidissect.net.segment import Segment
from fcgidissect.net.step import Span
from fcgidissect.net.tcp import RST, SYN, wrapped
from fcgidissect.redact.anatomy import Anatomist, Anatomy
from fcgidissect.redact.carrier import Extent
from fcgidissect.redact.copy import Copy
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.stream import Stream


class Keeper:
    """Puts frames into a copy, one after the other: `segment`, `keep`, `carry`.

    Args:
        secrets: those that are taken out of comments.
    """

    def __init__(self, copy: Copy, secrets: Secrets, limits: Limits = Limits()) -> None:
        self._copy = copy
        self._secrets = secrets
        self._anatomist = Anatomist(limits)
        self._frame: Anatomy

    def segment(self, span: Span, link_type: int) -> Optional[Segment]:
        """The TCP segment that the next frame completes."""
        self._frame = self._anatomist.take_apart(span, link_type)
        return self._frame.segment

    def keep(
        self,
        span: Span,
        packet: "Tuple[int, int, int]",
        source: Source,
        comments: "Tuple[str, ...]",
        followed: bool,
    ) -> None:
        """Copy the frame.

        Args:
            packet: its time, the bytes that the capture has, those on the wire.
            followed: it may hold FastCGI.
        """
        frame, *datagrams = self._frame.buffers
        blank = followed or self._frame.waits or bool(datagrams)
        cut = frame.cut if blank else span.end
        data = span.data[span.start : cut] + bytes(span.end - cut)
        said = tuple(map(self._cleared, comments))
        place = self._copy.add(packet, data, source, said, followed)
        if not blank:
            return
        frame.carrier.extents.append(Extent(span.start, span.end, self._copy, place))
        frame.begin()
        for datagram in datagrams:
            end = datagram.cut if followed else len(datagram.data)
            datagram.carrier.write(0, datagram.data[:end])
            if followed:
                datagram.begin()
                for place in datagram.carrier.frames():
                    self._copy.claim(place)

    def _cleared(self, comment: str) -> str:
        data = comment.encode("utf-8", "surrogateescape")
        return self._secrets.clear(data).decode("utf-8", "surrogateescape")

    def carry(self, stream: Stream, segment: Segment) -> None:
        """Let the frame's payload be a piece of its stream; that of a RST is none."""
        if segment.start < segment.end and not segment.flags & RST:
            payload = segment.data[segment.start : segment.end]
            seq = wrapped(segment.seq + 1) if segment.flags & SYN else segment.seq
            carrier = self._frame.buffers[-1].carrier
            stream.carry(seq, payload, carrier, segment.start)
