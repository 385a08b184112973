"""The text of constants."""

import pytest

from fcgidissect.filter import literals
from fcgidissect.filter.literals import Network

RIGHT = [
    (literals.integer, "10", 10),
    (literals.integer, "0", 0),
    (literals.integer, "012", 10),
    (literals.integer, "0x1F", 31),
    (literals.integer, "0X1f", 31),
    (literals.integer, "0b101", 5),
    (literals.integer, "0B101", 5),
    (literals.integer, "-10", -10),
    (literals.integer, "18446744073709551615", (1 << 64) - 1),
    (literals.nanoseconds, "1.5", 1_500_000_000),
    (literals.nanoseconds, "0.000000001", 1),
    (literals.nanoseconds, "-1", -1_000_000_000),
    (literals.floating, "1.5", 1.5),
    (literals.floating, "0x10", 16.0),
    (literals.boolean, "True", True),
    (literals.boolean, "false", False),
    (literals.boolean, "2", True),
    (literals.boolean, "0x0", False),
    (literals.data, "01:02", b"\1\2"),
    (literals.data, "01-02", b"\1\2"),
    (literals.data, "01.02", b"\1\2"),
    (literals.data, "0102", b"\1\2"),
    (literals.data, "1.4", b"\1\4"),
    (literals.data, "1-4", b"\1\4"),
    (literals.data, "4", b"\4"),
    (literals.data, "64", b"\x64"),
    (literals.data, "104", b"\x10\x04"),
    (literals.data, "0x04", b"\4"),
    (literals.data, ":fc", b"\xfc"),
    (literals.data, "fc:", b"\xfc"),
    (literals.ethernet, "00:0b:cd:82:8f:86", bytes.fromhex("000bcd828f86")),
    (literals.ethernet, "00-0b-cd-82-8f-86", bytes.fromhex("000bcd828f86")),
    (literals.ethernet, "000b.cd82.8f86", bytes.fromhex("000bcd828f86")),
    (literals.ethernet, "0-b-cd-82-8f-86", bytes.fromhex("000bcd828f86")),
    (literals.ipv4, "10.1.2.3", Network(b"\n\1\2\3", b"\n\1\2\3", 32)),
    (literals.ipv4, "10.1.2.3/8", Network(b"\n\0\0\0", b"\n\xff\xff\xff", 8)),
    (literals.ipv4, "10.1.2.3/0", Network(b"\0\0\0\0", b"\xff\xff\xff\xff", 0)),
    (literals.ipv4, "10.1.2.3/31", Network(b"\n\1\2\2", b"\n\1\2\3", 31)),
    (literals.ipv6, "::1", Network(bytes(15) + b"\1", bytes(15) + b"\1", 128)),
    (literals.ipv6, "::/0", Network(bytes(16), b"\xff" * 16, 0)),
]
WRONG = [
    (literals.integer, text)
    for text in (
        "",
        "08",
        "0b2",
        "0x",
        "1e2",
        "1_000",
        "x",
        "1.5",
        "9" * 21,
        "0x" + "f" * 99,
    )
]
WRONG += [
    (literals.nanoseconds, text)
    for text in ("", "1.", ".5", "1.1234567891", "1e3", "x")
]
WRONG += [(literals.boolean, text) for text in ("", "x", "yes", "1.0")]
WRONG += [
    (literals.data, text)
    for text in ("0x0104", "1:4", "01:02-03", "x", "0g", "01:2", "001.2")
]
WRONG += [(literals.ethernet, text) for text in ("00:00", "00:" * 6 + "00", "1", "x")]
WRONG += [
    (literals.ipv4, text)
    for text in (
        "10",
        "10.0.0",
        "10.0.0.0.1",
        "10.0.0.256",
        "10.0.0.09",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/x",
        "::1",
    )
]
WRONG += [
    (literals.ipv6, text) for text in ("1:2", "1::2::3", "::1/129", "10.0.0.1", "x")
]


@pytest.mark.parametrize("read, text, value", RIGHT)
def test_right(read, text, value) -> None:  # type: ignore[no-untyped-def]
    assert read(text) == value
    assert type(read(text)) is type(value)


@pytest.mark.parametrize("read, text", WRONG)
def test_wrong(read, text) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError) as wrong:
        read(text)
    assert str(wrong.value).endswith(".") and "\n" not in str(wrong.value)
