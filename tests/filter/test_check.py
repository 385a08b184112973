"""The language, by type and operator: what passes RECORD, what does not, what is wrong."""

import pytest

from tests.filter.language import RECORD, Row, accepts, extent, matches, rejects

NUMBERS_PASS = """
fcgi.type == 4 | fcgi.type eq 4 | fcgi.type any_eq 4 | fcgi.type === 4 | fcgi.type all_eq 4
fcgi.type != 5 | fcgi.type ne 5 | fcgi.type all_ne 5 | fcgi.type !== 5 | fcgi.type ~= 5
fcgi.type > 3 | fcgi.type gt 3 | fcgi.type >= 4 | fcgi.type ge 4 | fcgi.type < 5
fcgi.type lt 5 | fcgi.type <= 4 | fcgi.type le 4 | fcgi.type == 0x4 | fcgi.type == 04
fcgi.type == 0b100 | fcgi.type == '\\x04' | fcgi.id == 7 | fcgi.id > -1 | fcgi.id != -7
4 == fcgi.type | 3 < fcgi.type | 3 < fcgi.type < 5 < fcgi.id | fcgi.id > fcgi.type
fcgi.id == tcp.flags.ack or fcgi.id
temperature == -5 | temperature < 0 | fcgi.request.first_frame == 9 | temperature >= -128
"""
NUMBERS_FAIL = """
fcgi.type == 5 | fcgi.type != 4 | fcgi.type !== 4 | fcgi.type > 4 | fcgi.type < 4
fcgi.type >= 5 | fcgi.type <= 3 | fcgi.type == '4' | 4 != fcgi.type | 3 < fcgi.type < 4
fcgi.type == fcgi.id | fcgi.type === fcgi.id
"""
NAMES_PASS = """
fcgi.type == FCGI_PARAMS | fcgi.type == fcgi_params | fcgi.type == "FCGI_PARAMS"
fcgi.type == PARAMS | fcgi.type == params | fcgi.type < FCGI_STDIN | FCGI_STDIN > fcgi.type
fcgi.type in {FCGI_BEGIN_REQUEST .. FCGI_STDIN} | fcgi.type contains "PAR"
fcgi.type matches "^fcgi_p" | all fcgi.type matches "par" | tcp.flags.syn == "Not set"
tcp.flags.syn != Set | tcp.flags.syn == "not set" | tcp.flags.syn contains "Not"
"""
MANY_PASS = """
tcp.port == 9000 | tcp.port == 51000 | tcp.port !== 9000 | tcp.port != 1 | tcp.port > 50000
tcp.port < 9001 | any tcp.port == 9000 | any tcp.port != 9000 | all tcp.port > 1000
all tcp.port != 7 | not tcp.port === 9000 | tcp.port == tcp.port | tcp.port !== tcp.port
not tcp.port != tcp.port | not tcp.port === tcp.port | tcp.port in {9000} | tcp.port !in {1}
all tcp.port in {9000..60000} | any tcp.port not in {9000} | any tcp.port in {51000, 1}
all tcp.port not in {1..100} | not all tcp.port in {9000} | not tcp.port not in {9000}
any tcp.port === 9000 | not all tcp.port == 9000 | all ip.addr in {10.0.0.0/8, 192.168.0.0/16}
"""
MISSING_FAIL = """
fcgi.version == 1 | fcgi.version != 1 | fcgi.version === 1 | fcgi.version !== 1 | fcgi.version
fcgi.version > 0 | fcgi.version in {1} | fcgi.version not in {1} | all fcgi.version == 1
any fcgi.version != 1 | fcgi.version == fcgi.type | fcgi.type != fcgi.version
fcgi.version + 1 != 5 | -fcgi.version != 5 | abs(fcgi.version) != 5 | count(fcgi.version) == 0
count(fcgi.version) != 1 | fcgi.version & 1 | fcgi.nv_name != "x" | fcgi.nv_name[0:1] != "x"
fcgi.nv_name matches "" | all fcgi.nv_name matches "x" | fcgi.nv_name contains "a"
all fcgi.nv_name contains "a" | len(fcgi.nv_name) != 1 | max(fcgi.version) != 1
max(fcgi.version, fcgi.id) != 1 | ip.src == 10.0.0.0/8 | ip.src != 10.0.0.0/8
fcgi.type in {fcgi.version} | fcgi.version in {fcgi.type} | fcgi.version not in {fcgi.type}
fcgi.type != ${fcgi.type} | ${fcgi.type} | fcgi.type == ${fcgi.type} | fcgi.type#2 | @fcgi.id
"""
TEXT_PASS = """
fcgi.nv_name == "PATH_INFO" | fcgi.nv_name == PATH_INFO | fcgi.nv_name contains "REQ"
fcgi.nv_name contains REQ | fcgi.nv_name contains 'x' | fcgi.nv_name matches "^path"
fcgi.nv_name ~ "URI$" | fcgi.nv_name ~ "(?-i)^PATH" | fcgi.nv_name > "Q" | fcgi.nv_name < "Q"
fcgi.nv_name in {"A" .. "QQ"} | fcgi.nv_name in {PATH_INFO, x} | fcgi.nv_name[0:4] == "PATH"
fcgi.nv_name[-4:] == "INFO" | fcgi.nv_name[0:4] == 50:41:54:48 | fcgi.nv_name[4:] contains "_"
fcgi.nv_name[0,5] == "PI" | fcgi.nv_name[0:7][0:3] == "REQ" | fcgi.nv_name[2:] == ""
fcgi.nv_name == "x\\xff" | fcgi.nv_name[1] == "\\xff" | fcgi.param.REQUEST_URI contains "login"
fcgi.param.REQUEST_URI[0:6] == "/login" | "PATH_INFO" == fcgi.nv_name
"xPATH_INFO" contains fcgi.nv_name | fcgi.nv_name contains fcgi.nv_name
fcgi.nv_name == fcgi.nv_name | not fcgi.nv_name === fcgi.nv_name | fcgi.nv_name matches ""
lower(fcgi.nv_name) == "path_info" | fcgi.nv_name === fcgi.nv_name or fcgi.nv_name
"""
TEXT_FAIL = """
fcgi.nv_name == "path_info" | fcgi.nv_name contains "req" | fcgi.nv_name ~ "(?-i)^path"
fcgi.nv_name contains "" | fcgi.nv_name[0:20] == "PATH" | fcgi.nv_name[90:] | fcgi.nv_name[90]
fcgi.nv_name != "PATH_INFO" | all fcgi.nv_name contains "_" | fcgi.param.NOSUCH
fcgi.nv_name[0:4] == 50:41:54:49 | all fcgi.nv_name matches "_"
"""
BYTES_PASS = """
fcgi.content.data contains "GET" | fcgi.content.data contains 47:45:54
fcgi.content.data contains 474554 | fcgi.content.data contains 0d-0a
fcgi.content.data contains 'G' | fcgi.content.data contains 0x47 | fcgi.content.data ~ "get"
fcgi.content.data == "GET /\\r\\n" | fcgi.content.data[0:3] == "GET" | fcgi.content.data > 46
fcgi.content.data[0] == 'G' | fcgi.content.data[0] == 47 | fcgi.content.data[0:3] contains 45
fcgi.content.data matches "\\\\r\\\\n$" | fcgi.content.data < ff:ff | "GET" == fcgi.content.data[0:3]
eth.src == 00:0b:cd:82:8f:86 | eth.src == 00-0b-cd-82-8f-86 | eth.src == 000b.cd82.8f86
eth.src[0:3] == 00:0b:cd | eth.src contains 0b | eth.src contains cd:82 | eth.src ~ "\\\\x0b"
eth.src > 00:00:00:00:00:00 | eth.src in {00:00:00:00:00:00 .. 00:ff:00:00:00:00}
eth.src[0] & 1 == 0 | eth.src & 00:ff:00:00:00:00 == 00:0b:00:00:00:00 | eth.src != fcgi.content.data
fcgi[0:2] == 01:04 | fcgi[1] == 4 | fcgi contains "Abc" | fcgi contains "behind" | fcgi ~ "BEHIND"
len(fcgi) == 14 | fcgi[-1] == 00 | fcgi[8] == 03 | fcgi == 01:04:00:07:00:05:01:00:03:00:41:62:63:00
fcgi[0:2] == fcgi[0:2] | fcgi[10:3] == "Abc" | fcgi[0,1] == 0104 | fcgi[0:4] & 00:0f == 00:04
fcgi > 01:04 | fcgi[9,1] == 00:04 | not fcgi == "x" | fcgi contains fcgi
@fcgi.type == 04 | @fcgi.id == 00:07 | @fcgi.id[1] == 07 | @tcp.port#2 == c7:38
fcgi.nv_name[0:4] == fcgi.nv_name[0:4] | eth.src[1] & 1 != fcgi.nv_name | eth.src[0:4] != ip.src | @ip.src == 0a:00:00:09
"""
BYTES_FAIL = """
fcgi.content.data contains "get" | fcgi.content.data contains "" | fcgi.content.data > 48
fcgi[14] | fcgi[0:2] & 02 | ip.src & 0.0.0.6 | fcgi[14:] == 62 | fcgi[10:5] | fcgi contains "nowhere" | eth.src[4:10] | fcgi == 01
fcgi.content.data == eth.src | fcgi.content.data[90:] | eth.src[0:4] == ip.src
"""
ADDRESSES_PASS = """
ip.src == 10.0.0.9 | ip.src == 10.0.0.0/8 | ip.src == 10.0.0.255/24 | ip.src == 0.0.0.0/0
ip.src != 192.168.0.0/16 | ip.addr == 192.168.1.2 | ip.addr !== 10.0.0.9 | ip.src > 10.0.0.8
ip.src >= 10.0.0.0/8 | ip.src <= 10.0.0.0/8 | ip.src < 11.0.0.0 | ip.src in {10.0.0.0/8}
ip.src in {10.0.0.1 .. 10.0.0.20} | ip.src in {1.2.3.4, 10.0.0.9} | ip.src not in {11.0.0.0/8}
ip.src & 255.0.0.0 == 10.0.0.0 | ip.src[0] == 0a | ip.src[0] == 10 or ip.src[1:2] == 00:00
10.0.0.0/8 == ip.src | ip.addr == ip.src | ip.src[0:4] == ip.src | ip.src in {ip.addr}
ipv6.src == fe80::1 | ipv6.src == fe80::/10 | ipv6.src != ::1 | ipv6.src[0:2] == fe:80
ipv6.src in {::1 .. fe80::2} | ipv6.src > :: | ipv6.src & ffff:: == fe80::
"""
ADDRESSES_FAIL = """
ip.src == 10.0.0.10 | ip.src == 11.0.0.0/8 | ip.addr != 192.168.0.0/16 | ip.src > 10.0.0.0/8
ip.addr === 10.0.0.9 | ip.src in {10.0.0.10 .. 10.0.0.20} | ipv6.src == ::1 | ipv6.src == ::/1
"""
TIMES_PASS = """
frame.time_relative > 1 | frame.time_relative == 1.5 | frame.time_relative < 1.500000001
frame.time_relative > -1 | frame.time_relative in {1 .. 2} | -frame.time_relative == -1.5
frame.time_relative + 1 == 2.5 | frame.time_relative - frame.time_delta == 1.25
frame.time_relative * 2 == 3 | frame.time_relative / 3 == 0.5 | frame.time_relative > frame.time_delta
frame.time > "2017-07-14" | frame.time == "2017-07-14 02:40:00Z" | frame.time == 1500000000
frame.time - "2017-07-14 02:39:59Z" == 1 | frame.time - 1 == "2017-07-14 02:39:59Z"
frame.time + 1.5 == "2017-07-14T02:40:01.5Z" | frame.time in {"2017-01-01" .. "2018-01-01"}
frame.time - frame.time == 0 | frame.time != "2017-07-14 02:40:00.000000001Z"
"""
LOGIC_PASS = """
fcgi.type == 4 and fcgi.id == 7 | fcgi.type == 5 or fcgi.id == 7 | not fcgi.type == 5
!fcgi.padding.data | fcgi.type xor fcgi.padding.data | not (fcgi.type xor fcgi.id) | fcgi.type ^^ !fcgi.id
fcgi.type xor fcgi.id xor fcgi.nv_name | fcgi.padding.data or fcgi.type and fcgi.id
not fcgi.type == 5 and fcgi.id | ! ! fcgi.type | (fcgi.type or fcgi.padding.data) and fcgi.id
fcgi.type#1 == 4 | tcp.port#1 == 9000 | tcp.port#2 == 51000 | tcp.port#[1-2] == 51000
tcp.port#[-1] == 51000 | tcp.port#[2-9] == 51000 | tcp.port#[:2] == 9000 | not tcp.port#2 == 9000
tcp.port#[-2:1] == 9000 | tcp.port#[2,1] == 9000 | not tcp.port#0 | not tcp.port#3 | _ws.malformed or fcgi
"""
ARITHMETIC_PASS = """
fcgi.type + 1 == 5 | fcgi.type - 5 == -1 | fcgi.type * 2 == 8 | fcgi.type / 3 == 1
fcgi.type % 3 == 1 | -fcgi.type == -4 | fcgi.type + 2 * 3 == 10 | {fcgi.type + 2} * 3 == 18
-fcgi.type / 3 == -1 | -fcgi.type % 3 == -1 | fcgi.type + 250 > 253 | 1 + fcgi.type == 5
fcgi.type == 2 * 2 | fcgi.type & 4 | fcgi.type & 6 == 4 | fcgi.type bitand 4 | fcgi.type & 3 + 4
fcgi.id / 0 != 5 | not fcgi.id / 0 == 5 | not fcgi.id % 0 | not fcgi.type - 4 | fcgi.type - 5
tcp.port - 9000 == 42000 | tcp.port - 9000 == 0 | tcp.port + 65535 > 65535 | tcp.port * 65535 * 65535 * 65535 > 0
fcgi.id - fcgi.type == 3 | fcgi.id > fcgi.type + 2 | float(fcgi.id) / 2 == 3.5 | fcgi.id / 2 == 3
"""


def _each(table: str) -> "list[str]":
    return [
        part.strip()
        for line in table.splitlines()
        for part in line.split(" | ")
        if part.strip()
    ]


PASS = [
    NUMBERS_PASS,
    NAMES_PASS,
    MANY_PASS,
    TEXT_PASS,
    ADDRESSES_PASS,
    TIMES_PASS,
    LOGIC_PASS,
    ARITHMETIC_PASS,
]
FAIL = [NUMBERS_FAIL, TEXT_FAIL, ADDRESSES_FAIL]


@pytest.mark.parametrize("expression", _each("\n".join(PASS)))
def test_passes(expression: str) -> None:
    assert matches(expression)
    assert not matches(f"not ({expression})")


@pytest.mark.parametrize("expression", _each("\n".join(FAIL)))
def test_does_not_pass(expression: str) -> None:
    assert not matches(expression)
    assert matches(f"not ({expression})")


BEHIND: Row = {
    **RECORD,
    "fcgi": [extent(bytes(RECORD["fcgi"][0]), b" and what is behind")],
}


@pytest.mark.parametrize("expression", _each(BYTES_PASS))
def test_bytes_pass(expression: str) -> None:
    assert matches(expression, BEHIND)


@pytest.mark.parametrize("expression", _each(BYTES_FAIL))
def test_bytes_do_not_pass(expression: str) -> None:
    assert not matches(expression, BEHIND)


@pytest.mark.parametrize("expression", _each(MISSING_FAIL))
def test_what_is_missing_passes_nothing(expression: str) -> None:
    row: Row = {"fcgi.type": [4]} if "fcgi.type" in expression else {}
    assert not matches(expression, row)
    assert matches(f"!({expression})", row)


def test_nothing_passes_everything() -> None:
    assert matches("") and matches(" ", {})


DIFFER = [
    (
        "fcgi.nv_name == fcgi.type",
        "fcgi.nv_name == fcgi.type",
        "Text and a number do not go together.",
    ),
    (
        "tcp.flags.syn == fcgi.type",
        "tcp.flags.syn == fcgi.type",
        "A boolean and a number do not go together.",
    ),
    (
        "eth.src == ip.src",
        "eth.src == ip.src",
        "An Ethernet address and an IPv4 address do not go together.",
    ),
    (
        "fcgi == fcgi.content.data",
        "fcgi == fcgi.content.data",
        "A protocol and bytes do not go together.",
    ),
    (
        "fcgi contains fcgi.nv_name",
        "fcgi contains fcgi.nv_name",
        "A protocol and text do not go together.",
    ),
    (
        "fcgi[0] == fcgi.type",
        "fcgi[0] == fcgi.type",
        "Bytes and a number do not go together.",
    ),
    (
        "frame.time == frame.time_delta",
        "frame.time == frame.time_delta",
        "A date and time and a time offset do not go together.",
    ),
    (
        "fcgi.type in {fcgi.nv_name}",
        "fcgi.nv_name",
        "A number and text do not go together.",
    ),
    ("fcgi.type in {fcgi[0]}", "fcgi[0]", "A slice may not stand in a set."),
    ("fcgi[0] in {01}", "fcgi[0]", "Only a field can be tested for being in a set."),
    ("len(fcgi) in {1}", "len(fcgi)", "Only a field can be tested for being in a set."),
    (
        "fcgi.nv_name matches x",
        "x",
        "The pattern after matches must stand in double quotes.",
    ),
    (
        "fcgi.nv_name ~ 'x'",
        "'x'",
        "The pattern after matches must stand in double quotes.",
    ),
    (
        'fcgi.id contains "1"',
        "fcgi.id",
        "fcgi.id is a number and takes no part in contains: string(fcgi.id) is its text.",
    ),
    (
        'ip.src matches "1"',
        "ip.src",
        "ip.src is an IPv4 address and takes no part in matches.",
    ),
    (
        'tcp.flags.ack ~ "1"',
        "tcp.flags.ack",
        "tcp.flags.ack is a boolean and takes no part in matches.",
    ),
    (
        "fcgi.nv_name contains fcgi.id",
        "fcgi.id",
        "fcgi.id is a number and takes no part in contains: string(fcgi.id) is its text.",
    ),
    ("_ws.malformed == 1", "1", "A label has no value to compare with."),
    (
        "_ws.malformed == _ws.malformed",
        "_ws.malformed",
        "_ws.malformed is a label and takes no part in ==.",
    ),
    ('"x" contains "x"', '"x"', "Only constants: a field must be on one side."),
]


@pytest.mark.parametrize("expression, marked, message", DIFFER)
def test_types_that_do_not_fit(expression: str, marked: str, message: str) -> None:
    assert rejects(expression) == (message, marked)


@pytest.mark.parametrize(
    "expression", ["fcgi.type", "_ws.malformed", "fcgi.param.x-y", ".fcgi"]
)
def test_accepts(expression: str) -> None:
    assert accepts(expression)
