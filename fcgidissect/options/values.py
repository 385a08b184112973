"""The word behind an option comes in, its value goes out: ports, counts, names, pairs.

Each reader raises ArgumentTypeError, with the word in its message, for one that cannot be.
"""

from argparse import ArgumentTypeError
from typing import Iterable, Iterator

PORT_MAXIMUM = 65535


def ports(text: str) -> "list[int]":
    """Ports and ranges of them: `8000,9000-9010`."""
    return [port for part in text.split(",") for port in _range(part.strip())]


def _range(text: str) -> "Iterator[int]":
    first, dash, last = text.partition("-")
    low = _port(first)
    high = _port(last) if dash else low
    if high < low:
        raise ArgumentTypeError(f"{text} runs backwards")
    return iter(range(low, high + 1))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= PORT_MAXIMUM):
        raise ArgumentTypeError(
            f"{text!r} is no TCP port (1 to {PORT_MAXIMUM}, as 9000 or 9000-9010)"
        )
    return int(text)


def decode_as(text: str) -> "list[int]":
    """The ports of tshark's `tcp.port==9000,fcgi`."""
    selector, _, protocol = text.partition(",")
    name, _, numbers = selector.partition("==")
    if (name.strip(), protocol.strip()) != ("tcp.port", "fcgi"):
        raise ArgumentTypeError(f"{text!r} is not tcp.port==PORT,fcgi")
    return ports(numbers)


def preference(text: str) -> "list[int]":
    """The ports of Wireshark's preference `fcgi.tcp.port:9000`."""
    name, _, value = text.partition(":")
    if name.strip() != "fcgi.tcp.port":
        raise ArgumentTypeError(f"{text!r} is not fcgi.tcp.port:PORTS")
    return ports(value.strip())


def count(text: str) -> int:
    """A number from 1 up."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r} is no count of packets")
    return int(text)


def names(text: str) -> "frozenset[str]":
    """Names between commas."""
    return frozenset(name.strip() for name in text.split(","))


def setting(text: str) -> "tuple[str, str]":
    """A key and its value around the first `=`."""
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def ports_text(numbers: "Iterable[int]") -> str:
    """Ports as `ports` reads them, runs of them as ranges."""
    runs: "list[list[int]]" = []
    for port in sorted(numbers):
        if runs and port == runs[-1][-1] + 1:
            runs[-1].append(port)
        else:
            runs.append([port])
    return ",".join(
        f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs
    )
