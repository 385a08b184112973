"""The copy in its temporary file."""

from fcgidissect.net.frame import Source
from fcgidissect.redact.copy import Copy

ETHERNET, OTHER = Source(1), Source(101, 9, "lo")
SIZE = 300_000


def test_frames_come_back_with_all_that_they_had() -> None:
    copy = Copy()
    copy.add((-5, 3, 9), b"abc", ETHERNET, ("one", "\udc80two"))
    copy.add((6, 0, 0), b"", OTHER, ours=True)
    copy.claim(copy.add((7, 2, 2), b"de", OTHER))
    one, other = copy.batches()
    assert one.batch.source == ETHERNET and other.batch.source == OTHER
    (time, start, cap_len, length), *more = one.batch.packets
    assert (time, cap_len, length, more) == (-5, 3, 9, [])
    assert one.batch.data[start : start + 3] == b"abc"
    assert (
        one.batch.comments == {0: ("one", "\udc80two")} and other.batch.comments == {}
    )
    assert (one.ours, other.ours) == ([], [0, 1])


def test_bytes_change_in_memory_and_on_disk_alike() -> None:
    copy = Copy()
    places = [copy.add((at, SIZE, SIZE), bytes(SIZE), ETHERNET) for at in range(10)]
    for at, place in enumerate(places):
        copy.write(place + at, b"here")
        assert copy.read(place, place + at + 5) == bytes(at) + b"here\0"
    packets = [(b.data, start) for b in copy for _, start, _, _ in b.packets]
    assert [data.find(b"here", start) - start for data, start in packets] == [
        *range(10)
    ]
    assert copy.size > 10 * SIZE


def test_what_passes_through_is_the_same_and_is_kept() -> None:
    first, second = Copy(), Copy()
    first.add((1, 3, 3), b"abc", ETHERNET, ("said",))
    passed = list(second.taking(first))
    assert [batch.packets for batch in passed] == [batch.packets for batch in second]
    assert [batch.comments for batch in second] == [{0: ("said",)}]
