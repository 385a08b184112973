"""Packed blocks in, unpacked blocks out: the formats that are told by their first bytes."""

import sys
import zlib
from typing import (
    Callable,
    Generator,
    Iterator,
    NamedTuple,
    Optional,
    Protocol,
    Tuple,
    Type,
)

BLOCK = 1 << 18
"""Bytes in a block; measured: longer ones cost more time, 2 MiB 30 to 80 % more."""


class Damage(Exception):
    """What is wrong with a capture from here on, in one sentence."""


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


class Inflater:
    """`zlib` in the shape of its sisters, for gzip without isal."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)

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
    Compression("zstd", b"\x28\xb5\x2f\xfd", _zstd, "backports.zstd"),
    Compression("lz4", b"\x04\x22\x4d\x18", _lz4, "lz4"),
    Compression("xz", b"\xfd7zXZ\0", _xz),
    Compression("bzip2", b"BZh", _bzip2),
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


def unpacked(
    form: Compression, codec: Codec, blocks: Iterator[bytes]
) -> Iterator[bytes]:
    """The unpacked bytes of one member after another, BLOCK of them at most at a time.

    Raises:
        Damage: where the packed bytes end early, are wrong or are none of the format.
    """
    rest = b""
    while rest := _member(form, rest, blocks):
        if not rest.startswith(form.magic):
            raise Damage(f"bytes that are no {form.name} follow its {form.name} data")
        rest = yield from _unpacked_member(form, codec, rest, blocks)


def _member(form: Compression, rest: bytes, blocks: Iterator[bytes]) -> bytes:
    """The packed bytes of the next member, which zeros may keep away; none at the end."""
    while len(rest := rest.lstrip(b"\0")) < len(form.magic):
        block = next(blocks, b"")
        if not block:
            break
        rest += block
    return rest


def _unpacked_member(
    form: Compression, codec: Codec, packed: bytes, blocks: Iterator[bytes]
) -> Generator[bytes, None, bytes]:
    new_decompressor, error = codec
    decompressor = new_decompressor()
    while not decompressor.eof:
        if decompressor.needs_input and not (packed := packed or next(blocks, b"")):
            raise Damage(f"its {form.name} data ends early")
        try:
            data = decompressor.decompress(packed, BLOCK)
        except error as reason:
            raise Damage(f"its {form.name} data is damaged ({reason})") from reason
        packed = b""
        if data:
            yield data
    return decompressor.unused_data
