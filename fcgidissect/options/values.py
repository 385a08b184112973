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


def autostop(text: str) -> float:
    """The seconds of tshark's `duration:10`."""
    kind, _, value = text.partition(":")
    try:
        seconds = float(value) if kind == "duration" else 0
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not duration:SECONDS")
    return seconds


def names(text: str) -> "frozenset[str]":
    """Names between commas or blanks."""
    return frozenset(text.replace(",", " ").split())


def listed(text: str) -> "list[str]":
    """Names between commas, in their order."""
    found = [name.strip() for name in text.split(",")]
    if not all(found):
        raise ArgumentTypeError(f"{text!r} is no list of names between commas")
    return found


def setting(text: str) -> "tuple[str, str]":
    """A key and its value around the first `=`."""
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def ports_text(numbers: "Iterable[int]") -> str:
    """Ports as `ports` reads them, runs of them as ranges."""
    return ",".join(_runs(numbers))


def ports_filter(numbers: "Iterable[int]") -> str:
    """Ports in libpcap's language, pcap-filter(7)."""
    return " or ".join(
        f"tcp portrange {run}" if "-" in run else f"tcp port {run}"
        for run in _runs(numbers)
    )


def _runs(numbers: "Iterable[int]") -> "Iterator[str]":
    """Each port, or range of ports, in order."""
    low = high = 0
    for port in [*sorted(numbers), 0]:
        if port == high + 1 and high:
            high = port
            continue
        if high:
            yield f"{low}-{high}" if low < high else str(low)
        low = high = port
