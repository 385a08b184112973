"""A content of PARAMS in, out come its params by name, undecoded.

Of most requests nobody asks for more than what they want and whether they promise a body,
and stepping from pair to pair (section 3.4) would take most of a list's time: names that come
again and again are learnt, and then what varies is found without the rest.
"""

from typing import Dict, List, Optional, Tuple

from fcgidissect.fcgi.layout import LONGEST, WANTED, Glance, Layout, Learnt, Order
from fcgidissect.fcgi.params import Names, names_of
from fcgidissect.memo import Memo

__all__ = ["Glance", "glance"]

_new = tuple.__new__
_MOST = 8
"""How many layouts are tried."""
_MOST_NAMES = 64
"""How many lists of names are learnt at once."""
_WORTH = 32
"""A layout takes as long to make as so many looks without one save."""

_END = 16
"""Bytes at a content's end that tell which layouts it may have."""
_layouts: "List[Layout]" = []
"""Those that are tried, the oldest first."""
_by_end: "Dict[bytes, List[Layout]]" = {}
"""Those bytes -> the layouts that may fit, the one that fitted last first."""
_by_no_end: "List[Layout]" = []
"""Those in which such bytes vary, in that order."""
_learnt: "Memo[Tuple[bytes, ...], Learnt]" = Memo(_MOST_NAMES)


def glance(content: bytes) -> Optional[Glance]:
    """What whole pairs tell; None where the content is no row of them."""
    layouts = _by_end.get(content[-_END:], _by_no_end)
    for layout in layouts:
        seen = layout.read(content)
        if seen is not None:
            if layout is not layouts[0]:
                layouts.remove(layout)
                layouts.insert(0, layout)
            return seen
    return _walk(content)


def _walk(content: bytes) -> Optional[Glance]:
    """The same, step by step."""
    names: "List[bytes]" = []
    values: "List[bytes]" = []
    at, end = 0, len(content) - 1
    while at < end:
        name = content[at]
        value = content[at + 1]
        if name | value > 127:
            name, at = _length(content, at)
            value, at = _length(content, at)
        else:
            at += 2
        behind = at + name
        names.append(content[at:behind])
        at = behind + value
        values.append(content[behind:at])
    if at != end + 1:
        return None
    order = Order(tuple(names))
    told = _heed(order.names, values, len(content))
    remarks = told.remarks(values)
    usual = told.usual and remarks is not None
    last = dict(zip(names, values))
    wanted = [last.get(name, b"") for name in WANTED]
    return _new(Glance, (*wanted, usual, remarks, (), tuple(values), order))


def _length(content: bytes, at: int) -> "Tuple[int, int]":
    """A length of one byte or of four, and the offset behind it."""
    width = 4 if content[at : at + 1] >= b"\x80" else 1
    length = int.from_bytes(content[at : at + width], "big")
    return length & 0x7FFFFFFF, at + width


def _heed(names: "Tuple[bytes, ...]", values: "List[bytes]", size: int) -> Names:
    """Learn from a content, and give what its names tell."""
    if size > LONGEST:
        return names_of(names)
    learnt = _learnt.get(names)
    if learnt is None:
        learnt = _learnt[names] = Learnt(names, values)
    else:
        learnt.see(values)
    if learnt.looks == _WORTH:
        learnt.looks = 0
        _lay_out(learnt)
    return learnt.told


def _lay_out(learnt: Learnt) -> None:
    """Make a layout of what was learnt, instead of an earlier one with its names."""
    new = Layout(learnt)
    known = [each for each in _layouts if each.order.names != learnt.names]
    _layouts[:] = [*known[1 - _MOST :], new]
    _by_end.clear()
    _by_no_end.clear()
    for layout in reversed(_layouts):
        end = layout.rest[-_END:]
        same = _by_end.setdefault(end, []) if len(end) == _END else _by_no_end
        same.append(layout)
