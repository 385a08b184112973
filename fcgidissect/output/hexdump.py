"""Bytes come in, a hex dump goes out in the columns of tshark's -x."""

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
