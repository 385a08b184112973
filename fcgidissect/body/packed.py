"""A compressed body comes in, it goes out unpacked: gzip, deflate, br, zstd."""

import zlib
from typing import Dict, Iterator, Optional

from fcgidissect.body.coding import Damaged
from fcgidissect.capture.compression import (
    COMPRESSIONS,
    Codec,
    Compression,
    Decompressor,
    Inflater,
    codec_of,
)

_PIECE = 1 << 16
"""Bytes that are unpacked at once."""


class Packed:
    """Members of a compressed format, one behind the other; see `Coding`.

    Args:
        form: the format.
        most: bytes that come of it, unless as many went in.

    Raises:
        MissingPackage: nothing that is installed reads it.
    """

    def __init__(self, form: Compression, most: int) -> None:
        self._make, self._error = codec_of(form)
        self._magic = form.magic
        self._member: Optional[Decompressor] = None
        self._most = most
        self._taken = self._given = 0

    @property
    def ended(self) -> bool:
        """See `Coding`; no byte at all is an empty body, as a HEAD is answered."""
        return self._member is None or self._member.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See `Coding`."""
        self._taken += len(data)
        try:
            for piece in self._unpack(data):
                yield piece
                self._given += len(piece)
                if self._given > max(self._most, self._taken):
                    raise Damaged(f"more than {self._most} bytes come of it")
        except self._error as error:
            raise Damaged(str(error)) from error

    def _unpack(self, data: bytes) -> Iterator[bytes]:
        if self._member is None and not self._magic.startswith(
            data[: len(self._magic)]
        ):
            raise Damaged("it begins otherwise")
        while data:
            if self._member is None or self._member.eof:
                self._member = self._make()
            member = self._member
            piece = member.decompress(data, _PIECE)
            # Output may wait though all input is taken, so ask until there is none.
            while piece:
                yield piece
                piece = b"" if member.eof else member.decompress(b"", _PIECE)
            data = member.unused_data if member.eof else b""


class Deflated:
    """HTTP's deflate: zlib's format, or what some send instead, the bare data (RFC 9110,
    section 8.4.1.2). In the shape of `Decompressor`."""

    def __init__(self) -> None:
        self._inflater: Optional[Inflater] = None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """See `Decompressor`."""
        if self._inflater is None:
            # CM = 8 (RFC 1950); as bare data a stored block with bits set in its padding.
            wrapped = data[0] & 0x0F == 8
            self._inflater = Inflater(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return self._inflater.decompress(data, max_length)

    @property
    def needs_input(self) -> bool:
        """See `Decompressor`."""
        return self._inflater is None or self._inflater.needs_input

    @property
    def eof(self) -> bool:
        """See `Decompressor`."""
        return self._inflater is not None and self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        """See `Decompressor`."""
        return self._inflater.unused_data if self._inflater else b""


class Unbrotlied:
    """`brotli.Decompressor` in the shape of `Decompressor`; behind its end is nothing."""

    unused_data = b""

    def __init__(self) -> None:
        import brotli

        self._decompressor = brotli.Decompressor()

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """See `Decompressor`; somewhat more than `max_length` may come."""
        piece: bytes = self._decompressor.process(data, output_buffer_limit=max_length)
        return piece

    @property
    def needs_input(self) -> bool:
        """See `Decompressor`."""
        return bool(self._decompressor.can_accept_more_data())

    @property
    def eof(self) -> bool:
        """See `Decompressor`."""
        return bool(self._decompressor.is_finished())


def _deflate() -> Codec:
    return Deflated, zlib.error


def _brotli() -> Codec:
    import brotli

    return Unbrotlied, brotli.error


_READ = {form.name: form for form in COMPRESSIONS}
FORMS: "Dict[str, Compression]" = {
    "gzip": _READ["gzip"],
    "x-gzip": _READ["gzip"],
    "deflate": Compression("deflate", b"", _deflate),
    "br": Compression("br", b"", _brotli, "brotli"),
    "zstd": _READ["zstd"],
}
"""Content coding -> what unpacks it; the names are IANA's."""
