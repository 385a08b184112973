"""The same blocks from a thread, no more of them than are wanted, and its errors."""

import time
from sys import getswitchinterval, setswitchinterval
from threading import active_count

import pytest

from fcgidissect.capture.ahead import DEPTH, ReadAhead
from fcgidissect.capture.unpack import Damage


def test_same_blocks():
    blocks = [bytes([n]) for n in range(200)]
    ahead = ReadAhead(iter(blocks))
    assert list(ahead) == blocks
    assert next(ahead, b"") == b"", "the end stays the end"


def test_error_comes_behind_the_blocks():
    def damaged():
        yield b"good"
        raise Damage("its end is missing")

    ahead = ReadAhead(damaged())
    assert next(ahead) == b"good"
    for _ in range(2):
        with pytest.raises(Damage, match="its end is missing"):
            next(ahead)


def test_it_is_not_far_ahead():
    made = []

    def endless():
        while True:
            made.append(1)
            yield b"block"

    threads = active_count()
    ahead = ReadAhead(endless())
    for taken in range(20):
        next(ahead)
        time.sleep(0.001)
        assert len(made) <= taken + 1 + DEPTH + 1
    ahead.stop()
    assert active_count() == threads


def test_python_lets_it_take_its_turn_as_long_as_it_works():
    setswitchinterval(0.005)
    ahead = ReadAhead(iter([b"block"]))
    assert getswitchinterval() < 0.001
    assert list(ahead) == [b"block"]
    ahead.stop()
    assert getswitchinterval() == pytest.approx(0.005)
