"""Values of params and header fields by their names."""

from base64 import b64encode

import pytest

from fcgidissect.redact.names import Names
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values

BASIC = b64encode(b"ann:s3cr3t").decode()

GONE = (
    ("HTTP_COOKIE", "lang=de; session=s3cr3t", "lang="),
    ("HTTP_COOKIE", 'session="s3cr3t"', 'session="'),
    ("HTTP_COOKIE", "s3cr3t", ""),
    ("Set-Cookie", "sid=s3cr3t; Path=/; HttpOnly", "sid="),
    ("HTTP_AUTHORIZATION", "Bearer s3cr3t", "Bearer "),
    ("HTTP_AUTHORIZATION", "s3cr3t", ""),
    ("REDIRECT_HTTP_AUTHORIZATION", "Digest username=ann, response=s3cr3t", "Digest "),
    ("HTTP_PROXY_AUTHORIZATION", f"Basic {BASIC}", "Basic "),
    ("HTTP_X_FORWARDED_CREDS", "bearer s3cr3t", "bearer "),
    ("PHP_AUTH_PW", "s3cr3t", ""),
    ("PHP_AUTH_DIGEST", "response=s3cr3t", ""),
    ("HTTP_X_API_KEY", "s3cr3t", ""),
    ("QUERY_STRING", "a=1&token=s3cr3t&b=2", "a=1&token="),
    ("REQUEST_URI", "/x;sid=s3cr3t?pass%77ord=s3cr3t", "/x;sid="),
    ("Location", "https://ann:s3cr3t@example.org/?code=s3cr3t", "https://ann:"),
)


def values() -> Values:
    return Values(Names(), Secrets())


@pytest.mark.parametrize("name, value, before", GONE)
def test_a_secret_goes_and_what_is_around_it_stays(
    name: str, value: str, before: str
) -> None:
    redacted = values().value(name, value.encode()).decode()
    assert "s3cr3t" not in redacted and BASIC not in redacted
    assert len(redacted) == len(value) and redacted.startswith(before)


def test_what_stands_behind_a_secret_stays() -> None:
    redacted = values().value("Set-Cookie", b"sid=s3cr3t; Path=/; HttpOnly")
    assert redacted.endswith(b"; Path=/; HttpOnly")
    assert values().value("QUERY_STRING", b"key=s3cr3t&b=2").endswith(b"&b=2")


STAYS = (
    ("CONTENT_TYPE", "multipart/form-data; boundary=key=1"),
    ("REQUEST_METHOD", "POST"),
    ("REQUEST_URI", "/index.php?page=2&monkey=1"),
    ("HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64)"),
    ("HTTP_COOKIE", ""),
    ("status", "302 Found"),
)


@pytest.mark.parametrize("name, value", STAYS)
def test_what_is_no_secret_stays(name: str, value: str) -> None:
    assert values().value(name, value.encode()) == value.encode()


def test_a_secret_that_was_named_once_goes_everywhere() -> None:
    known = values()
    known.value("HTTP_AUTHORIZATION", f"Basic {BASIC}".encode())
    assert b"s3cr3t" not in known.value("HTTP_X_NOTE", b"try s3cr3t")
    assert b"s3cr3t" not in known.value("SCRIPT_NAME", b"/reset/s3cr3t")
    assert known.value("CONTENT_TYPE", b"s3cr3t") == b"s3cr3t"


def test_a_harmless_cookie_goes_but_its_value_may_be_said_elsewhere() -> None:
    known = values()
    assert b"english" not in known.value("HTTP_COOKIE", b"lang=english")
    assert known.value("REQUEST_URI", b"/english/") == b"/english/"


def test_damaged_base64_is_no_reason_to_stop() -> None:
    assert b"\xff" not in values().value("HTTP_AUTHORIZATION", b"Basic \xff\xfe!")
