"""Counts, means and percentiles of durations."""

from math import ceil
from typing import List

from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.statistics.times import EXACT, Times


def of(durations: "List[int]") -> Times:
    times = Times()
    for duration in durations:
        times.add(duration)
    return times


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=200), st.floats(0, 1))
def test_small_ones_are_exact(durations: "List[int]", share: float) -> None:
    times = of(durations)
    assert (times.count, times.sum) == (len(durations), sum(durations))
    assert (times.least, times.most) == (min(durations), max(durations))
    rank = max(1, ceil(share * len(durations)))
    assert times.percentile(share) == sorted(durations)[rank - 1]


def test_nearest_rank() -> None:
    """The definition's usual example."""
    times = of([15, 20, 35, 40, 50])
    shares = (0.05, 0.3, 0.4, 0.5, 1.0)
    assert [times.percentile(share) for share in shares] == [15, 20, 20, 35, 50]
    assert of([]).percentile(0.5) == of([]).mean == 0


def test_large_ones_are_half_a_percent_off_at_most() -> None:
    durations = [(at * 7919 % 100_003 + 1) ** 2 for at in range(4 * EXACT)]
    times, ordered = of(durations), sorted(durations)
    for share in (0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0):
        wanted = ordered[max(1, ceil(share * len(ordered))) - 1]
        assert abs(times.percentile(share) - wanted) <= 0.0051 * wanted + 1


def test_memory_does_not_grow() -> None:
    times = of([at * 1000 for at in range(20 * EXACT)])
    assert len(times._values) <= EXACT and len(times._buckets) < 3000
    assert times.percentile(0) == 0


def test_what_does_not_need_all_values_is_exact() -> None:
    durations = [(at * 7919 % 100_003 + 1) ** 2 for at in range(4 * EXACT + 5)]
    times = of(durations)
    for _ in range(2):
        assert (times.count, times.sum) == (len(durations), sum(durations))
        assert (times.least, times.most) == (min(durations), max(durations))
        times.percentile(0.5)
