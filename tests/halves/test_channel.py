"""What one process says is what the other one hears, or why there is nothing to hear."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fcgidissect.errors import FcgidissectError
from fcgidissect.halves.channel import BEGUN, FAILED, FINDINGS, LINES, Channel


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


def test_lines_wait_until_they_are_asked_for(ends: "tuple[Channel, Channel]") -> None:
    ours, theirs = ends
    theirs.send(LINES, [b"a line\n"])
    theirs.send(BEGUN, [1], [2])
    assert ours.exchange(([], [])) == ([1], [2])
    assert ours.received(LINES) == [[b"a line\n"]]


def test_each_may_have_more_to_say_than_a_pipe_holds(
    ends: "tuple[Channel, Channel]",
) -> None:
    ours, theirs = ends
    many = list(range(1 << 30, (1 << 30) + (1 << 19)))
    with ThreadPoolExecutor() as threads:
        told = threads.submit(theirs.exchange, (many, [1]))
        assert ours.exchange((many, [2])) == (many, [1])
        assert told.result(timeout=60) == (many, [2])


def test_another_message_than_the_one_that_is_due(
    ends: "tuple[Channel, Channel]",
) -> None:
    ours, theirs = ends
    theirs.send(FINDINGS, True)
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
