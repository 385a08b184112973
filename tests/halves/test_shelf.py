"""What one process lays down the other one finds."""

import marshal
import os

import pytest

from fcgidissect.halves.shelf import PLACE_BYTES, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def laid(shelf: Shelf, *batches: "list[bytes]") -> "list[list[int | bytes]]":
    """What another process tells that has laid down these."""
    hears, says = os.pipe()
    if not os.fork():
        os.write(says, marshal.dumps([shelf.lay(each) for each in batches]))
        os._exit(0)
    os.wait()
    os.close(says)
    with open(hears, "rb") as told:
        return marshal.load(told)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "batches",
    [
        ([b"one\n", b"", b"two\n"], [b"three\n"]),
        ([], [b"one\n"]),
        ([b"one\n"], []),
        ([b"x" * (PLACE_BYTES - 1), b"y"], [b"one\n"]),
    ],
)
def test_texts_are_found_as_they_were(
    shelf: Shelf, batches: "tuple[list[bytes], ...]"
) -> None:
    told = laid(shelf, *batches)
    assert told == [[*map(len, each)] for each in batches]
    assert [shelf.find(each, False) for each in told] == [*batches]


def test_texts_stay_until_the_next_but_one_are_laid_down(shelf: Shelf) -> None:
    one, two = laid(shelf, [b"one"], [b"two"])
    (first,) = shelf.find(one, False)
    assert first == b"one"
    shelf.find(two, False)
    laid(shelf, [b"six"])
    assert first == b"six"


def test_what_has_no_room_goes_by_itself(shelf: Shelf) -> None:
    """And what comes behind it is laid down again."""
    large = [b"x" * PLACE_BYTES, b"y"]
    assert shelf.lay(large) == shelf.find(large, False) == large
    (told,) = laid(shelf, [b"one"])
    assert told == [3] and shelf.find(told, False) == [b"one"]
