"""The HTTP archive format 1.2 as tables, written after its specification.

http://www.softwareishard.com/blog/har-12-spec/: each object's members, with what they must
be and whether they may be missing; members that begin with an underscore are anyone's own.
"""

import re
from typing import Any, Callable, Dict, Iterator, List, Tuple, Union

Check = Callable[[Any], bool]
Kind = Union[str, Check, Tuple[str]]
"""An object's name, a test of a value, or an object's name in a tuple: a list of those."""

_DATE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII
).fullmatch


def text(value: Any) -> bool:
    return isinstance(value, str)


def number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= -1


def span(value: Any) -> bool:
    return number(value) and bool(value >= 0)


def date(value: Any) -> bool:
    return isinstance(value, str) and _DATE(value) is not None


def truth(value: Any) -> bool:
    return isinstance(value, bool)


def url(value: Any) -> bool:
    return isinstance(value, str) and re.match("https?://[^/]+/", value) is not None


_PAIR: "Dict[str, Kind]" = {"name": text, "value": text}
OBJECTS: "Dict[str, Tuple[Dict[str, Kind], Dict[str, Kind]]]" = {
    "har": ({"log": "log"}, {}),
    "log": (
        {"version": lambda v: v == "1.2", "creator": "creator", "entries": ("entry",)},
        {"browser": "creator", "pages": ("page",)},
    ),
    "creator": ({"name": text, "version": text}, {}),
    "entry": (
        {
            "startedDateTime": date,
            "time": span,
            "request": "request",
            "response": "response",
            "cache": "cache",
            "timings": "timings",
        },
        {"pageref": text, "serverIPAddress": text, "connection": text},
    ),
    "request": (
        {
            "method": text,
            "url": url,
            "httpVersion": text,
            "cookies": ("cookie",),
            "headers": ("pair",),
            "queryString": ("pair",),
            "headersSize": count,
            "bodySize": count,
        },
        {"postData": "postData"},
    ),
    "response": (
        {
            "status": count,
            "statusText": text,
            "httpVersion": text,
            "cookies": ("cookie",),
            "headers": ("pair",),
            "content": "content",
            "redirectURL": text,
            "headersSize": count,
            "bodySize": count,
        },
        {},
    ),
    "cookie": (
        _PAIR,
        {
            "path": text,
            "domain": text,
            "expires": date,
            "httpOnly": truth,
            "secure": truth,
        },
    ),
    "pair": (_PAIR, {}),
    "postData": ({"mimeType": text}, {"params": ("param",), "text": text}),
    "param": (
        {"name": text},
        {"value": text, "fileName": text, "contentType": text},
    ),
    "content": (
        {"size": count, "mimeType": text},
        {"compression": count, "text": text, "encoding": text},
    ),
    "cache": ({}, {}),
    "timings": (
        {"send": span, "wait": span, "receive": span},
        {"blocked": number, "dns": number, "connect": number, "ssl": number},
    ),
}
"""Object -> its members that must be there, and those that may."""


def faults(value: Any, kind: Kind = "har", path: str = "") -> "Iterator[str]":
    """What is wrong with an archive, a sentence each."""
    if isinstance(kind, tuple):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, each in enumerate(value):
            yield from faults(each, kind[0], f"{path}[{index}]")
    elif not isinstance(kind, str):
        if not kind(value):
            yield f"{path} is {value!r}"
    elif not isinstance(value, dict):
        yield f"{path} is no object"
    else:
        yield from _members(value, *OBJECTS[kind], path)


def _members(
    value: "Dict[str, Any]",
    must: "Dict[str, Kind]",
    may: "Dict[str, Kind]",
    path: str,
) -> "Iterator[str]":
    known = {**must, **may, "comment": text}
    for name in must:
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, member in value.items():
        if name in known:
            yield from faults(member, known[name], f"{path}.{name}")
        elif not name.startswith("_"):
            yield f"{path}.{name} is unknown"
    if "params" in value and "text" in value:
        yield f"{path} has params and text"
    if "timings" in value and not _adds_up(value):
        yield f"{path}.time is not the sum of its timings"


def _adds_up(entry: "Dict[str, Any]") -> bool:
    timings: "List[float]" = [v for v in entry["timings"].values() if number(v)]
    return abs(sum(t for t in timings if t > 0) - entry["time"]) < 1e-3
