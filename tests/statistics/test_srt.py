"""Service response times by script, path and status."""

from statistics import mean

import pytest

from tests.corpus import captures
from tests.statistics.told import path, tables
from tests.test_server_logs import RESOLUTION, logged


def test_they_are_what_nginx_logged() -> None:
    """Seven requests of the staircase, to the log's resolution and nginx's connecting."""
    (pool,) = [each for each in captures() if each.path == path("nginx-pool")]
    times = sorted((each.duration or 0) / 1e9 for each in logged(pool))
    by_script, by_path, by_status = tables("nginx-pool", "fcgi,srt")
    (row,) = by_script["rows"]
    close = {"abs": 3 * RESOLUTION / 1e9}
    assert (row["script"], row["count"]) == ("/srv/www/slow.php", 7)
    assert row["min"] == pytest.approx(times[0], **close)
    assert row["max"] == row["p99"] == pytest.approx(times[-1], **close)
    assert row["p50"] == pytest.approx(times[3], **close)
    assert row["mean"] == pytest.approx(mean(times), **close)
    assert by_path["rows"][0]["path"] == "/slow.php"
    assert by_status["rows"][0]["status"] == "200"


def test_groups_the_longest_in_all_first() -> None:
    _, by_path, by_status = tables("nginx-stderr", "fcgi,srt")
    counted = [(row["path"], row["count"]) for row in by_path["rows"]]
    assert counted == [("/notice.php", 2), ("/fatal.php", 1), ("/hello.php", 1)]
    assert {row["status"]: row["count"] for row in by_status["rows"]} == {
        "200": 3,
        "500": 1,
    }


def test_its_own_filter_and_the_display_filter() -> None:
    own = tables("nginx-stderr", "fcgi,srt,fcgi.response.status == 500")
    assert [row["count"] for row in own[0]["rows"]] == [1]
    both = tables(
        "nginx-stderr", "fcgi,srt,fcgi.type == 7", "-Y", "fcgi.response.status < 300"
    )
    assert [row["script"] for row in both[0]["rows"]] == ["/srv/www/notice.php"]


def test_what_has_no_end_request_is_not_counted() -> None:
    for table in tables("nginx-killed", "fcgi,srt"):
        assert not table["rows"]
        assert table["remarks"] == ["1 without END_REQUEST are not counted"]
