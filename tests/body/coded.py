"""Bodies in every coding, made by the standard library and the codings' own packages."""

import gzip
import sys
import zlib
from typing import Callable, Dict, List

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Encode = Callable[[bytes], bytes]


def bare_deflate(data: bytes) -> bytes:
    """Deflate without zlib's wrapper, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, size: int = 1000) -> bytes:
    """RFC 9112 section 7.1, with an extension and a trailer field."""
    pieces: "List[bytes]" = []
    for at in range(0, len(data), size):
        piece = data[at : at + size]
        pieces.append(b"%X;name=value\r\n%b\r\n" % (len(piece), piece))
    return b"".join(pieces) + b"0\r\nExpires: never\r\n\r\n"


ENCODE: "Dict[str, Encode]" = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "chunked": chunked,
}
"""Name of a coding -> what applies it."""
