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
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.notes import Note
from fcgidissect.output.pairs_json import string
from fcgidissect.text import BILLION, ipv4, ipv6, iso, iso_second, seconds

Names = Optional[FrozenSet[str]]
_MEMBER = re.compile(r'("(\w+)": \{[^{}]*\}, )')
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


def before(frame: Frame, flow: Flow) -> str:
    """An object up to its `fcgi`: frame, addresses, ports."""
    number, time, since, _, cap_len, length = frame[:6]
    last, unit = _FRACTIONS.get(frame.source.digits, _NO_FRACTION)
    if not unit or time < 0 or since < 0:
        return _before(frame, flow)
    whole, rest = divmod(time, BILLION)
    passed, since = divmod(since, BILLION)
    fraction = last % (rest // unit)
    return (
        f'{{"frame": {{"number": {number}, "time": "{iso_second(whole)}.{fraction}Z",'
        f' "time_epoch": {whole}.{fraction},'
        f' "time_relative": {passed}.{last % (since // unit)},'
        f' "len": {length}, "cap_len": {cap_len}}},'
        f' {ends(flow)}"fcgi": {{'
    )


_FRACTIONS = {digits: (f"%0{digits}d", 10 ** (9 - digits)) for digits in range(1, 10)}
"""Digits behind a point -> how they are written, and the nanoseconds of the last one."""
_NO_FRACTION = "", 0


def _before(frame: Frame, flow: Flow) -> str:
    """The same, whatever the time and however fine."""
    digits = frame.source.digits
    return (
        f'{{"frame": {{"number": {frame.number}, "time": "{iso(frame.time, digits)}",'
        f' "time_epoch": {seconds(frame.time, digits)},'
        f' "time_relative": {seconds(frame.time_relative, digits)},'
        f' "len": {frame.len}, "cap_len": {frame.cap_len}}}, {ends(flow)}"fcgi": {{'
    )


def before_of(only: "FrozenSet[str]") -> "Callable[[Frame, Flow], str]":
    """The same with these protocols alone; `fcgi` is always one of them."""

    def give(frame: Frame, flow: Flow) -> str:
        members = _MEMBER.findall(before(frame, flow))
        return '{%s"fcgi": {' % "".join(
            [text for text, name in members if name in only]
        )

    return give


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
    number, text = _ends.get(flow.key, (-1, ""))
    if number != flow.number:
        if len(_ends) >= Limits().memo:
            _ends.clear()
        protocol = "ip" if len(flow.source) == 4 else "ipv6"
        text = (
            f'"{protocol}": {{"src": "{flow.source_text}",'
            f' "dst": "{flow.destination_text}"}},'
            f' "tcp": {{"stream": {flow.number}, "srcport": {flow.source_port},'
            f' "dstport": {flow.destination_port}}}, '
        )
        _ends[flow.key] = flow.number, text
    return text


_ends: "Dict[bytes, Tuple[int, str]]" = {}
"""A flow's key -> its number and text: flows are not kept alive."""


def expert(notes: "Sequence[Note]") -> str:
    """The remarks on a row, behind its `fcgi`."""
    items = ", ".join(
        f'{{"severity": "{note.severity}", "message": {string(note.message)}}}'
        for note in notes
    )
    return f', "_ws": {{"expert": [{items}]}}'
