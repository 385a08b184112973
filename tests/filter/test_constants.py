"""Literals beside fields of each type."""

import pytest

from tests.filter.language import accepts, rejects

WRONG = [
    ("fcgi.id == 65536", "65536 is too big for fcgi.id, whose maximum is 65535."),
    ("fcgi.version + 256 == 260", "256 is too big for fcgi.version, whose maximum is 255."),
    ("fcgi.version + 1 == 256", "256 is too big for fcgi.version, whose maximum is 255."),
    ("temperature == 128", "128 is too big for temperature, whose maximum is 127."),
    ("temperature == -129", "-129 is too small for temperature."),
    ("fcgi.id == x", '"x" is not a valid number.'),
    ("fcgi.id == 08", '"08" is not a valid number.'),
    ('fcgi.id == "1"', '"1" is text: a number, a time or an address stands without quotes.'),
    ('fcgi.type == "4"', '"4" is text: a number, a time or an address stands without quotes.'),
    ("fcgi.type == FCGI_PARAM", 'fcgi.type has no value "FCGI_PARAM"; did you mean FCGI_PARAMS or FCGI_DATA?'),
    ("fcgi.type == 300", "300 is too big for fcgi.type, whose maximum is 255."),
    (
        "fcgi.type == nonsense",
        'fcgi.type has no value "nonsense": its names are FCGI_BEGIN_REQUEST, '
        "FCGI_ABORT_REQUEST, FCGI_END_REQUEST, FCGI_PARAMS, FCGI_STDIN, FCGI_STDOUT, "
        "FCGI_STDERR, FCGI_DATA, FCGI_GET_VALUES, FCGI_GET_VALUES_RESULT, FCGI_UNKNOWN_TYPE.",
    ),
    ("fcgi.type + FCGI_PARAMS == 8", '"FCGI_PARAMS" is not a valid number.'),
    ("tcp.flags.syn == x", '"x" is neither True nor False.'),
    ("tcp.flags.syn == -1", "-1 is neither True nor False."),
    ("fcgi.nv_name == -5", "-5 is no text: write it in double quotes."),
    ("fcgi.content.data == x", '"x" is no byte string: write 01:02 or 0102, or text in double quotes.'),
    ("eth.src == 00:00", '"00:00" has too few bytes for an Ethernet address.'),
    ("eth.src == 00:00:00:00:00:00:00", '"00:00:00:00:00:00:00" has too many bytes for an Ethernet address.'),
    ('eth.src == "x"', '"x" is text: a number, a time or an address stands without quotes.'),
    ('eth.src contains "x"', '"x" is text: a number, a time or an address stands without quotes.'),
    ("ip.src == 10.0.0", '"10.0.0" is not a valid IPv4 address: write 10.0.0.1 or 10.0.0.0/8.'),
    ("ip.src == 10.0.0.1/33", '"33" is no prefix: it is a number from 0 to 32.'),
    ("ipv6.src == ::1/129", '"129" is no prefix: it is a number from 0 to 128.'),
    ("ipv6.src == 10.0.0.1", '"10.0.0.1" is not a valid IPv6 address.'),
    ("frame.time_delta > x", '"x" is not a valid time: write seconds with up to nine decimals.'),
    ("frame.time > \"x\"", '"x" is no date: write it as "2011-07-04 12:34:56.789".'),
]  # fmt: skip
RIGHT = """
fcgi.id == 65535 | fcgi.id == -1 | temperature == -128 | fcgi.type == 255 | fcgi.type == "params"
tcp.flags.syn == "True" | tcp.flags.syn == FALSE | tcp.flags.syn == 0x0 | tcp.flags.syn == 'x'
fcgi.nv_name == 10.0.0.1 | fcgi.nv_name == 1:2 | fcgi.content.data == 'x' | frame.time > 0.5
frame.time > 2010-07-29 | fcgi.request.first_frame == 4294967295
"""


@pytest.mark.parametrize("expression, message", WRONG)
def test_wrong(expression: str, message: str) -> None:
    assert rejects(expression)[0] == message


@pytest.mark.parametrize(
    "expression", RIGHT.replace("\n", " | ").strip(" |").split(" | ")
)
def test_right(expression: str) -> None:
    assert accepts(expression)
