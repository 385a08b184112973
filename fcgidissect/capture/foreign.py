"""The first bytes of a file that is no capture in, what it looks like out."""

from codecs import getincrementaldecoder
from typing import Tuple

CAPTURES: Tuple[Tuple[bytes, str], ...] = (
    (b"snoop\0\0\0", "a snoop capture"),
    (b"GMBU", "a Microsoft Network Monitor 2 capture"),
    (b"RTSS", "a Microsoft Network Monitor 1 capture"),
    (b"TRSNIFF data", "a Sniffer (DOS) capture"),
    (b"XCP\0", "a Sniffer (Windows) capture"),
    (b"\x05VNF", "a Visual Networks capture"),
    (b"ObserverPktBuffe", "an Observer capture"),
    (b"iptrace ", "an iptrace capture"),
    (b"\xaa\xaa\xaa\xaa", "an InfoVista 5View capture"),
    (b"TR\0d", "an HP-UX nettl trace"),
    (b"\x01\x10\x4c\x00", "a LANalyzer capture"),
    (b"\x7fver", "a Savvius/WildPackets capture"),
    (b"btsnoop\0", "a btsnoop capture"),
)
"""What Wireshark reads and we do not."""

OTHERS: Tuple[Tuple[bytes, str], ...] = (
    (b"\x02\x21\x4c\x18", "LZ4 data of the legacy format: unpack it first"),
    (b"\x1f\x9d", "compress (.Z) data: unpack it first"),
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!", "a rar archive: unpack it first"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xd4\xc3\xb2\xa1", "a pcap file that is cut short in its header"),
    (b"\xa1\xb2\xc3\xd4", "a pcap file that is cut short in its header"),
    (b"\x4d\x3c\xb2\xa1", "a pcap file that is cut short in its header"),
    (b"\xa1\xb2\x3c\x4d", "a pcap file that is cut short in its header"),
    (b"\x0a\x0d\x0d\x0a", "a pcapng file whose section header is cut short or wrong"),
)

TAR_MAGIC, TAR_OFFSET = b"ustar", 257
HEAD = TAR_OFFSET + len(TAR_MAGIC)
"""Bytes that `description` wants to see."""


def description(head: bytes) -> str:
    """What a file looks like that begins with `head`, as the end of a sentence."""
    for magic, name in CAPTURES:
        if head.startswith(magic):
            return f"it looks like {name}, which editcap -F pcap converts"
    for magic, name in OTHERS:
        if head.startswith(magic):
            return f"it looks like {name}"
    if head[TAR_OFFSET:].startswith(TAR_MAGIC):
        return "it looks like a tar archive: unpack it first"
    return _text(head) or (
        f"its first bytes are {head[:8].hex(' ')}"
        " (editcap -F pcap converts what Wireshark can open)"
    )


def _text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it looks like an HTML page"
    if start.startswith(b"<?xml"):
        return "it looks like XML"
    try:
        text = getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return ""
    plain = all(letter.isprintable() or letter.isspace() for letter in text)
    return "it looks like text" if plain else ""
