"""What there is to remark: on the captures with trouble, and on none without."""

import pytest

from tests.statistics.told import path, rows, said

CLEAN = [
    *("nginx-keepalive", "nginx-upload", "nginx-upload-unbuffered", "nginx-large"),
    *("nginx-stderr", "nginx-status", "nginx-pool", "apache-upload", "lighttpd"),
    *("lighttpd-upload", "caddy-php-fpm", "ipv6", "vlan", "reorder-web"),
    *("reorder-app", "noise"),
]
CLEAN_8000 = [
    *("fcgi", "apache-authorizer", "cgi-fcgi-libfcgi", "haproxy-multiplex"),
    *("haproxy-upload", "nginx-go", "perl-fcgi", "fcgiwrap", "uwsgi", "node-fastcgi"),
    *("h2o-split-pair", "split-pair", "get-values-libfcgi"),
]


@pytest.mark.parametrize(
    "name, port",
    [(name, "9000") for name in CLEAN] + [(name, "8000") for name in CLEAN_8000],
)
def test_a_capture_without_trouble_has_no_remark(name: str, port: str) -> None:
    assert rows(name, "expert", port=port) == []


TROUBLE = [
    ("cgi-fcgi-split-pair", "9000", 4, "HTTP_X_SETTING_36 is split over two PARAMS"),
    ("h2o-php-fpm", "9000", 14, "HTTP_X_LARGE is split over two PARAMS"),
    ("split-pair-php-fpm", "9000", 4, "SCRIPT_NAME is split over two PARAMS"),
    ("php-fpm-lenient", "9000", 14, "version 0"),
    ("nginx-http-on-port", "9000", 1, "HTTP is spoken on this port"),
    ("mixed-port", "9000", 28, "TLS is spoken on this port"),
    ("nginx-killed", "9000", 4, "closed the connection (RST) before the answer"),
    ("nginx-retry", "9000", 4, "closed the connection without an answer (RST)"),
    ("close-silently", "8000", 4, "closed the connection without an answer (FIN)"),
    ("nginx-no-script", "9000", 4, "SCRIPT_FILENAME is /srv/www/no-such-page.php"),
    ("nginx-big-header", "9000", 4, "largest field is Set-Cookie"),
    ("nginx-upload-chunked", "9000", 4, "STDIN brought 18300 bytes and no param"),
    ("overloaded", "8000", 4, "refused the request: FCGI_OVERLOADED"),
    ("cant-mpx-conn", "8000", 6, "refused the request: FCGI_CANT_MPX_CONN"),
    ("unknown-role", "8000", 4, "refused the request: FCGI_UNKNOWN_ROLE"),
    (
        "filter-data",
        "8000",
        16,
        "DATA ended after 37 bytes, but FCGI_DATA_LENGTH is 400",
    ),
    ("unknown-type", "8000", 8, "type 99 is none"),
    ("cgi-fcgi", "9000", 4, "no web server that is known asks like this"),
    ("made-padding", "8000", 4, "no web server that is known asks like this"),
    ("nginx-timeout", "9000", 4, "1.004 s before this answer's end"),
]


@pytest.mark.parametrize("name, port, frame, part", TROUBLE)
def test_trouble_is_told(name: str, port: str, frame: int, part: str) -> None:
    told = rows(name, "expert", port=port)
    assert frame == min(row["frame"] for row in told if part in row["message"])


def test_the_worst_first_and_the_rest_by_how_often() -> None:
    told = rows("php-fpm-lenient", "expert")
    ranks = [("error", "warn", "note").index(row["severity"]) for row in told]
    assert ranks == sorted(ranks)


def test_only_what_is_bad_enough() -> None:
    assert rows("nginx-timeout", "expert,warn") == []
    assert len(rows("nginx-timeout", "expert,note")) == 1
    assert len(rows("nginx-killed", "expert,error")) == 1
    status, _, err = said(path("nginx-killed"), "-q", "-z", "expert,dreadful")
    assert status == 2 and "the severities are comment, chat, note, warn, error" in err


def test_the_display_filter_applies() -> None:
    assert rows("filter-data", "expert", "fcgi.request.number == 0", port="8000") == []
