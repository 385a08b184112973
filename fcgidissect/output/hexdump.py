"""Entries come in, hex dumps of their bytes go out in the columns of tshark's -x."""

from fcgidissect.entry import Entry

WIDTH = 16
_SHOWN = bytes(code if 32 <= code < 127 else ord(".") for code in range(256))
"""A byte -> what stands for it on the right."""


def hexdump(data: bytes) -> str:
    """Offset, sixteen bytes in hex, the same as ASCII; a line each."""
    digits = 4 if len(data) <= 1 << 16 else 8
    return "".join(
        f"{at:0{digits}x}  {data[at : at + WIDTH].hex(' '):47}   "
        f"{data[at : at + WIDTH].translate(_SHOWN).decode('ascii')}\n"
        for at in range(0, len(data), WIDTH)
    )


def of_record(row: Entry) -> str:
    """The record's own bytes, put together where they came in several segments."""
    return hexdump(row.record.raw)


def of_frame(row: Entry) -> str:
    """Those of the frame in which it ends, then its own, each behind its title."""
    frame, record = row.frame.bytes, row.record.raw
    return (
        f"Frame ({len(frame)} bytes):\n\n{hexdump(frame)}\n"
        f"Record ({len(record)} bytes):\n\n{hexdump(record)}"
    )
