"""Literals: the text of a constant -> the value that it has for the type it meets.

Every function raises ValueError with a sentence for the user where the text is none.
"""

import re
from typing import NamedTuple

from fcgidissect.text import MOST_DIGITS

_INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)"
    r"|(?P<oct>0[0-7]+)|(?P<dec>0|[1-9][0-9]*))",
    re.ASCII,
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)

_PAIRS = re.compile("[0-9a-fA-F]{2}(?:([:.-])[0-9a-fA-F]{2}(?:\\1[0-9a-fA-F]{2})*)?")
_DIGITS = re.compile("[0-9a-fA-F]+")
_SINGLES = re.compile(
    "[0-9a-fA-F]{1,2}(?:([.-])[0-9a-fA-F]{1,2}(?:\\1[0-9a-fA-F]{1,2})*)?"
)
_OCTET = re.compile("0|[1-9][0-9]{0,2}")
_QUADS = re.compile(r"[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2}")


class Network(NamedTuple):
    """An address with a prefix: the first and last address of its network."""

    first: bytes
    last: bytes
    bits: int


def integer(text: str) -> int:
    """A whole number: decimal, 0x hexadecimal, 0b binary, 0 octal."""
    form = _INTEGER.fullmatch(text)
    if form is None:
        is_range = re.fullmatch(r"\w+-\w+", text)
        hint = ": a range is written 1..4" if is_range else ""
        raise ValueError(f'"{text}" is not a valid number{hint}.')
    group = form.lastgroup or ""
    if len(form[group]) > 66 or group == "dec" and len(form[group]) > MOST_DIGITS:
        raise ValueError(f'"{text[:40]}" is larger than any number here.')
    return int(form["sign"] + form[group], _BASES[group])


def nanoseconds(text: str) -> int:
    """Decimal seconds with up to nine decimals."""
    form = _DECIMAL.fullmatch(text)
    if form is None or len(form[3] or "") > 9 or len(form[2]) > MOST_DIGITS:
        raise ValueError(
            f'"{text}" is not a valid time: write seconds with up to nine decimals.'
        )
    whole, decimals = int(form[2]), int((form[3] or "").ljust(9, "0"))
    return (whole * 10**9 + decimals) * (-1 if form[1] == "-" else 1)


def floating(text: str) -> float:
    """A number with or without decimals."""
    if _DECIMAL.fullmatch(text) is None:
        return float(integer(text))
    return float(text)


def boolean(text: str) -> bool:
    """True, False in any case, or a number that is not 0."""
    word = text.lower()
    if word in ("true", "false"):
        return word == "true"
    try:
        return integer(text) != 0
    except ValueError:
        raise ValueError(f'"{text}" is neither True nor False.') from None


def data(text: str) -> bytes:
    """Hexadecimal pairs joined by `:`, `-`, `.` or nothing; one number below 0x100.

    A digit that is left over is a byte of its own, as in Wireshark.
    """
    bare = text[1:] if text[0] == ":" else text
    bare = bare[:-1] if re.fullmatch("[0-9a-fA-F]{2}:", bare) else bare
    if re.fullmatch("0[xX][0-9a-fA-F]{1,2}", text):
        return bytes((int(text, 16),))
    if _DIGITS.fullmatch(bare):
        return bytes(int(bare[at : at + 2], 16) for at in range(0, len(bare), 2))
    if _PAIRS.fullmatch(bare):
        return bytes.fromhex(re.sub("[:.-]", "", bare))
    if _SINGLES.fullmatch(bare):
        return bytes(int(part, 16) for part in re.split("[.-]", bare))
    raise ValueError(
        f'"{text}" is no byte string: write 01:02 or 0102, or text in double quotes.'
    )


def ethernet(text: str) -> bytes:
    """Six bytes in any spelling of bytes, or as 000b.cd82.8f86."""
    quads = _QUADS.fullmatch(text)
    address = bytes.fromhex(text.replace(".", "")) if quads else data(text)
    if len(address) != 6:
        many = "few" if len(address) < 6 else "many"
        raise ValueError(f'"{text}" has too {many} bytes for an Ethernet address.')
    return address


def ipv4(text: str) -> Network:
    """A dotted quad with an optional prefix of up to 32 bits."""
    address, bits = _prefixed(text, 32)
    octets = address.split(".")
    right = len(octets) == 4 and all(_OCTET.fullmatch(o) for o in octets)
    if not right or max(map(int, octets)) > 255:
        raise ValueError(
            f'"{address}" is not a valid IPv4 address: write 10.0.0.1 or 10.0.0.0/8.'
        )
    return _network(bytes(map(int, octets)), bits)


def ipv6(text: str) -> Network:
    """An IPv6 address with an optional prefix of up to 128 bits."""
    from ipaddress import AddressValueError, IPv6Address  # 4 ms that few filters need

    address, bits = _prefixed(text, 128)
    try:
        return _network(IPv6Address(address).packed, bits)
    except AddressValueError:
        raise ValueError(f'"{address}" is not a valid IPv6 address.') from None


def _prefixed(text: str, most: int) -> "tuple[str, int]":
    address, slash, prefix = text.partition("/")
    if not slash:
        return address, most
    if not re.fullmatch("[0-9]{1,3}", prefix) or int(prefix) > most:
        raise ValueError(f'"{prefix}" is no prefix: it is a number from 0 to {most}.')
    return address, int(prefix)


def _network(address: bytes, bits: int) -> Network:
    size = len(address)
    host = (1 << 8 * size - bits) - 1
    number = int.from_bytes(address, "big")
    first, last = number & ~host, number | host
    return Network(first.to_bytes(size, "big"), last.to_bytes(size, "big"), bits)
