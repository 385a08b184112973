"""A frame and its flow come in, what a writer makes of the protocols above FastCGI goes out.

Nearly all frames are TCP over IPv4 without options over Ethernet. They differ in a few values,
which one struct reads and one template takes; it is what the writer makes of the tree of the
first of its like, with places for what varies. The tree is the reference for it, and the way
for all other frames.
"""

import re
from binascii import hexlify
from collections import Counter
from operator import itemgetter
from struct import Struct
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from fcgidissect.entry import Entry, of_frame
from fcgidissect.limits import Limits
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, Source
from fcgidissect.net.ip import Ipv4
from fcgidissect.net.link import Ethernet
from fcgidissect.net.tcp import Tcp
from fcgidissect.net.usual import PART
from fcgidissect.output.telling import AS_IT_IS, Telling, Write
from fcgidissect.text import BILLION, date, iso_second
from fcgidissect.tree import FRAME, IN_STREAM, IP, TCP, Node, Only, Section, above

_HEADERS = Struct(">15sxHHHH2x12sIIHH")
"""Ethernet and the version and length of IPv4 as one; the rest of that, with time to live and
protocol as one, then addresses and ports; TCP up to its window."""
_NETWORK, _IP = 14, 20
"""Bytes of the header of Ethernet and of IPv4."""
_LEAST = 54
"""With the fixed part of TCP's."""
_PLAIN = [Ethernet, Ipv4, Tcp]


_Ends = Tuple[bytes, bytes, bytes, bytes, int, int]


class _Values(NamedTuple):
    """What varies, in the order in which it is read."""

    number: int
    len: int
    bits: int
    cap_len: int
    cap_bits: int
    epoch: bytes
    iso: bytes
    day: bytes
    zone: bytes
    fraction: bytes
    since_first: int
    first_fraction: int
    since_last: int
    last_fraction: int
    src: bytes
    dst: bytes
    src_raw: bytes
    dst_raw: bytes
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


class _Form(NamedTuple):
    """How a node whose value varies tells it, with places for `_Values`."""

    show: str
    """The bare value; of a protocol its line."""
    behind: str = ""
    """What stands behind that in its line."""
    raw: str = ""
    """Its bytes as digits, if it has any."""


_SRC, _DST = (f"%({end})s" for end in ("src", "dst"))
_SRCPORT, _DSTPORT = (f"%({end})d" for end in ("srcport", "dstport"))
_FORMS: "Dict[str, List[_Form]]" = {
    "frame": [_Form(FRAME)],
    "frame.number": [_Form("%(number)d")],
    "frame.time_epoch": [_Form("%(epoch)s.%(fraction)s", " seconds")],
    "frame.time_relative": [_Form("%(since_first)d.%(first_fraction)09d", " seconds")],
    "frame.time_delta": [_Form("%(since_last)d.%(last_fraction)09d", " seconds")],
    "frame.cap_len": [_Form("%(cap_len)d")],
    "frame.len": [_Form("%(len)d")],
    "frame.time": [_Form("%(day)s.%(fraction)s %(zone)s")],
    "ip": [_Form(IP)],
    "ip.len": [_Form("%(total)d", raw="%(total)04x")],
    "ip.id": [_Form("0x%(id)04x", raw="%(id)04x")],
    "ip.src": [_Form(_SRC, raw="%(src_raw)s")],
    "ip.dst": [_Form(_DST, raw="%(dst_raw)s")],
    "ip.addr": [_Form(each, raw="%(src_raw)s") for each in (_SRC, _DST)],
    "tcp": [_Form(TCP + IN_STREAM)],
    "tcp.srcport": [_Form(_SRCPORT, raw="%(srcport)04x")],
    "tcp.dstport": [_Form(_DSTPORT, raw="%(dstport)04x")],
    "tcp.port": [_Form(each, raw="%(srcport)04x") for each in (_SRCPORT, _DSTPORT)],
    "tcp.seq_raw": [_Form("%(seq_raw)d", raw="%(seq_raw)08x")],
    "tcp.ack_raw": [_Form("%(ack_raw)d", raw="%(ack_raw)08x")],
    "tcp.window_size_value": [_Form("%(window)d", raw="%(window)04x")],
    "tcp.len": [_Form("%(length)d")],
    "tcp.stream": [_Form("%(stream)d")],
    "tcp.seq": [_Form("%(seq)d")],
    "tcp.ack": [_Form("%(ack)d")],
}
"""Field -> how each of its nodes tells its value; the rest is the same in all frames of a
template."""
_MOMENT = "%(iso)s.%(fraction)sZ"
_MARK = "\0"
"""Stands for the percent sign of a place, because nothing else has it."""
_PLACE = re.compile(_MARK + r"\((\w+)\)")


class _Places(Telling):
    """The same with places for what varies.

    Args:
        sections: whose nodes are to be told.
    """

    def __init__(self, sections: "Sequence[Section]") -> None:
        self._forms: "Dict[int, _Form]" = {}
        """A node's identity -> its form."""
        times: "Counter[str]" = Counter()
        for section in sections:
            for node in (section.node, *section.node.children):
                name = node.field.name if node.field else ""
                if times[name] < len(_FORMS.get(name, ())):
                    form = _FORMS[name][times[name]]
                    self._forms[id(node)] = _Form(*[_marked(each) for each in form])
                times[name] += 1

    def line(self, node: Node) -> str:
        """See `Telling`."""
        form = self._forms.get(id(node))
        if form is None or node.field is None:
            return node.text
        title = "" if node.field.kind.name == "PROTOCOL" else f"{node.field.title}: "
        return title + form.show + form.behind

    def show(self, node: Node) -> str:
        """See `Telling`."""
        form = self._forms.get(id(node))
        return super().show(node) if form is None else form.show

    def varies(self, node: Node) -> bool:
        """See `Telling`."""
        return id(node) in self._forms

    def moment(self, node: Node) -> str:
        """See `Telling`; a frame has one."""
        return _marked(_MOMENT)

    def raw(self, node: Node, data: bytes) -> str:
        """See `Telling`."""
        form = self._forms.get(id(node))
        return super().raw(node, data) if form is None else form.raw

    def size(self, node: Node) -> str:
        """See `Telling`; of the frame itself it varies."""
        of_frame = node.field is not None and node.field.name == "frame"
        return _marked("%(cap_len)d") if of_frame else super().size(node)


def _marked(form: str) -> str:
    return form.replace("%", _MARK)


class _Template(NamedTuple):
    """The lines of like frames."""

    text: bytes
    """With positional places."""
    pick: "Callable[[Tuple[Any, ...]], Tuple[Any, ...]]"
    """`_Values` -> those for its places, in their order."""
    headers: int
    """Bytes of the headers of IP and TCP."""


class FrameText:
    """The text of frames.

    Args:
        only: protocols whose fields are wanted; None for all.
        write: makes it of the protocols above FastCGI.
    """

    def __init__(self, only: Only, write: Write) -> None:
        self._only = only
        self._write = write
        self._source: Optional[Source] = None
        self._templates: "Dict[Tuple[Any, ...], Optional[_Template]]" = {}
        """What does not vary -> the template; None where a frame is not as nearly all are."""
        self._second = -1
        self._dated = b"", b"", b"", b""
        self._ends: "Memo[bytes, _Ends]" = Memo()
        """A flow's key -> its addresses and ports."""

    def of(self, frame: Frame, flow: Flow) -> bytes:
        """That of a frame."""
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
        """Another second: it, and its dates before and behind the fraction."""
        day, zone = date(second * BILLION).split(".000000000 ")
        self._second = second
        iso = iso_second(second)
        self._dated = b"%d" % second, iso.encode(), day.encode(), zone.encode()

    def _by_tree(self, frame: Frame, flow: Flow) -> bytes:
        sections = above(of_frame(frame, flow), self._only)
        return self._write(sections, AS_IT_IS).encode()

    def _remember(
        self, key: "Tuple[Any, ...]", frame: Frame, flow: Flow
    ) -> Optional[_Template]:
        if len(self._templates) >= Limits().memo:
            self._templates.clear()
        entry = of_frame(frame, flow)
        template = self._template(entry) if _is_plain(entry) else None
        self._templates[key] = template
        return template

    def _who(self, flow: Flow) -> "_Ends":
        addresses = flow.source_text.encode(), flow.destination_text.encode()
        raw = hexlify(flow.source), hexlify(flow.destination)
        ends = (*addresses, *raw, *flow.ports)
        self._ends[flow.key] = ends
        return ends

    def _template(self, entry: Entry) -> _Template:
        """What is written of a frame, with places for what others like it tell otherwise."""
        sections = above(entry, self._only)
        written = self._write(sections, _Places(sections)).replace("%", "%%")
        names = _PLACE.findall(written)
        text = _PLACE.sub("%", written)
        tcp: Any = entry.layers[-1].noun
        indices = [_Values._fields.index(name) for name in names]
        pick = itemgetter(*indices) if indices else _none
        return _Template(text.encode(), pick, _IP + tcp.hdr_len)


def _none(values: "Tuple[Any, ...]") -> "Tuple[()]":
    """Where nothing that varies is wanted."""
    return ()


def _is_plain(entry: Entry) -> bool:
    """Whether a template tells what a frame is, and what others like it are."""
    layers = entry.layers
    if [type(layer.noun) for layer in layers] != _PLAIN:
        return False
    _, ip, tcp = [layer.noun for layer in layers]
    assert isinstance(ip, Ipv4) and isinstance(tcp, Tcp)
    return ip.header_length == _IP and tcp.acknowledges
