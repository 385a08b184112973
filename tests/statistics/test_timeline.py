"""Levels over time in a bounded number of intervals."""

from typing import List, Tuple

from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.statistics.timeline import FINEST, MOST, Timeline

STEPS = st.lists(
    st.tuples(st.integers(0, 10**11), st.integers(0, 50)), min_size=1, max_size=60
)


@given(STEPS)
def test_nothing_is_lost_when_intervals_are_joined(
    steps: "List[Tuple[int, int]]",
) -> None:
    line, now = Timeline(), 0
    for span, level in steps:
        line.touch(now, level, 1)
        line.add(now, now + span, level)
        now += span
    rows = list(line.rows())
    assert len(rows) <= MOST
    assert sum(begun for _, begun, _, _, _ in rows) == len(steps)
    area = sum(span * level for span, level in steps)
    assert abs(sum(mean for *_, mean, _ in rows) * line.width - area) <= 1e-6 * area
    assert max(most for *_, most in rows) == max(level for _, level in steps)


def test_the_finest_interval() -> None:
    line = Timeline()
    line.touch(0, 1, 1)
    line.add(0, 3 * FINEST, 1)
    line.touch(3 * FINEST, 0, -1)
    assert list(line.rows()) == [
        (0, 1, 0, 1.0, 1),
        (FINEST, 0, 0, 1.0, 1),
        (2 * FINEST, 0, 0, 1.0, 1),
        (3 * FINEST, 0, 1, 0.0, 0),
    ]


def test_intervals_double() -> None:
    line = Timeline()
    line.add(0, MOST * FINEST + 1, 2)
    assert line.width == 2 * FINEST
