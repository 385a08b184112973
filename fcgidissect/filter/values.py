"""What is done to values at run time: bags (sequences of values) in, bags or answers out."""

from functools import lru_cache
from itertools import islice
from typing import Any, Callable, Optional, Sequence

from fcgidissect.fields import Extent
from fcgidissect.filter.cuts import Cut, take
from fcgidissect.filter.escapes import bytes_of

Values = Sequence[Any]
COUNTED = 1 << 12
"""Numbers of ranges that are kept one by one in a set."""
REMEMBERED = 1 << 12
"""Addresses whose network part is kept."""


def each(function: "Callable[[Any], Any]") -> "Callable[[Values], Values]":
    """The function on every value of a bag; None drops the value."""
    return lambda bag: [made for value in bag if (made := function(value)) is not None]


def both(function: "Callable[[Any, Any], Any]") -> "Callable[[Values, Values], Values]":
    """The function on every pair of two bags; None drops the pair."""

    def apply(left: Values, right: Values) -> Values:
        pairs = ((one, other) for one in left for other in right)
        return [made for pair in pairs if (made := function(*pair)) is not None]

    return apply


def some_pair(test: "Callable[[Any, Any], Any]", left: Values, right: Values) -> bool:
    """Some pair passes."""
    return any(test(one, other) for one in left for other in right)


def every_pair(test: "Callable[[Any, Any], Any]", left: Values, right: Values) -> bool:
    """All pairs pass."""
    return all(test(one, other) for one in left for other in right)


def odd(*answers: bool) -> bool:
    """An odd number of the answers is yes."""
    return sum(answers) % 2 == 1


def has(value: Any, needle: Any) -> bool:
    """The needle is in the value, and not empty."""
    return len(needle) > 0 and needle in value


def within(
    member: "Callable[[Any], Any]", *ranges: "tuple[Values, Optional[Values]]"
) -> "Callable[[Any], bool]":
    """The test for a set: its constants, and bags for single members or both ends."""

    def test(value: Any) -> bool:
        return bool(member(value)) or any(
            (
                value in low
                if high is None
                else any(a <= value <= b for a in low for b in high)
            )
            for low, high in ranges
        )

    return test


def outside(test: "Callable[[Any], Any]") -> "Callable[[Any], bool]":
    """The opposite of a test."""
    return lambda value: not test(value)


def members(ranges: "Sequence[tuple[Any, Any]]") -> "Callable[[Any], bool]":
    """The test for a set of constants, each with its first and last value."""
    known = {low for low, high in ranges if low == high}
    wide = [(low, high) for low, high in ranges if low < high]
    numbers = all(isinstance(low, int) for low, _ in wide)
    if numbers and sum(high - low for low, high in wide) < COUNTED:
        return known.union(*(range(low, high + 1) for low, high in wide)).__contains__
    if len(wide) == 1 and not known:
        ((first, last),) = wide
        return lambda value: first <= value <= last
    return lambda value: value in known or any(a <= value <= b for a, b in wide)


def selected(parts: "Sequence[Cut]", layers: "Sequence[Values]") -> Values:
    """The values of those layers of a field, which count from 1 or from the end."""
    count = len(layers)
    return [
        value
        for number, values in enumerate(layers, 1)
        if any(_holds(part, number, number - count - 1) for part in parts)
        for value in values
    ]


def _holds(part: Cut, number: int, from_end: int) -> bool:
    place = (number if part.start >= 0 else from_end) - part.start
    return place >= 0 if part.length is None else 0 <= place < part.length


def grouped(layers: "Sequence[Values]", values: Values) -> "list[Values]":
    """The values in groups as large as the layers."""
    rest = iter(values)
    return [list(islice(rest, len(layer))) for layer in layers]


def slicer(parts: "Sequence[Cut]") -> "Callable[[Values], Values]":
    """Those parts of every value; empty where they do not fit."""
    (start, length), *more = parts
    if more or start < 0 or length is None:
        return lambda bag: [take(parts, value) for value in bag]
    end = start + length
    return lambda bag: [v[start:end] if len(v) >= end else v[:0] for v in bag]


def extent_slicer(parts: "Sequence[Cut]") -> "Callable[[Sequence[Extent]], Values]":
    """The same of protocols themselves, whose bytes may be many and are not copied."""
    (start, length), *more = parts
    if more or start < 0 or length is None:
        return lambda bag: [take(parts, value) for value in own(bag)]
    end = start + length
    return lambda bag: [v[start:end] if v.own >= end else b"" for v in bag]


def own(bag: "Sequence[Extent]") -> Values:
    """The bytes of each protocol itself, without what it carries."""
    return [extent[: extent.own] for extent in bag]


def encoded(bag: Values) -> Values:
    """The bytes of texts."""
    return [bytes_of(value) for value in bag]


def masked(bits: int) -> "Callable[[Any], Any]":
    """An address with only its first bits."""

    @lru_cache(REMEMBERED)
    def network(address: bytes) -> bytes:
        host = 8 * len(address) - bits
        number = int.from_bytes(address, "big") >> host << host
        return number.to_bytes(len(address), "big")

    return network


_UPPER = {letter: letter - 32 for letter in range(ord("a"), ord("z") + 1)}
_LOWER = {upper: lower for lower, upper in _UPPER.items()}


def upper(text: str) -> str:
    """Its ASCII letters in upper case."""
    return text.upper() if text.isascii() else text.translate(_UPPER)


def lower(text: str) -> str:
    """Its ASCII letters in lower case."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def seconds(nanoseconds: int) -> float:
    """A time as floating point."""
    return nanoseconds / 10**9


def bitand(one: Any, other: Any) -> Any:
    """Bits that both have; of bytes as far as the shorter goes."""
    if not isinstance(one, bytes):
        return one & other
    return bytes(a & b for a, b in zip(one, other))


def divide(one: Any, other: Any) -> Any:
    """The quotient, of whole numbers truncated; nothing for a division by zero."""
    if not other:
        return None
    if isinstance(one, float) or isinstance(other, float):
        return one / other
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def remainder(one: int, other: int) -> Optional[int]:
    """What truncating division leaves, with the sign of the first."""
    return None if not other else one - other * divide(one, other)


SCALING = {
    "*": lambda span, factor: round(span * factor),
    "/": lambda span, factor: round(span / factor) if factor else None,
}
"""Operator -> what it makes of a time and a number."""
