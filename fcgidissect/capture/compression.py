"""The first bytes of a file in, what unpacks it out: a table of compressed formats."""

import sys
import zlib
from typing import (
    Callable,
    NamedTuple,
    Optional,
    Protocol,
    Tuple,
    Type,
)


class MissingPackage(Exception):
    """Which package a format needs, with the command that installs it."""


class Decompressor(Protocol):
    """The shape of `bz2.BZ2Decompressor`, which its younger sisters share."""

    @property
    def eof(self) -> bool:
        """Whether the end of the member has been reached."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes without more packed bytes."""

    @property
    def unused_data(self) -> bytes:
        """The packed bytes behind the end of the member."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most `max_length` unpacked bytes."""


Codec = Tuple[Callable[[], Decompressor], Type[Exception]]
"""What makes a decompressor for one member, and the error that it raises."""


class Compression(NamedTuple):
    """A compressed format."""

    name: str
    magic: bytes
    codec: Callable[[], Codec]
    package: str = ""
    """What pip installs to read it, for one that is not in the standard library."""
    skippable: bool = False
    """Whether frames that hold no data may stand between the others."""
    slow: bool = False
    """To unpack it takes longer than to dissect what comes of that."""

    def begins(self, data: bytes) -> bool:
        """Whether a member of this format may begin like `data`."""
        return data.startswith(self.magic) or (
            self.skippable and skippable_size(data) > 0
        )


def skippable_size(head: bytes) -> int:
    """Bytes of the frame without data that begins with `head`; 0 where none does.

    RFC 8878 section 3.1.2; pzstd writes one first.
    """
    if head[1:4] != b"\x2a\x4d\x18" or head[0] >> 4 != 5:
        return 0
    return 8 + int.from_bytes(head[4:8], "little")


class Inflater:
    """`zlib` in the shape of its sisters: for gzip without isal, or as `wbits` says."""

    def __init__(self, wbits: int = 31) -> None:
        self._inflate = zlib.decompressobj(wbits=wbits)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """See `Decompressor`."""
        packed = self._inflate.unconsumed_tail + data
        return self._inflate.decompress(packed, max_length)

    @property
    def needs_input(self) -> bool:
        """See `Decompressor`."""
        return not self._inflate.unconsumed_tail

    @property
    def eof(self) -> bool:
        """See `Decompressor`."""
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        """See `Decompressor`."""
        return self._inflate.unused_data


def _gzip() -> Codec:
    try:
        from isal import igzip_lib
    except ImportError:
        return Inflater, zlib.error
    return (
        lambda: igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP),
        igzip_lib.IsalError,
    )


def _zstd() -> Codec:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdDecompressor, zstd.ZstdError


def _lz4() -> Codec:
    from lz4.frame import LZ4FrameDecompressor

    return LZ4FrameDecompressor, RuntimeError


def _xz() -> Codec:
    from lzma import LZMADecompressor, LZMAError

    return LZMADecompressor, LZMAError


def _bzip2() -> Codec:
    from bz2 import BZ2Decompressor

    return BZ2Decompressor, OSError


COMPRESSIONS = (
    Compression("gzip", b"\x1f\x8b", _gzip),
    Compression("zstd", b"\x28\xb5\x2f\xfd", _zstd, "backports.zstd", True),
    Compression("lz4", b"\x04\x22\x4d\x18", _lz4, "lz4", True),
    Compression("xz", b"\xfd7zXZ\0", _xz, slow=True),
    Compression("bzip2", b"BZh", _bzip2, slow=True),
)

LONGEST_MAGIC = max(len(form.magic) for form in COMPRESSIONS)


def compression_of(head: bytes) -> Optional[Compression]:
    """The format of which `head` is the beginning, or None."""
    return next((form for form in COMPRESSIONS if head.startswith(form.magic)), None)


def codec_of(form: Compression) -> Codec:
    """What reads a format.

    Raises:
        MissingPackage: nothing that is installed does.
    """
    try:
        return form.codec()
    except ImportError as error:
        raise MissingPackage(
            f"is compressed with {form.name}: reading it takes a package more,"
            f" pip install {form.package}"
        ) from error
