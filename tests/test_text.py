"""Values as text: tshark's forms, and nothing that acts on a terminal."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect import text
from fcgidissect.fcgi.spec import RecordType
from fcgidissect.fields import (
    BOOLEAN,
    BYTES,
    ETHER,
    IPV4,
    IPV6,
    RELATIVE_TIME,
    STRING,
    UINT8,
    UINT16,
    Field,
)


@pytest.mark.parametrize(
    "raw, wanted",
    [
        ("/login?a=1", "/login?a=1"),
        ("caf\u00e9 \u4e2d \U0001f600", "caf\u00e9 \u4e2d \U0001f600"),
        ("[bold red]x", "[bold red]x"),
        ("a\r\nb\tc\0", r"a\r\nb\tc\0"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\x7f\x9b31m", r"\x7f\u009b31m"),
        ("\u202egpj.exe\u2066\u200f\u061c", r"\u202egpj.exe\u2066\u200f\u061c"),
        ("a\u2028b\u00a0c", r"a\u2028b\u00a0c"),
        (b"caf\xe9".decode("utf-8", "surrogateescape"), r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_escape(raw: str, wanted: str) -> None:
    assert text.escape(raw) == wanted


@given(st.text(st.characters()))
def test_whatever_is_escaped_can_be_printed(raw: str) -> None:
    assert text.escape(raw).isprintable()
    text.escape(raw).encode()


@given(st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t\0"))))
def test_characters_are_escaped_one_by_one(raw: str) -> None:
    assert text.escape(raw) == "".join([text.escape(each) for each in raw])


@pytest.mark.parametrize(
    "kind, names, base, value, bare, for_the_eye",
    [
        (UINT8, RecordType, 10, 4, "4", "FCGI_PARAMS (4)"),
        (UINT8, RecordType, 10, 49, "49", "49"),
        (UINT8, None, 16, 1, "0x01", "0x01"),
        (UINT16, None, 16, 0x800, "0x0800", "0x0800"),
        (BOOLEAN, None, 10, True, "1", "True"),
        (BOOLEAN, None, 10, False, "0", "False"),
        (BYTES, None, 10, b"\0\xff", "00ff", "00ff"),
        (STRING, None, 10, "a\nb", r"a\nb", r"a\nb"),
        (ETHER, None, 10, bytes(5) + b"\xaa", "00:00:00:00:00:aa", None),
        (IPV4, None, 10, b"\x7f\0\0\1", "127.0.0.1", None),
        (IPV6, None, 10, bytes(15) + b"\1", "::1", None),
        (RELATIVE_TIME, None, 10, 106_000, "0.000106000", "0.000106000 seconds"),
        (RELATIVE_TIME, None, 10, -1_500, "-0.000001500", "-0.000001500 seconds"),
    ],
)
def test_value_texts(kind, names, base, value, bare, for_the_eye) -> None:  # type: ignore[no-untyped-def]
    field = Field("x", kind, "X", names, base=base)
    assert text.shower(field)(value) == bare
    assert text.told(field, value) == (for_the_eye or bare)


@pytest.mark.parametrize(
    "nanoseconds, digits, wanted",
    [
        (1795473681126496000, 6, "2026-11-23T22:41:21.126496Z"),
        (1795473681000000001, 9, "2026-11-23T22:41:21.000000001Z"),
        (1795473681126496000, 0, "2026-11-23T22:41:21Z"),
    ],
)
def test_iso(nanoseconds: int, digits: int, wanted: str) -> None:
    assert text.iso(nanoseconds, digits) == wanted


def test_date_is_wiresharks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert text.date(1795473681126496000) == "Nov 23, 2026 22:41:21.126496000 UTC"


@pytest.mark.parametrize(
    "told, value",
    [
        ("0", 0),
        ("007", 7),
        (str(2**64 - 1), 2**64 - 1),
        ("9" * 21, None),
        ("1" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
    ],
)
def test_a_number(told: str, value: "int | None") -> None:
    assert text.number(told) == text.number(told.encode()) == value


def test_an_address_of_ipv6_stands_in_brackets_before_its_port() -> None:
    assert text.endpoint("10.0.0.9", 9000) == "10.0.0.9:9000"
    assert text.endpoint("fe80::1", 9000) == "[fe80::1]:9000"
