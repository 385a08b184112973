"""The table of functions: what each gives, and what it refuses."""

import pytest

from fcgidissect.filter.functions import FUNCTIONS
from tests.filter.language import Row, matches, rejects

PASS = [
    ("len(fcgi.nv_name) == 3", {"fcgi.nv_name": ["\u00e9x"]}),
    ("len(fcgi.content.data) == 2", {"fcgi.content.data": [b"ab"]}),
    ("len(fcgi) == 14", None),
    ("len(eth.src) == 6", None),
    ("len(fcgi.nv_name[0:4]) == 4", None),
    ("count(fcgi.nv_name) == 3", None),
    ("count(tcp.port#1) == 1", None),
    ("count(_ws.malformed) == 2", {"_ws.malformed": ["a", "b"]}),
    ('upper(fcgi.nv_name) == "A\u00e9"', {"fcgi.nv_name": ["a\u00e9"]}),
    ('lower(fcgi.nv_name) == "path_info"', None),
    ('lower(fcgi.nv_name) == "a\u00c9"', {"fcgi.nv_name": ["A\u00c9"]}),
    ('upper(lower(fcgi.nv_name))[0:4] == "PATH"', None),
    ('string(fcgi.type) == "4"', None),
    ('string(temperature) == "-5"', None),
    ('string(ip.src) == "10.0.0.9"', None),
    ('string(ipv6.src) == "fe80::1"', None),
    (
        'string(ipv6.src) == "::ffff:1.2.3.4"',  # tshark's form, and -e's
        {"ipv6.src": [bytes(10) + b"\xff\xff\1\2\3\4"]},
    ),
    ('string(eth.src) == "00:0b:cd:82:8f:86"', None),
    ('string(fcgi.id + 1) == "8"', None),
    ('vals(fcgi.type) == "FCGI_PARAMS"', None),
    ("not vals(fcgi.type)", {"fcgi.type": [99]}),
    ('vals(tcp.flags.syn) == "Not set"', None),
    ('dec(fcgi.id) == "7"', None),
    ('hex(fcgi.id) == "0x0007"', None),
    ("max(tcp.port) == 51000", None),
    ("min(tcp.port) == 9000", None),
    ("max(tcp.port, 60000) == 60000", None),
    ("min(3, fcgi.type, fcgi.id) == 3", None),
    ("max(fcgi.type, fcgi.id) == 4", {"fcgi.type": [4]}),
    ('max(fcgi.nv_name) > "x"', None),
    ("max(ip.addr) == 192.168.1.2", None),
    ("max(frame.time_relative, frame.time_delta) == 1.5", None),
    ("abs(temperature) == 5", None),
    ("abs(fcgi.type - 10) == 6", None),
    ("abs(-frame.time_delta) == 0.25", None),
    ("float(fcgi.id) / 2 == 3.5", None),
    ("float(frame.time_relative) == 1.5", None),
    ("double(fcgi.id) == fcgi.id", None),
    ("fcgi.id < float(fcgi.id) + 0.5", None),
    ('ip_special_name(ip.src) == "Private-Use"', None),
    ("ip_special_mask(ip.src) == 28", None),
    ("not ip_special_name(ip.src)", {"ip.src": [b"\x08\x08\x08\x08"]}),
    ("ip_rfc1918(ip.src) and not ip_linklocal(ip.src)", None),
    ("ip_multicast(ip.src)", {"ip.src": [b"\xe0\x00\x00\x01"]}),
    ("ip_linklocal(ipv6.src) and not ip_ula(ipv6.src)", None),
    ("len(fcgi.nv_name)", None),
    ("not len(fcgi.nv_name)", {"fcgi.nv_name": [""]}),
    ("count(tcp.port)", None),
]
REFUSED = [
    ("len(fcgi.id) == 1", "len(x) takes text or bytes or an Ethernet address or a protocol, and this is a number."),
    ("count(fcgi.id + 1) == 1", "count(field) takes a field."),
    ("count(fcgi.nv_name[0]) == 1", "count(field) takes a field."),
    ("upper(fcgi.id) == \"x\"", "upper(text) takes text, and this is a number."),
    ("string(fcgi.nv_name) == \"x\"", "string(x) takes a number or a floating-point number or an IPv4 address or an IPv6 address or an Ethernet address, and this is text."),
    ("vals(fcgi.id) == \"x\"", "vals(field) takes a field whose values have names."),
    ("vals(fcgi.type + 1) == \"x\"", "vals(field) takes a field whose values have names."),
    ("max(fcgi.id, fcgi.nv_name) == 1", "max(x, ...) takes values of one type."),
    ("max(_ws.malformed) == 1", "max(x, ...) takes values with an order, and this is a label."),
    ("abs(ip.src) == 1", "abs(x) takes a number or a floating-point number or a time offset, and this is an IPv4 address."),
    ("ip_ula(ip.src)", "ip_ula(address) takes an IPv6 address, and this is an IPv4 address."),
]  # fmt: skip


@pytest.mark.parametrize("expression, row", PASS)
def test_passes(expression: str, row: "Row | None") -> None:
    assert matches(expression) if row is None else matches(expression, row)


@pytest.mark.parametrize("expression, message", REFUSED)
def test_refused(expression: str, message: str) -> None:
    assert rejects(expression)[0] == message


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_tried(name: str) -> None:
    assert any(f"{name}(" in expression for expression, _ in PASS)
    assert FUNCTIONS[name].call.startswith(name + "(") and FUNCTIONS[name].title


def test_names_are_lower_case_words() -> None:
    assert all(name.isidentifier() and name.islower() for name in FUNCTIONS)
