"""Every bound on memory and work, each with its default and its reason."""

from collections import OrderedDict
from typing import Generic, NamedTuple, Optional, TypeVar

Holder = TypeVar("Holder")


class Limits(NamedTuple):
    """What a capture may make us hold, whatever it says.

    When a limit is reached the oldest state is let go, it is said once, and work goes on.
    """

    conversations: int = 1 << 18
    """TCP conversations remembered at once, FastCGI or not: `tcp.stream` counts on them."""
    connections: int = 1 << 14
    """Conversations that are followed at once, at least 1: more than pools of applications
    have. An idle one is let go, and followed again when it goes on."""
    closed_frames: int = 1 << 12
    """Frames of the capture for which closed ones are still followed, for what comes after
    the FIN or RST."""
    ended_connections: int = 1 << 12
    """Closed ones that are no longer followed and whose number is remembered:
    what is sent again later than that counts as another conversation."""
    stream_bytes: int = 8 << 20
    """Bytes held in one direction until a missing segment comes: a window of 4 MiB, and the
    frames that brought it."""
    total_bytes: int = 32 << 20
    """Bytes held in all directions together."""
    reach: int = 1 << 26
    """How far ahead of a stream a segment may lie (64 MiB); further away it is noise."""
    fragments: int = 1 << 10
    """IP datagrams that wait for fragments at once (each is at most 64 KiB)."""
    fragment_bytes: int = 4 << 20
    """Bytes of all fragments that wait; Linux keeps as much (net.ipv4.ipfrag_high_thresh)."""
    resynchronise_bytes: int = 1 << 18
    """Bytes held in one direction in search of a certain header: four of the longest records."""
    searched_bytes: int = 64 << 20
    """Bytes held in all directions in search of headers, and the frames that brought them."""
    requests: int = 1 << 16
    """Requests open at once on all connections."""
    request_bytes: int = 1 << 26
    """Bytes of PARAMS, header blocks and STDERR that are kept of all requests together,
    those that have just ended among them (64 MiB)."""
    params_bytes: int = 1 << 20
    """Bytes of a request's PARAMS that are kept; servers take at most 64 KiB."""
    header_bytes: int = 1 << 16
    """Bytes of a response's header block that are kept; servers take at most 64 KiB."""
    stderr_bytes: int = 1 << 16
    """Bytes of a request's STDERR that are kept."""
    body_bytes: int = 256 << 20
    """Bytes that a body is unpacked to; what unpacks to more is left there. A body that is
    not compressed is as long as it is."""
    row_values: int = 1 << 12
    """Distinct values of one field that the row of a request keeps of its records."""
    row_bytes: int = 1 << 20
    """Bytes of all those values."""
    held_rows: int = 1 << 12
    """Rows that wait for one that began before them: a few KiB each, mostly."""
    held_bytes: int = 16 << 20
    """Bytes of contents and values that those rows keep together."""
    held_packets: int = 8 << 20
    """Bytes of packets that `-w` holds back until it is known what brought a record."""
    whole_requests: int = 1 << 17
    """Requests that the first of two passes keeps for the second: some 2 KiB each."""
    groups: int = 1 << 10
    """Groups of a statistic, such as scripts; the rest are counted as one."""
    counted: int = 1 << 16
    """TCP conversations and endpoints that are counted apart: some 300 bytes each."""
    memo: int = 1 << 12
    """Entries of a memo of headers, pairs or texts before it is emptied."""
    secret_bytes: int = 32 << 20
    """Bytes of the secrets, in all forms, that redaction looks for."""
    field_bytes: int = 1 << 20
    """Bytes of a form field that redaction holds until it is whole."""
    redaction_bytes: int = 64 << 20
    """Bytes of the last segments that redaction may still write to: a retransmission later
    than that stays blank."""


class Budget(Generic[Holder]):
    """What several hold together; who has waited longest lets go first.

    Args:
        limit: bytes that all may hold.
    """

    def __init__(self, limit: int) -> None:
        self.used = 0
        """Bytes that all hold."""
        self.waiting: "OrderedDict[Holder, int]" = OrderedDict()
        """Who holds something, and how much; who began first stands first."""
        self.let_go = 0
        """How often someone had to let go."""
        self._limit = limit

    def hold(self, holder: Holder, size: int) -> None:
        """Someone holds so many bytes by now."""
        self.used += size - self.waiting.get(holder, 0)
        if size:
            self.waiting[holder] = size
        else:
            self.waiting.pop(holder, None)

    def overflowing(self) -> Optional[Holder]:
        """Who is to let go: who has held something longest, while all hold too much."""
        if self.used <= self._limit:
            return None
        self.let_go += 1
        return next(iter(self.waiting))
