"""A frame and its flow come in, the lines of the protocols above FastCGI go out.

Nearly all frames are TCP over IPv4 without options over Ethernet. They differ in a few values,
which one struct reads and one template takes; it is made of the tree of the first of its like.
The tree is the reference for it, and the way for all other frames.
"""

import re
from operator import itemgetter
from struct import Struct
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple

from fcgidissect.entry import Entry
from fcgidissect.fcgi.record import Record
from fcgidissect.limits import Limits
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, Source
from fcgidissect.net.ip import Ipv4
from fcgidissect.net.link import Ethernet
from fcgidissect.net.tcp import Tcp
from fcgidissect.net.usual import PART
from fcgidissect.output.node_lines import of_section
from fcgidissect.output.styles import Styles
from fcgidissect.text import BILLION, date
from fcgidissect.tree import FRAME, IN_STREAM, IP, TCP, Node, Only, above

_HEADERS = Struct(">15sxHHHH2x12sIIHH")
"""Ethernet and the version and length of IPv4 as one; the rest of that, with time to live and
protocol as one, then addresses and ports; TCP up to its window."""
_NETWORK, _IP = 14, 20
"""Bytes of the header of Ethernet and of IPv4."""
_LEAST = 54
"""With the fixed part of TCP's."""
_PLAIN = [Ethernet, Ipv4, Tcp]
_NO_RECORD = Record(b"", b"", 0, 0)


_Ends = Tuple[bytes, bytes, int, int]


class _Values(NamedTuple):
    """What varies, in the order in which it is read."""

    number: int
    len: int
    bits: int
    cap_len: int
    cap_bits: int
    epoch: bytes
    day: bytes
    zone: bytes
    fraction: bytes
    since_first: int
    first_fraction: int
    since_last: int
    last_fraction: int
    src: bytes
    dst: bytes
    srcport: int
    dstport: int
    total: int
    id: int
    seq_raw: int
    ack_raw: int
    window: int
    length: int
    stream: int
    seq: int
    ack: int


_FORMS = {
    "frame": FRAME,
    "frame.number": "%(number)d",
    "frame.time_epoch": "%(epoch)s.%(fraction)s seconds",
    "frame.time_relative": "%(since_first)d.%(first_fraction)09d seconds",
    "frame.time_delta": "%(since_last)d.%(last_fraction)09d seconds",
    "frame.cap_len": "%(cap_len)d",
    "frame.len": "%(len)d",
    "frame.time": "%(day)s.%(fraction)s %(zone)s",
    "ip": IP,
    "ip.len": "%(total)d",
    "ip.id": "0x%(id)04x",
    "ip.src": "%(src)s",
    "ip.dst": "%(dst)s",
    "tcp": TCP + IN_STREAM,
    "tcp.srcport": "%(srcport)d",
    "tcp.dstport": "%(dstport)d",
    "tcp.seq_raw": "%(seq_raw)d",
    "tcp.ack_raw": "%(ack_raw)d",
    "tcp.window_size_value": "%(window)d",
    "tcp.len": "%(length)d",
    "tcp.stream": "%(stream)d",
    "tcp.seq": "%(seq)d",
    "tcp.ack": "%(ack)d",
}
"""Field -> how its value is told; the rest is the same in all frames of a template."""
_PLACE = re.compile(r"%(?:%|\((\w+)\))")


class _Template(NamedTuple):
    """The lines of like frames."""

    text: bytes
    """With positional places."""
    pick: "Callable[[Tuple[Any, ...]], Tuple[Any, ...]]"
    """`_Values` -> those for its places, in their order."""
    headers: int
    """Bytes of the headers of IP and TCP."""


class FrameLines:
    """The lines of frames.

    Args:
        only: protocols whose fields are wanted; None for all.
        styles: for the protocols' lines.
    """

    def __init__(self, only: Only, styles: Styles) -> None:
        self._only = only
        self._styles = styles
        self._escaped = Styles(*[_escaped(each) for each in styles])
        self._source: Optional[Source] = None
        self._templates: "Dict[Tuple[Any, ...], Optional[_Template]]" = {}
        """What does not vary -> the template; None where a frame is not as nearly all are."""
        self._second = -1
        self._dated = b"", b"", b""
        self._ends: "Memo[bytes, _Ends]" = Memo()
        """A flow's key -> its addresses and ports."""

    def of(self, frame: Frame, flow: Flow) -> bytes:
        """Those of a frame."""
        # fmt: off
        (
            number, time, relative, delta, cap_len, length, data, start, source,
            comments, analysis, datagram,
        ) = frame
        # fmt: on
        # 1. What is to be told beside the headers, or hard to tell?
        if (
            comments
            or analysis
            or datagram
            or cap_len < _LEAST
            or time | relative | delta < 0
        ):
            return self._by_tree(frame, flow)
        # 2. The headers; what they have in common with others in one template.
        # fmt: off
        (
            beginning, total, identification, part, hops,
            ends, seq, ack, bits, window,
        ) = _HEADERS.unpack_from(data, start)
        # fmt: on
        if source is not self._source:
            self._source = source
            self._templates.clear()
        key = beginning, hops, bits
        try:
            template = self._templates[key]
        except KeyError:
            template = self._remember(key, frame, flow)
        # 3. All in one piece, with no other lengths than those that it tells?
        if (
            template is None
            or ends != flow.key
            or part & PART
            or not template[2] <= total <= length - _NETWORK
        ):
            return self._by_tree(frame, flow)
        text, pick, headers = template
        who = self._ends.get(ends) or self._who(flow)
        second, fraction = divmod(time, BILLION)
        if second != self._second:
            self._turn(second)
        # fmt: off
        values = (
            number, length, 8 * length, cap_len, 8 * cap_len,
            *self._dated, b"%09d" % fraction,
            *divmod(relative, BILLION), *divmod(delta, BILLION),
            *who, total, identification, seq, ack, window,
            total - headers, flow.number,
            seq - (flow.base_seq or 0) & 0xFFFFFFFF,
            ack - (flow.peer.base_seq or 0) & 0xFFFFFFFF,
        )
        # fmt: on
        return text % pick(values)

    def _turn(self, second: int) -> None:
        """Another second: it, and its date before and behind the fraction."""
        day, zone = date(second * BILLION).split(".000000000 ")
        self._second = second
        self._dated = b"%d" % second, day.encode(), zone.encode()

    def _by_tree(self, frame: Frame, flow: Flow) -> bytes:
        sections = above(_entry(frame, flow), self._only)
        return "".join([of_section(each, self._styles) for each in sections]).encode()

    def _remember(
        self, key: "Tuple[Any, ...]", frame: Frame, flow: Flow
    ) -> Optional[_Template]:
        if len(self._templates) >= Limits().memo:
            self._templates.clear()
        entry = _entry(frame, flow)
        template = self._template(entry) if _is_plain(entry) else None
        self._templates[key] = template
        return template

    def _who(self, flow: Flow) -> "_Ends":
        addresses = flow.source_text.encode(), flow.destination_text.encode()
        ends = (*addresses, flow.source_port, flow.destination_port)
        self._ends[flow.key] = ends
        return ends

    def _template(self, entry: Entry) -> _Template:
        """The tree of a frame, with places for what others like it tell in another way."""
        sections = above(entry, self._only)
        named = "".join([of_section(each, self._escaped, _say) for each in sections])
        names = [name for name in _PLACE.findall(named) if name]
        text = _PLACE.sub(lambda found: "%%" if found[0] == "%%" else "%", named)
        tcp: Any = entry.layers[-1].noun
        indices = [_Values._fields.index(name) for name in names]
        return _Template(text.encode(), itemgetter(*indices), _IP + tcp.hdr_len)


def _entry(frame: Frame, flow: Flow) -> Entry:
    """For the tree, which tells of entries."""
    return Entry(frame, flow, _NO_RECORD, None, 0)


def _escaped(codes: "Mapping[str, str]") -> "Mapping[str, str]":
    """What a style begins or ends with, for a template."""
    return {style: code.replace("%", "%%") for style, code in codes.items()}


def _is_plain(entry: Entry) -> bool:
    """Whether a template tells what a frame is, and what others like it are."""
    layers = entry.layers
    if [type(layer.noun) for layer in layers] != _PLAIN:
        return False
    _, ip, tcp = [layer.noun for layer in layers]
    assert isinstance(ip, Ipv4) and isinstance(tcp, Tcp)
    return ip.header_length == _IP and tcp.acknowledges


def _say(node: Node) -> str:
    """The line of a node in a template."""
    field = node.field
    form = _FORMS.get(field.name) if field else None
    if field is None or form is None:
        return node.text.replace("%", "%%")
    return form if field.kind.name == "PROTOCOL" else f"{field.title}: {form}"
