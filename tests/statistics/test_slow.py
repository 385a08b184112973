"""The slowest requests."""

from fcgidissect.statistics.slow import Slowest
from tests.statistics.told import path, rows, said


def test_the_slowest_first() -> None:
    told = rows("nginx-pool", "fcgi,slow")
    durations = [row["duration"] for row in told]
    assert len(told) == 7 and durations == sorted(durations, reverse=True)
    assert told[0]["uri"] == "/slow.php?seconds=1&client=7"
    assert 2.62 < durations[0] < 2.623 and told[0]["status"] == 200


def test_as_many_as_asked_for() -> None:
    told = rows("nginx-pool", "fcgi,slow,2")
    assert [row["uri"][-1] for row in told] == ["7", "4"]


def test_what_is_open_at_the_end_has_lasted_until_then() -> None:
    """The capture ends amid the third answer."""
    told = {row["state"]: row for row in rows("midstream-end", "fcgi,slow")}
    assert told["cut"]["duration"] > 0 and told["cut"]["ttfb"] is not None


def test_of_those_that_took_as_long_the_first_ones() -> None:
    slowest, rows = Slowest("2"), [(at, 0, 7, None, 200, "complete") for at in range(5)]
    slowest.count([*rows, None, (9, 0, 8, None, 200, "complete")])
    (table,) = slowest.tables()
    assert [(row[0], row[2]) for row in table.rows] == [(9, 8), (0, 7)]


def test_a_number_that_is_none() -> None:
    for text in ("x", "0", "-1", "1.5", "10001"):
        status, out, err = said(path("nginx-pool"), "-q", "-z", f"fcgi,slow,{text}")
        assert (status, out) == (2, "")
        assert err == (
            f"fcgidissect: -z fcgi,slow,{text}: how many is a number from 1 to 10000\n"
        )
