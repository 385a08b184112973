"""A field's value comes in, its text for a person or a script goes out, safe to print.

Whatever came from a capture passes `escape` on its way into a text output; JSON and XML
have escapes of their own.
"""

from functools import lru_cache
from socket import AF_INET6, inet_ntop
from time import gmtime, localtime, strftime
from typing import Any, Callable, Optional, Union

from fcgidissect.fields import Field, Value, value_name

Shower = Callable[[Any], str]
"""What turns a value of one kind into text."""

MOST_DIGITS = 20
"""Decimal digits of the largest number that has 64 bits."""
BILLION = 1_000_000_000
"""Nanoseconds of a second."""
FIRST_SECOND, LAST_SECOND = -30_610_224_000, 253_402_300_799
"""Of the years 1000 to 9999, which have the four digits of ISO 8601."""
ELLIPSIS = "…"
"""What stands for the rest of a text that is cut."""
ARROW = " → "
"""What stands between who speaks and whom he speaks to."""
_SECONDS = 256
"""Seconds whose dates are remembered."""
SHORT = {"\r": r"\r", "\n": r"\n", "\t": r"\t", "\0": r"\0"}
"""What texts have most, and so is looked for first."""


def number(text: "Union[str, bytes]") -> Optional[int]:
    """A decimal number without a sign, of `MOST_DIGITS` at most; None for any other text."""
    decimal = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if decimal else None


def escape(text: str) -> str:
    """`text` with everything that could act on a terminal or forge a line made visible.

    Unicode's own word for it: whatever is not printable, that is controls, formats (the
    bidirectional ones among them), separators other than the blank, surrogates and what is
    not assigned. A byte that is no UTF-8 reads `\\xNN`, a character `\\uNNNN`.
    """
    if text.isprintable():
        return text
    for character, shown in SHORT.items():
        text = text.replace(character, shown)
    if text.isprintable():
        return text
    return "".join([c if c.isprintable() else _escaped(c) for c in text])


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: the byte itself in its low eight bits
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shower(field: Field) -> Shower:
    """What turns a value of `field` into its bare text, as tshark's `-T fields` has it."""
    if field.base == 16:
        return f"0x%0{2 * field.kind.width}x".__mod__
    return _SHOWERS[field.kind.name]


def told(field: Field, value: Value) -> str:
    """A value for the eye: with its name, its unit, its truth in words."""
    text = shower(field)(value)
    if field.kind.name == "BOOLEAN":
        return str(bool(value))
    if field.kind.name == "RELATIVE_TIME":
        return text + " seconds"
    name = value_name(field, value) if isinstance(value, int) else None
    return text if name is None else f"{name} ({text})"


def counted(count: int, noun: str) -> str:
    """A number and its noun, with commas between thousands."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def seconds(nanoseconds: int, digits: int = 9) -> str:
    """A span of time in seconds with `digits` decimals, cut, not rounded, as tshark does."""
    if nanoseconds >= 0 and digits == 9:
        return "%d.%09d" % divmod(nanoseconds, BILLION)
    sign = "-" if nanoseconds < 0 else ""
    whole, rest = divmod(abs(nanoseconds), BILLION)
    return f"{sign}{whole}{_fraction(rest, digits)}"


def date(nanoseconds: int) -> str:
    """A point in time as Wireshark writes it, in the local time zone."""
    whole, rest = divmod(nanoseconds, BILLION)
    return _second(whole) % rest


@lru_cache(_SECONDS)
def _second(seconds: int) -> str:
    """The date with a place for the nanoseconds."""
    moment = localtime(in_calendar(seconds))
    day = f"{moment.tm_mday:2d}, {moment.tm_year}"
    return strftime(f"%b {day} %H:%M:%S.%%09d %Z", moment)


def in_calendar(seconds: int) -> int:
    """The nearest second that has a date: a pcapng file may name any up to 2^64."""
    return min(max(seconds, FIRST_SECOND), LAST_SECOND)


def iso(nanoseconds: int, digits: int = 9) -> str:
    """A point in time after ISO 8601, in UTC, with `digits` decimals."""
    whole, rest = divmod(nanoseconds, BILLION)
    if digits == 6:
        return "%s.%06dZ" % (iso_second(whole), rest // 1000)
    return f"{iso_second(whole)}{_fraction(rest, digits)}Z"


@lru_cache(_SECONDS)
def iso_second(seconds: int) -> str:
    """The same of a whole second, up to the zone."""
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(in_calendar(seconds)))


def _fraction(nanoseconds: int, digits: int) -> str:
    return (".%09d" % nanoseconds)[: digits + 1] if digits else ""


def ipv4(address: bytes) -> str:
    """Dotted decimal."""
    return "%d.%d.%d.%d" % tuple(address)


def ipv6(address: bytes) -> str:
    """The canonical form of RFC 5952."""
    return inet_ntop(AF_INET6, address)


def address_text(address: bytes) -> str:
    """An address of either, told by its length."""
    return ipv4(address) if len(address) == 4 else ipv6(address)


def endpoint(address: str, port: int) -> str:
    """An address as text and a port; IPv6 stands in brackets (RFC 3986, section 3.2.2)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


_SHOWERS: "dict[str, Shower]" = {
    "UINT8": str,
    "UINT16": str,
    "UINT32": str,
    "UINT64": str,
    "FRAMENUM": str,
    "BOOLEAN": lambda value: "1" if value else "0",
    "STRING": escape,
    "NONE": escape,
    "BYTES": bytes.hex,
    "PROTOCOL": bytes.hex,
    "ETHER": lambda value: value.hex(":"),
    "IPv4": ipv4,
    "IPv6": ipv6,
    "ABSOLUTE_TIME": date,
    "RELATIVE_TIME": seconds,
}


def encoded(text: str) -> bytes:
    """A text in UTF-8; what cannot be is written as standard output does (see `sink`)."""
    return text.encode("utf-8", "backslashreplace")
