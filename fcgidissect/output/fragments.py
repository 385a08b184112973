"""Values and nouns come in, the fragments of JSON that objects are put together from go out.

A noun's members are written by a plan that is derived from its fields once.
"""

import re
from json.encoder import encode_basestring_ascii as quoted
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

from fcgidissect.fcgi.pairs import Pair
from fcgidissect.fields import Field, fields_of
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.notes import Note
from fcgidissect.output.clock import stamp
from fcgidissect.text import ipv4, ipv6, iso, seconds

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


def string(text: str) -> str:
    """Text as JSON; what is no UTF-8 as an object with its bytes."""
    if text.isascii():
        return quoted(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
        return f'{{"hex": "{raw.hex()}"}}'
    return quoted(text)


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
    number, time, since, _, cap_len, length, _, _, source, _ = frame[:10]
    digits = source.digits
    return (
        f'{{"frame": {{"number": {number}, "time": "{stamp(frame)}Z",'
        f' "time_epoch": {seconds(time, digits)},'
        f' "time_relative": {seconds(since, digits)},'
        f' "len": {length}, "cap_len": {cap_len}}}, {ends(flow)}"fcgi": {{'
    )


def before_of(only: "FrozenSet[str]") -> "Callable[[Frame, Flow], str]":
    """The same with these protocols alone; `fcgi` is always one of them."""

    def give(frame: Frame, flow: Flow) -> str:
        members = _MEMBER.findall(before(frame, flow))
        return '{%s"fcgi": {' % "".join(
            [text for text, name in members if name in only]
        )

    return give


def ends(flow: Flow) -> str:
    """Addresses and ports of a flow."""
    text = _ends.get(flow)
    if text is None:
        if len(_ends) >= Limits().memo:
            _ends.clear()
        protocol = "ip" if len(flow.source) == 4 else "ipv6"
        text = _ends[flow] = (
            f'"{protocol}": {{"src": "{flow.source_text}",'
            f' "dst": "{flow.destination_text}"}},'
            f' "tcp": {{"stream": {flow.number}, "srcport": {flow.source_port},'
            f' "dstport": {flow.destination_port}}}, '
        )
    return text


_ends: Dict[Flow, str] = {}
_pairs: Dict[Pair, Tuple[str, str]] = {}


def both_forms(pairs: "Sequence[Pair]") -> str:
    """Pairs as `param`, by name, and as `nv`, in wire order with repeats."""
    if not pairs:
        return ""
    known = _pairs
    texts = [known.get(pair) or _pair(pair) for pair in pairs]
    last = {pair[0]: text for pair, (text, _) in zip(pairs, texts) if text}
    by_name = ", ".join(last.values())
    in_order = ", ".join([text for _, text in texts])
    return f'"param": {{{by_name}}}, "nv": [{in_order}]'


def _pair(pair: Pair) -> "Tuple[str, str]":
    """Its member of `param` (none where the name is no UTF-8), its element of `nv`."""
    if len(_pairs) >= Limits().memo:
        _pairs.clear()
    name, value = string(pair.name), string(pair.value)
    member = f"{name}: {value}" if name.startswith('"') else ""
    both = _pairs[pair] = member, f'{{"name": {name}, "value": {value}}}'
    return both


def expert(notes: "Sequence[Note]") -> str:
    """The remarks on a row, behind its `fcgi`."""
    items = ", ".join(
        f'{{"severity": "{note.severity}", "message": {string(note.message)}}}'
        for note in notes
    )
    return f', "_ws": {{"expert": [{items}]}}'
