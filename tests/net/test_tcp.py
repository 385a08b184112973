"""The arithmetic of sequence numbers, and the header."""

import pytest

from fcgidissect.net.step import Span
from fcgidissect.net.tcp import Tcp, ahead, read_tcp, wrapped

TOP = 2**32 - 1


@pytest.mark.parametrize(
    "seq, of, wanted",
    [
        (5, 5, 0),
        (6, 5, 1),
        (4, 5, -1),
        (0, TOP, 1),
        (TOP, 0, -1),
        (9, TOP - 9, 19),
        (2**31 - 1, 0, 2**31 - 1),
        (2**31, 0, -(2**31)),
        (3, 2**32 + 1, 2),
    ],
)
def test_ahead_counts_round_the_wrap(seq: int, of: int, wanted: int) -> None:
    assert ahead(seq, of) == wanted


def test_wrapped_is_a_sequence_number() -> None:
    assert [wrapped(n) for n in (0, TOP, TOP + 1, -1)] == [0, TOP, 0, TOP]


HEADER = bytes.fromhex(
    "1f90 c000 00000010 00000020 6 012 7fff 0000 0000".replace(" ", "")
)


def test_each_field_is_read_from_its_bits() -> None:
    step = read_tcp(Span(HEADER + bytes(9), 0, 29, 29))
    assert step is not None and isinstance(step.noun, Tcp)
    tcp = step.noun
    assert tcp.port == (8080, 49152) and (tcp.seq_raw, tcp.ack_raw) == (16, 32)
    assert (tcp.hdr_len, tcp.flags, tcp.window_size_value) == (24, 0x12, 0x7FFF)
    assert tcp.len == 5
    assert (tcp.syn, tcp.acknowledges) == (True, True)
    assert not (tcp.fin or tcp.reset or tcp.push or tcp.urg)
    assert step.inner == Span(HEADER + bytes(9), 24, 29, 5)


@pytest.mark.parametrize(
    "captured, length, header",
    [
        (19, 40, HEADER),
        (20, 23, HEADER),
        (20, 40, HEADER[:12] + b"\x40\x12" + HEADER[14:]),
    ],
    ids=["cut within", "longer than the segment", "shorter than can be"],
)
def test_half_a_header_is_none(captured: int, length: int, header: bytes) -> None:
    assert read_tcp(Span(header, 0, captured, length)) is None
