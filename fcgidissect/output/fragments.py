"""Values and nouns come in, the fragments of JSON that objects are put together from go out.

A noun's members are written by a plan that is derived from its fields once.
"""

import re
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from fcgidissect.fcgi.headers import decode_header
from fcgidissect.fields import Field, fields_of
from fcgidissect.memo import Memo
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame, Stretch
from fcgidissect.notes import Note
from fcgidissect.output.pairs_json import string
from fcgidissect.text import BILLION, ipv4, ipv6, iso, iso_second, seconds

Names = Optional[FrozenSet[str]]
Packet = Tuple[int, int, int, int, int, int]
"""What is told of one: number, time since the epoch and since the first frame (nanoseconds),
captured length, length on the wire, digits of its time stamp."""
_MEMBER = re.compile(rb'("(\w+)": \{[^{}]*\}, )')
"""A protocol's member of an object, before that of FastCGI."""


class Member(NamedTuple):
    """A member of an object: a value of a noun, or an object of more members."""

    name: str
    """With its quotes and its colon."""
    attribute: str
    write: Callable[[Any], str]
    inner: "Tuple[Any, ...]"
    """Members of this type, for an object."""


def members(noun: Any, names: Names = None, prefix: str = "fcgi.") -> str:
    """The fields of a noun that have a value, nested by their dotted names.

    Args:
        names: the fields that are wanted; None for all.
        prefix: what their names begin with; the rest is nested.
    """
    key = type(noun), names, prefix
    plan = _plans.get(key)
    if plan is None:
        plan = _plans[key] = _plan(_wanted(*key), prefix)
    return _written(noun, plan)


_plans: "Dict[Tuple[type, Names, str], Tuple[Member, ...]]" = {}


def _wanted(kind: type, names: Names, prefix: str) -> "List[Tuple[str, Field]]":
    noun = next((each for each in kind.__mro__ if "_fields" in vars(each)), kind)
    return [
        (attribute, field)
        for attribute, field in fields_of(noun)
        if field.name.startswith(prefix) and (names is None or field.name in names)
    ]


def _plan(fields: "List[Tuple[str, Field]]", prefix: str) -> "Tuple[Member, ...]":
    plan: "Dict[str, Member]" = {}
    for attribute, field in fields:
        name, dot, _ = field.name[len(prefix) :].partition(".")
        if not dot:
            write = _WRITERS[field.kind.name]
            plan[name] = Member(f'"{name}": ', attribute, write, ())
        elif name not in plan:
            start = f"{prefix}{name}."
            inner = [each for each in fields if each[1].name.startswith(start)]
            plan[name] = Member(f'"{name}": ', "", str, _plan(inner, start))
    return tuple(plan.values())


def _written(noun: Any, plan: "Sequence[Member]") -> str:
    parts = []
    for name, attribute, write, inner in plan:
        if inner:
            text = _written(noun, inner)
            if text:
                parts.append(f"{name}{{{text}}}")
        else:
            value = getattr(noun, attribute)
            if value is not None:
                parts.append(name + write(value))
    return ", ".join(parts)


_WRITERS: "Dict[str, Callable[[Any], str]]" = {
    "UINT8": str,
    "UINT16": str,
    "UINT32": str,
    "UINT64": str,
    "FRAMENUM": str,
    "BOOLEAN": lambda value: "true" if value else "false",
    "STRING": string,
    "NONE": string,
    "BYTES": lambda value: f'"{value.hex()}"',
    "PROTOCOL": lambda value: f'"{value.hex()}"',
    "ETHER": lambda value: f'"{value.hex(":")}"',
    "IPv4": lambda value: f'"{ipv4(value)}"',
    "IPv6": lambda value: f'"{ipv6(value)}"',
    "ABSOLUTE_TIME": lambda value: f'"{iso(value, 9 if value % 1000 else 6)}"',
    "RELATIVE_TIME": seconds,
}


class Before:
    """Writes an object up to its `fcgi`: frame, addresses, ports.

    Whole seconds are written once while they last.
    """

    def __init__(self) -> None:
        self._digits = -1
        self._form, self._unit = b"", 0
        self._begin = self._begun = -BILLION
        """Of the second since the epoch and since the first frame, in nanoseconds."""
        self._date = self._epoch = self._relative = b""
        """The former, as a date and as a number, and the latter."""
        self._ends: "Memo[bytes, Tuple[int, bytes]]" = Memo()
        """A flow's key -> its number and text: flows are not kept alive."""

    def __call__(self, frame: Frame, flow: Flow) -> bytes:
        number, time, since, _, cap_len, length, _, _, source = frame[:9]
        packet = number, time, since, cap_len, length, source.digits
        return self._told(packet, flow)

    def of(self, stretch: Stretch, place: int, flow: Flow) -> bytes:
        """The same of a packet of a stretch, of which no frame is made."""
        time, _, cap_len, length = stretch.packets[place]
        number, since = stretch.number + place, time - stretch.first_time
        packet = number, time, since, cap_len, length, stretch.digits
        return self._told(packet, flow)

    def _told(self, packet: Packet, flow: Flow) -> bytes:
        number, time, since, cap_len, length, digits = packet
        rest, passed = time - self._begin, since - self._begun
        if (
            not (0 <= rest < BILLION and 0 <= passed < BILLION)
            or digits != self._digits
        ):
            if time < 0 or since < 0 or digits not in _FORMS:
                return before(packet, flow).encode()
            rest, passed = self._turn(time, since, digits)
        known, ends = self._ends.get(flow.key, _NO_ENDS)
        if known != flow.number:
            ends = self._remember(flow)
        fraction = self._form % (rest // self._unit)
        relative = self._form % (passed // self._unit)
        values = (
            number,
            self._date,
            fraction,
            self._epoch,
            fraction,
            self._relative,
            relative,
            length,
            cap_len,
            ends,
        )
        return _OPENED % values

    def _turn(self, time: int, since: int, digits: int) -> "Tuple[int, int]":
        """Another second, or another precision; what is left of both times."""
        self._digits = digits
        self._form, self._unit = _FORMS[digits]
        epoch, rest = divmod(time, BILLION)
        relative, passed = divmod(since, BILLION)
        self._begin, self._begun = time - rest, since - passed
        self._date = iso_second(epoch).encode()
        self._epoch, self._relative = b"%d" % epoch, b"%d" % relative
        return rest, passed

    def _remember(self, flow: Flow) -> bytes:
        text = ends(flow).encode()
        self._ends[flow.key] = flow.number, text
        return text


_NO_ENDS = -1, b""
_OPENED = (
    b'{"frame": {"number": %d, "time": "%b.%bZ", "time_epoch": %b.%b,'
    b' "time_relative": %b.%b, "len": %d, "cap_len": %d}, %b"fcgi": {'
)
_FORMS = {digits: (b"%%0%dd" % digits, 10 ** (9 - digits)) for digits in range(1, 10)}
"""Digits behind a point -> how they are written, and the nanoseconds of the last one."""


def before(packet: Packet, flow: Flow) -> str:
    """The same, whatever the time and however fine."""
    number, time, since, cap_len, length, digits = packet
    return (
        f'{{"frame": {{"number": {number}, "time": "{iso(time, digits)}",'
        f' "time_epoch": {seconds(time, digits)},'
        f' "time_relative": {seconds(since, digits)},'
        f' "len": {length}, "cap_len": {cap_len}}}, {ends(flow)}"fcgi": {{'
    )


class BeforeOf(Before):
    """The same with some protocols alone; `fcgi` is always one of them."""

    def __init__(self, only: "FrozenSet[str]") -> None:
        super().__init__()
        self._only = only

    def _told(self, packet: Packet, flow: Flow) -> bytes:
        members = _MEMBER.findall(super()._told(packet, flow))
        wanted = [text for text, name in members if name.decode() in self._only]
        return b'{%b"fcgi": {' % b"".join(wanted)


def around_content(header: bytes, *lengths: str) -> "Tuple[str, str]":
    """A record's header around the bytes of its content.

    Args:
        lengths: what is told in the place of content and padding length.
    """
    head = decode_header(header)
    length, padding = lengths or (head.content_length, head.padding_length)
    named = f' "type_name": "{head.type_name}",' if head.type_name else ""
    return (
        f'"version": {head.version}, "type": {head.type},{named} "id": {head.id},'
        f' "content": {{"length": {length}',
        f'}}, "padding": {{"length": {padding}}}',
    )


def ends(flow: Flow) -> str:
    """Addresses and ports of a flow."""
    protocol = "ip" if len(flow.source) == 4 else "ipv6"
    return (
        f'"{protocol}": {{"src": "{flow.source_text}",'
        f' "dst": "{flow.destination_text}"}},'
        f' "tcp": {{"stream": {flow.number}, "srcport": {flow.source_port},'
        f' "dstport": {flow.destination_port}}}, '
    )


def expert(notes: "Sequence[Note]") -> str:
    """The remarks on a row, behind its `fcgi`."""
    items = ", ".join(
        f'{{"severity": "{note.severity}", "message": {string(note.message)}}}'
        for note in notes
    )
    return f', "_ws": {{"expert": [{items}]}}'
