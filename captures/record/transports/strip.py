"""A pcapng on standard input, the same without the recording machine on standard output.

dumpcap and editcap write the processor and the kernel's version into the section header
and each interface's description; "Linux" stands there afterwards, and no processor. This
machine's byte order only.
"""

import struct
import sys
from collections.abc import Iterator

SECTION_HEADER, INTERFACE_DESCRIPTION = 0x0A0D0D0A, 1
# Where a block's options begin, after its type and length; and which tell of the machine.
OPTIONS_AT = {SECTION_HEADER: 24, INTERFACE_DESCRIPTION: 16}
HARDWARE = {(SECTION_HEADER, 2), (INTERFACE_DESCRIPTION, 15)}
SYSTEM = {(SECTION_HEADER, 3), (INTERFACE_DESCRIPTION, 12)}


def padded(content: bytes) -> bytes:
    """The content up to the next multiple of four bytes."""
    return content + bytes(-len(content) % 4)


def options(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option."""
    at = 0
    while at < len(content):
        code, length = struct.unpack_from("=HH", content, at)
        yield code, content[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4


def stripped(block: bytes) -> bytes:
    """The block, without what it tells of the machine."""
    (kind,) = struct.unpack_from("=I", block)
    if kind not in OPTIONS_AT:
        return block
    body = block[8 : OPTIONS_AT[kind]]
    for code, value in options(block[OPTIONS_AT[kind] : -4]):
        if (kind, code) in HARDWARE:
            continue
        if (kind, code) in SYSTEM:
            value = b"Linux"
        body += struct.pack("=HH", code, len(value)) + padded(value)
    length = struct.pack("=I", len(body) + 12)
    return block[:4] + length + body + length


def main() -> None:
    """Copy standard input to standard output, block by block."""
    capture = sys.stdin.buffer.read()
    at = 0
    while at < len(capture):
        (length,) = struct.unpack_from("=I", capture, at + 4)
        sys.stdout.buffer.write(stripped(capture[at : at + length]))
        at += length


main()
