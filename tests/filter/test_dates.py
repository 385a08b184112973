"""Dates."""

import time

import pytest

from fcgidissect.filter.dates import date

SECOND = 10**9
RIGHT = [
    ("1970-01-01T00:00:00Z", 0),
    ("2010-07-29T11:44:57Z", 1280403897 * SECOND),
    ("2010-07-29 11:44:57.015Z", 1280403897 * SECOND + 15_000_000),
    ("2010-07-29 11:44:57.123456789 UTC", 1280403897 * SECOND + 123_456_789),
    ("2010-07-29T11:44:57+02:00", 1280396697 * SECOND),
    ("2010-07-29 11:44:57 +0200", 1280396697 * SECOND),
    ("2010-07-29 11:44:57-05", 1280421897 * SECOND),
    ("Jul 29, 2010 11:44:57.015 UTC", 1280403897 * SECOND + 15_000_000),
    ("1969-12-31 23:59:59.5Z", -500_000_000),
]
LOCAL = [
    ("2010-07-29 11:44:57", 1280396697 * SECOND),
    ("2010-07-29 11:44", 1280396640 * SECOND),
    ("2010-07-29 11", 1280394000 * SECOND),
    ("2010-07-29", 1280354400 * SECOND),
    ("2010-01-29", 1264719600 * SECOND),
    ("Jul 29, 2010 11:44:57", 1280396697 * SECOND),
]
WRONG = """
|2010|2010-07|2010-13-29|2010-07-32|2010-7-29|29 Jul 2010|11:44:57|x|Foo 29, 2010 11:44:57
2010-07-29 25:00|2010-07-29 11:44:57.1234567891|2010-07-29 11:44:57 CEST|0000-01-01
""".strip("\n").replace("\n", "|").split("|")


@pytest.mark.parametrize("text, value", RIGHT)
def test_with_a_zone(text: str, value: int) -> None:
    assert date(text) == value


@pytest.mark.parametrize("text, value", LOCAL)
def test_without_a_zone_is_local(
    text: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        assert date(text) == value
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str) -> None:
    with pytest.raises(ValueError):
        date(text)
