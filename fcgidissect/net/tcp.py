"""The TCP header as a noun, and the arithmetic of its sequence numbers, which wrap.

No other module knows that a sequence number comes round again after 2^32 - 1.
"""

from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

from fcgidissect.fields import BOOLEAN, NONE, UINT8, UINT16, UINT32, Field, layout
from fcgidissect.net.step import Span, Step

if TYPE_CHECKING:
    from fcgidissect.net.flow import Flow

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
"""Control bits of a TCP header (RFC 9293, section 3.1)."""
END = FIN | RST
"""Those of the segments that end something."""
TURN = SYN | END
"""Those of the segments that begin or end something."""
RETRANSMISSION, OUT_OF_ORDER, LOST_SEGMENT = 1, 2, 4
"""What a segment seems to be in its stream, named as Wireshark's tcp.analysis fields."""
_SET = {1: "Set", 0: "Not set"}
"""Wireshark's names of a control bit's values."""
SPACE = 1 << 32
"""Sequence numbers are counted modulo this (RFC 9293, section 3.4)."""


def wrapped(position: int) -> int:
    """The sequence number of a position that was counted on without wrapping."""
    return position & (SPACE - 1)


def ahead(seq: int, of: int) -> int:
    """How far a sequence number lies ahead of another: -2^31 up to 2^31 - 1."""
    return ((seq - of + (SPACE >> 1)) & (SPACE - 1)) - (SPACE >> 1)


class Tcp(NamedTuple):
    """The fixed part of a TCP header (RFC 9293, section 3.1)."""

    srcport: Annotated[int, Field("tcp.srcport", UINT16, "Source Port")]
    dstport: Annotated[int, Field("tcp.dstport", UINT16, "Destination Port")]
    seq_raw: Annotated[int, Field("tcp.seq_raw", UINT32, "Sequence Number (raw)")]
    ack_raw: Annotated[int, Field("tcp.ack_raw", UINT32, "Acknowledgment number (raw)")]
    offset_and_flags: Annotated[int, UINT16]
    window_size_value: Annotated[int, Field("tcp.window_size_value", UINT16, "Window")]
    checksum: Annotated[int, UINT16]
    urgent_pointer: Annotated[int, UINT16]
    length: int
    """Bytes of the whole segment on the wire, which IP tells."""

    @property
    def port(
        self,
    ) -> Annotated[
        "tuple[int, int]",
        Field("tcp.port", UINT16, "Source or Destination Port", within="srcport"),
    ]:
        """Both ports: the filter asks whether either is meant."""
        return self.srcport, self.dstport

    @property
    def hdr_len(
        self,
    ) -> Annotated[
        int, Field("tcp.hdr_len", UINT8, "Header Length", within="offset_and_flags")
    ]:
        """Bytes of the header, its options with it."""
        return self.offset_and_flags >> 12 << 2

    @property
    def len(self) -> Annotated[int, Field("tcp.len", UINT32, "TCP Segment Len")]:
        """Bytes of payload on the wire."""
        return self.length - self.hdr_len

    @property
    def flags(
        self,
    ) -> Annotated[
        int, Field("tcp.flags", UINT16, "Flags", base=16, within="offset_and_flags")
    ]:
        """The twelve bits behind the header length."""
        return self.offset_and_flags & 0xFFF

    @property
    def syn(
        self,
    ) -> Annotated[
        bool, Field("tcp.flags.syn", BOOLEAN, "Syn", _SET, within="offset_and_flags")
    ]:
        """The direction opens; its sequence number is the initial one."""
        return bool(self.offset_and_flags & SYN)

    @property
    def fin(
        self,
    ) -> Annotated[
        bool, Field("tcp.flags.fin", BOOLEAN, "Fin", _SET, within="offset_and_flags")
    ]:
        """The direction ends behind this segment."""
        return bool(self.offset_and_flags & FIN)

    @property
    def reset(
        self,
    ) -> Annotated[
        bool,
        Field("tcp.flags.reset", BOOLEAN, "Reset", _SET, within="offset_and_flags"),
    ]:
        """The connection is torn down."""
        return bool(self.offset_and_flags & RST)

    @property
    def push(
        self,
    ) -> Annotated[
        bool, Field("tcp.flags.push", BOOLEAN, "Push", _SET, within="offset_and_flags")
    ]:
        """The receiver shall hand on what it has."""
        return bool(self.offset_and_flags & PSH)

    @property
    def acknowledges(
        self,
    ) -> Annotated[
        bool,
        Field(
            "tcp.flags.ack", BOOLEAN, "Acknowledgment", _SET, within="offset_and_flags"
        ),
    ]:
        """The acknowledgment number counts."""
        return bool(self.offset_and_flags & ACK)

    @property
    def urg(
        self,
    ) -> Annotated[
        bool, Field("tcp.flags.urg", BOOLEAN, "Urgent", _SET, within="offset_and_flags")
    ]:
        """The urgent pointer counts."""
        return bool(self.offset_and_flags & URG)


class TcpInStream(NamedTuple):
    """A TCP header in its conversation: what only the stream knows of it."""

    tcp: Tcp
    flow: "Flow"
    analysis: int = 0
    """RETRANSMISSION, OUT_OF_ORDER or LOST_SEGMENT; 0 for what comes as it should."""

    @property
    def stream(self) -> Annotated[int, Field("tcp.stream", UINT32, "Stream index")]:
        """The conversation's number, from 0, counted over all TCP of the capture."""
        return self.flow.number

    @property
    def seq(
        self,
    ) -> Annotated[int, Field("tcp.seq", UINT32, "Sequence Number")]:
        """Counted from the direction's SYN, or from one before its first byte."""
        return wrapped(self.tcp.seq_raw - (self.flow.base_seq or 0))

    @property
    def ack(
        self,
    ) -> Annotated[int, Field("tcp.ack", UINT32, "Acknowledgment Number")]:
        """Counted from the other direction's SYN."""
        if not self.tcp.acknowledges:
            return self.tcp.ack_raw
        return wrapped(self.tcp.ack_raw - (self.flow.peer.base_seq or 0))

    @property
    def retransmission(
        self,
    ) -> Annotated[
        Optional[str], Field("tcp.analysis.retransmission", NONE, "Retransmission")
    ]:
        """The frame brings some bytes again, or late what was missing."""
        if self.analysis & RETRANSMISSION:
            return "This frame is a (suspected) retransmission"
        return None

    @property
    def out_of_order(
        self,
    ) -> Annotated[
        Optional[str], Field("tcp.analysis.out_of_order", NONE, "Out-of-order segment")
    ]:
        """The frame brings what was missing, soon after what follows it."""
        if self.analysis & OUT_OF_ORDER:
            return "This frame is a (suspected) out-of-order segment"
        return None

    @property
    def lost_segment(
        self,
    ) -> Annotated[
        Optional[str], Field("tcp.analysis.lost_segment", NONE, "Lost segment")
    ]:
        """Bytes before the frame's have not come before it."""
        if self.analysis & LOST_SEGMENT:
            return "Previous segment(s) not captured"
        return None


_HEADER = layout(Tcp)


def read_tcp(span: Span) -> Optional[Step]:
    """A TCP header; None where its fixed part is not all there or says nonsense."""
    if span.captured < _HEADER.size:
        return None
    tcp = Tcp._make((*_HEADER.unpack_from(span.data, span.start), span.length))
    if not _HEADER.size <= tcp.hdr_len <= span.length:
        return None
    return Step(tcp, tcp.hdr_len, None, span.behind(tcp.hdr_len))
