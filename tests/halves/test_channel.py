"""What one process says is what the other one hears, or why there is nothing to hear."""

import pytest

from fcgidissect.errors import FcgidissectError
from fcgidissect.halves.channel import BEGUN, FAILED, LINES, Channel


@pytest.fixture
def ends() -> "tuple[Channel, Channel]":
    return Channel.pair()


def test_messages(ends: "tuple[Channel, Channel]") -> None:
    ours, theirs = ends
    ours.send(LINES, [b"a line\n"], [1 << 40], [15], 0)
    theirs.send(BEGUN, [], [7])
    assert theirs.received(LINES) == [[b"a line\n"], [1 << 40], [15], 0]
    assert ours.received(BEGUN) == [[], [7]]


def test_what_has_begun_is_exchanged(ends: "tuple[Channel, Channel]") -> None:
    ours, theirs = ends
    theirs.send(BEGUN, [1], [2, 3])
    assert ours.exchange(([4], [])) == ([1], [2, 3])
    assert theirs.received(BEGUN) == [[4], []]


def test_another_message_than_the_one_that_is_due(
    ends: "tuple[Channel, Channel]",
) -> None:
    ours, theirs = ends
    theirs.send(LINES, [])
    with pytest.raises(FcgidissectError, match="was changed while it was read"):
        ours.received(BEGUN)


def test_a_failure_is_told(ends: "tuple[Channel, Channel]") -> None:
    """Though nobody hears what is said to who has failed."""
    ours, theirs = ends
    theirs.send(FAILED, "ValueError: no")
    theirs.close()
    with pytest.raises(RuntimeError, match="^ValueError: no$"):
        ours.exchange(([], []))


def test_the_other_end_is_closed(ends: "tuple[Channel, Channel]") -> None:
    ours, theirs = ends
    theirs.close()
    with pytest.raises(FcgidissectError, match="--cores 1"):
        ours.received(LINES)
    with pytest.raises(BrokenPipeError):
        ours.send(LINES, [])
    ours.close()
