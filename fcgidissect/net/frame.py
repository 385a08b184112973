"""A frame as the capture holds it, and the batch of packets in which frames come."""

from typing import Annotated, Mapping, NamedTuple, Optional

from fcgidissect.fields import (
    ABSOLUTE_TIME,
    RELATIVE_TIME,
    STRING,
    UINT32,
    Field,
)
from fcgidissect.net.step import Span

_new = tuple.__new__
_HEADERS = 128
"""Bytes of a frame that hold its headers, tunnels left aside."""


class Source(NamedTuple):
    """Where frames come from: one interface of one section of one capture file."""

    link_type: int
    """LINKTYPE_ number of the capture format, https://www.tcpdump.org/linktypes.html."""
    digits: int = 6
    """Decimal digits of its time stamps."""
    interface_name: Optional[str] = None
    file: str = ""


class Batch(NamedTuple):
    """Packets of one source that lie in one buffer, in the order of the capture.

    A packet is (time, start, cap_len, len): nanoseconds since the epoch, the offset of its
    first byte in `data`, the bytes that are there, the bytes that there were on the wire.
    """

    data: bytes
    packets: "list[tuple[int, int, int, int]]"
    source: Source
    comments: "Mapping[int, tuple[str, ...]]" = {}
    """Index in `packets` -> its comments."""


class Frame(NamedTuple):
    """One packet of the capture and its place there."""

    number: Annotated[int, Field("frame.number", UINT32, "Frame Number")]
    """From 1, over all captures that are read as one."""
    time_epoch: Annotated[int, Field("frame.time_epoch", RELATIVE_TIME, "Epoch Time")]
    """Nanoseconds since 1970-01-01 00:00 UTC."""
    time_relative: Annotated[
        int,
        Field(
            "frame.time_relative", RELATIVE_TIME, "Time since reference or first frame"
        ),
    ]
    """Nanoseconds since the first frame."""
    time_delta: Annotated[
        int,
        Field(
            "frame.time_delta",
            RELATIVE_TIME,
            "Time delta from previous captured frame",
        ),
    ]
    """Nanoseconds since the frame before."""
    cap_len: Annotated[
        int,
        Field("frame.cap_len", UINT32, "Frame length stored into the capture file"),
    ]
    len: Annotated[int, Field("frame.len", UINT32, "Frame length on the wire")]
    data: bytes
    """The buffer that holds its bytes."""
    start: int
    """The offset of its first byte in `data`."""
    source: Source
    comments: "tuple[str, ...]" = ()
    analysis: int = 0
    """What its TCP segment is in its stream: `TcpInStream.analysis`."""
    datagram: Optional[Span] = None
    """What the IP datagram carries that is whole with this frame, its last fragment."""

    @property
    def time(
        self,
    ) -> Annotated[int, Field("frame.time", ABSOLUTE_TIME, "Arrival Time")]:
        """The same as `time_epoch`, for the eye a date."""
        return self.time_epoch

    @property
    def comment(
        self,
    ) -> Annotated["tuple[str, ...]", Field("frame.comment", STRING, "Comment")]:
        """Comments that someone gave the packet in its pcapng file."""
        return self.comments

    @property
    def interface_name(
        self,
    ) -> Annotated[
        Optional[str], Field("frame.interface_name", STRING, "Interface name")
    ]:
        """The interface on which it was captured, where the file says so."""
        return self.source.interface_name

    @property
    def bytes(self) -> "bytes":
        """Its captured bytes."""
        return self.data[self.start : self.start + self.cap_len]

    @property
    def alone(self) -> "Frame":
        """The frame without the others of its batch, for who keeps it longer than that."""
        return _new(Frame, (*self[:6], self.bytes, 0, *self[8:]))

    def kept(self, analysis: int) -> "Frame":
        """The same, told what its segment is."""
        return _new(Frame, (*self[:6], self.bytes, 0, *self[8:10], analysis, self[11]))

    @property
    def headers(self) -> "Frame":
        """Its first bytes alone, for who keeps it and asks for no more."""
        start, length = self.start, min(self.cap_len, _HEADERS)
        first = self.data[start : start + length], 0
        return _new(Frame, self[:6] + first + self[8:])


class Stretch:
    """The packets of a batch in their place in the capture, of which each can be a frame.

    Args:
        number: that of its first frame.
        first_time: when the first frame of the capture came, in nanoseconds since the epoch.
        time_before: when the frame before its first one came.
    """

    __slots__ = ("batch", "packets", "digits", "number", "first_time", "time_before")

    brought_by: "tuple[int, ...]" = ()
    """The frames of a record that took several."""
    behind: "Optional[tuple[bytes, int]]" = None
    """The buffer of what came behind that record, where it is another one, and what to add
    to an offset in what was put together."""

    def __init__(
        self, batch: Batch, number: int, first_time: int, time_before: int
    ) -> None:
        self.batch = batch
        self.packets = batch.packets
        self.digits = batch.source.digits
        """Decimal digits of their time stamps."""
        self.number = number
        self.first_time = first_time
        self.time_before = time_before

    def frame(self, index: int, headers: bool = False) -> Frame:
        """The frame of one of its packets.

        Args:
            headers: see `Frame.headers`.
        """
        data, packets, source, comments = self.batch
        time, start, cap_len, length = packets[index]
        before = packets[index - 1][0] if index else self.time_before
        if headers:
            data, start = data[start : start + min(cap_len, _HEADERS)], 0
        return _new(
            Frame,
            (
                self.number + index,
                time,
                time - self.first_time,
                time - before,
                cap_len,
                length,
                data,
                start,
                source,
                comments.get(index, ()) if comments else (),
                0,
                None,
            ),
        )


class OneFrame(Stretch):
    """The stretch of a frame that is there already, and may differ from its packet.

    Args:
        brought_by: the numbers of the frames of what began before this one.
        behind: see `Stretch.behind`.
    """

    __slots__ = ("_frame", "brought_by", "behind")

    def __init__(
        self,
        frame: Frame,
        brought_by: "tuple[int, ...]" = (),
        behind: "Optional[tuple[bytes, int]]" = None,
    ) -> None:
        packet = frame.time_epoch, frame.start, frame.cap_len, frame.len
        super().__init__(
            Batch(frame.data, [packet], frame.source),
            frame.number,
            frame.time_epoch - frame.time_relative,
            frame.time_epoch - frame.time_delta,
        )
        self._frame = frame
        self.brought_by = brought_by
        self.behind = behind

    def frame(self, index: int, headers: bool = False) -> Frame:
        """That frame."""
        return self._frame.headers if headers else self._frame
