"""Name-value pairs, both ways, and over any number of records."""

from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect.fcgi.pairs import Pair, PairReader, decode, encode, pair_ends, written
from fcgidissect.limits import Limits

TEXT = st.binary(max_size=300).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=6)


@pytest.mark.parametrize(
    "content, pairs",
    [
        (b"", ()),
        (make.pair("A", "b"), (("A", "b"),)),
        (make.pair("", ""), (("", ""),)),
        (make.pair("A", ""), (("A", ""),)),
        (make.pair("A" * 127, "b" * 128), (("A" * 127, "b" * 128),)),
        (make.pair("A", "b", True, False), (("A", "b"),)),
        (make.pair("A", "b", False, True), (("A", "b"),)),
        (make.pair("A", "b", True, True), (("A", "b"),)),
        (make.pair("A", "caf\u00e9"), (("A", "caf\u00e9"),)),
        (make.pair("A", b"\xff\0x"), (("A", "\udcff\0x"),)),
        (make.pair("A", "b") * 2, (("A", "b"), ("A", "b"))),
    ],
)
def test_decode(content: bytes, pairs: "Tuple[Tuple[str, str], ...]") -> None:
    assert decode(content) == (pairs, b"")


def test_fields_of_a_pair() -> None:
    (pair,) = decode(make.pair("NAME", "value"))[0]
    assert (pair.name, pair.value) == ("NAME", "value")


@given(PAIRS)
def test_decode_reads_what_encode_wrote(pairs: "List[Tuple[str, str]]") -> None:
    assert decode(encode(pairs)) == (tuple(pairs), b"")


@given(PAIRS)
def test_encode_writes_what_the_specification_says(
    pairs: "List[Tuple[str, str]]",
) -> None:
    raw = [[text.encode("utf-8", "surrogateescape") for text in pair] for pair in pairs]
    assert encode(pairs) == b"".join(make.pair(name, value) for name, value in raw)


@given(PAIRS, st.lists(st.integers(1, 90)))
def test_a_pair_may_be_cut_anywhere(
    pairs: "List[Tuple[str, str]]", sizes: "List[int]"
) -> None:
    reader = PairReader()
    found: "List[Pair]" = []
    for piece in make.split(encode(pairs), *sizes):
        found += reader.feed(piece)
    assert found == pairs
    assert not reader.wanted and reader.rest == b""


@given(PAIRS, st.data())
def test_byte_by_byte_a_pair_comes_with_its_last_byte(
    pairs: "List[Tuple[str, str]]", data: st.DataObject
) -> None:
    content = encode(pairs)
    ends = [len(encode(pairs[: count + 1])) for count in range(len(pairs))]
    reader = PairReader()
    for place in range(len(content)):
        came = reader.feed(content[place : place + 1])
        assert len(came) == ends.count(place + 1)


@given(PAIRS, st.data())
def test_where_pairs_lie(pairs: "List[Tuple[str, str]]", data: st.DataObject) -> None:
    raw = [encode([pair]) for pair in pairs]
    stream = b"".join(raw)
    cut = data.draw(st.integers(0, len(stream)))
    ends = [sum(map(len, raw[: count + 1])) for count in range(len(raw))]
    begun_before = cut not in [0, *ends]
    later = [end - cut for end in ends if end > cut]
    reader = PairReader()
    reader.feed(stream[:cut])
    found = len(reader.feed(stream[cut:]))
    if begun_before:
        assert later[0] == reader.first
    wanted = later[1:] if begun_before else later
    assert pair_ends(stream[cut:], reader.first, found - begun_before) == wanted


@given(st.lists(st.binary(max_size=50)))
def test_arbitrary_bytes_never_raise(contents: "List[bytes]") -> None:
    reader, size = PairReader(), 0
    for content in contents:
        for name, value in reader.feed(content):
            size += len((name + value).encode("utf-8", "surrogateescape"))
    assert size + len(reader.rest) <= sum(map(len, contents))
    assert bool(reader.wanted) == bool(reader.rest)


@pytest.mark.parametrize(
    "content, wanted",
    [
        (b"\x03", 1),
        (b"\x83", 4),
        (b"\x83\0\0", 2),
        (b"\x83\0\0\1", 1),
        (b"\x01\x83", 3),
        (b"\x01\x83\0", 2),
        (b"\x01\x83\0\0", 1),
        (b"\x01\x80\0\0\x05", 6),
        (b"\x01\x02", 3),
        (b"\x01\x02A", 2),
        (b"\x01\x02Ab", 1),
    ],
)
def test_what_an_unfinished_pair_wants(content: bytes, wanted: int) -> None:
    reader = PairReader()
    assert reader.feed(content) == ()
    assert reader.rest == content
    assert 1 <= reader.wanted <= wanted


def test_the_rest_behind_whole_pairs() -> None:
    assert decode(make.pair("A", "b") + b"\x05\x05xyz") == (
        (("A", "b"),),
        b"\x05\x05xyz",
    )


def test_memos_are_bounded() -> None:
    from fcgidissect.fcgi import pairs

    for number in range(3 * Limits().memo):
        decode(make.pair("NAME", str(number)))
    assert len(pairs._pairs) <= Limits().memo
    assert len(pairs._contents) <= pairs._MEMO_CONTENTS


@pytest.mark.parametrize(
    "length, wire", [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\0\0\x80")]
)
def test_lengths_as_they_are_written(length: int, wire: bytes) -> None:
    assert written(length) == wire
