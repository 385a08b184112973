"""Bodies by their media types, whole and in pieces."""

from typing import List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.redact.bodies import Form, boundary, scanner
from fcgidissect.redact.names import Names
from fcgidissect.redact.scanner import Scanner
from fcgidissect.redact.secrets import Secrets
from fcgidissect.redact.values import Values

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"
PARTS = 'multipart/form-data; boundary="--b0"'
UPLOAD = (
    b"----b0\r\nContent-Disposition: form-data; name=user\r\n\r\nann\r\n"
    b'----b0\r\nContent-Disposition: form-data; name="password"\r\n\r\ns3cr\r\n3t\r\n'
    b'----b0\r\nContent-Disposition: form-data; name="file"; filename="password"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n--not it\r\n----b0--\r\n"
)
TABLE = (
    (FORM, b"user=ann&password=s3cr3t&x=1", b"user=ann&password=@@@@@@&x=1"),
    (FORM, b"user%5Bpassword%5D=s3cr3t", b"user%5Bpassword%5D=@@@@@@"),
    (FORM, b"note=a=b=c&token=&flag&key=s3cr3t", b"note=a=b=c&token=&flag&key=@@@@@@"),
    ("", b"token=s3cr3t", b"token=@@@@@@"),
    (
        JSON,
        b'{"a": [1, "x"], "token": "s3cr3t"}',
        b'{"a": [1, "x"], "token": "@@@@@@"}',
    ),
    (JSON, b'{"pin":123456,"b":"\\"x"}', b'{"pin":@@@@@@,"b":"\\"x"}'),
    (JSON, b'{"otp" : null, "keys": true}', b'{"otp" : null, "keys": true}'),
    (
        JSON,
        b'{"auth": {"user": "annann", "ids": ["s3cr3t"]}, "x": "y"}',
        b'{"auth": {"user": "@@@@@@", "ids": ["@@@@@@"]}, "x": "y"}',
    ),
    (JSON, b'{"token": "s3cr3', b'{"token": @@@@@@'),
    ("application/problem+json", b'{"secret":"s3cr3t"}', b'{"secret":"@@@@@@"}'),
    (PARTS, UPLOAD, UPLOAD.replace(b"s3cr\r\n3t", b"@@@@@@@@")),
    ("text/plain", b"password=s3cr3t", b"password=s3cr3t"),
)
"""Media type, body, what is left of it; @ for a byte that must not be as it was."""


def values() -> Values:
    return Values(Names(), Secrets())


def fed(to: Scanner, pieces: "List[bytes]") -> bytes:
    return b"".join(map(to.feed, pieces)) + to.finish()


def masked(redacted: bytes, wanted: bytes) -> bytes:
    """The redacted body with @ where the wanted one has it."""
    assert len(redacted) == len(wanted)
    marked = (want if want == ord("@") else got for got, want in zip(redacted, wanted))
    return bytes(marked)


@pytest.mark.parametrize("media, body, wanted", TABLE)
def test_a_field_goes_by_its_name(media: str, body: bytes, wanted: bytes) -> None:
    redacted = fed(scanner(values(), media), [body])
    assert masked(redacted, wanted) == wanted
    assert b"s3cr3t" not in redacted or b"s3cr3t" in wanted


@pytest.mark.parametrize("media, body, wanted", TABLE)
@settings(deadline=None)
@given(sizes=st.lists(st.integers(1, 30), max_size=40))
def test_pieces_give_what_the_whole_gives(
    media: str, body: bytes, wanted: bytes, sizes: "list[int]"
) -> None:
    shared = values()
    whole = fed(scanner(shared, media), [body])
    pieces, rest = [], body
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert fed(scanner(shared, media), [*pieces, rest]) == whole


@pytest.mark.parametrize("media", (FORM, JSON, PARTS, "text/html"))
@settings(deadline=None)
@given(data=st.binary(max_size=400))
def test_whatever_comes_as_many_bytes_go(media: str, data: bytes) -> None:
    assert len(fed(scanner(values(), media), [data[:100], data[100:]])) == len(data)


def test_the_name_of_a_file_is_no_fields_name() -> None:
    redacted = fed(scanner(values(), PARTS), [UPLOAD])
    assert b"\x89PNG\r\n--not it" in redacted


def test_a_long_value_that_is_no_secret_is_not_held() -> None:
    form = Form(values())
    assert form.feed(b"text=abc abc ") == b"text=abc abc"
    assert form.feed(b"abc&b=2&") == b" abc&b=2"


def test_a_known_secret_goes_from_every_media_type() -> None:
    for media in (FORM, JSON, PARTS, "text/html", ""):
        known = values()
        known.secrets.overwrite(b"s3cr3t")
        assert b"s3cr3t" not in fed(scanner(known, media), [b"say s3", b"cr3t!"])


def test_a_media_type_names_its_boundary() -> None:
    assert boundary('multipart/form-data; boundary="a b"; x=y') == b"a b"
    assert boundary("multipart/form-data") == b"\0\0"
