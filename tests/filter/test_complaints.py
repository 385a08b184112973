"""Wrong expressions: the sentence, and the piece of the text that it is about."""

import pytest

from tests.filter.language import rejects

ALONE = "A constant alone is no condition: compare a field with it, or use a set: in {1, 2}."
CONSTANTS = "Only constants: a field must be on one side."
WRONG = [
    ("fcgi.typo == 4", "fcgi.typo", "There is no field fcgi.typo; did you mean fcgi.type?"),
    ("fcgi.typ", "fcgi.typ", "There is no field fcgi.typ; did you mean fcgi.type?"),
    ("4 == fcgi.typo", "fcgi.typo", "There is no field fcgi.typo; did you mean fcgi.type?"),
    ("fcgi.id == fcgi.nosuch", "fcgi.nosuch", "There is no field fcgi.nosuch: --fields lists them."),
    ("src == 10.0.0.1", "src", "There is no field src; did you mean eth.src or ip.src or ipv6.src?"),
    ("FCGI.TYPE == 4", "FCGI.TYPE", "There is no field FCGI.TYPE; did you mean fcgi.type?"),
    (".nosuch", ".nosuch", "There is no field nosuch: --fields lists them."),
    ("@nosuch == 01", "@nosuch", "There is no field nosuch: --fields lists them."),
    ("nosuch#1 == 01", "nosuch#1", "There is no field nosuch: --fields lists them."),
    ("nosuch[0] == 01", "nosuch", "There is no field nosuch: --fields lists them."),
    ("nosuch in {1}", "nosuch", "There is no field nosuch: --fields lists them."),
    ("count(nosuch) == 1", "nosuch", "There is no field nosuch: --fields lists them."),
    ("nosuch ~ \"x\"", "nosuch", "There is no field nosuch: --fields lists them."),
    ("nosuch == fcgi.nv_name", "nosuch", "There is no field nosuch: --fields lists them."),
    ("nosuch contains fcgi.nv_name", "nosuch", "There is no field nosuch: --fields lists them."),
    ("PATH_INFO", "PATH_INFO", "There is no field PATH_INFO; did you mean fcgi.param.PATH_INFO?"),
    ("fcgi.params.HTTPS == \"on\"", "fcgi.params.HTTPS", "There is no field fcgi.params.HTTPS; did you mean fcgi.param.HTTPS?"),
    ("fcgi.param == \"x\"", "fcgi.param", "There is no field fcgi.param; did you mean fcgi.param.REQUEST_URI?"),
    ("fcgi.type == 4 or STDERR", "STDERR", "There is no field STDERR; did you mean fcgi.type == STDERR?"),
    ("FCGI_PARAMS", "FCGI_PARAMS", "There is no field FCGI_PARAMS; did you mean fcgi.type == FCGI_PARAMS?"),
    ("_ws.col.info == \"x\"", "_ws.col.info", "There is no field _ws.col.info: --fields lists them."),
    ("isset(fcgi)", "isset(fcgi)", "There is no function isset: --filter-help lists them."),
    ("4", "4", ALONE),
    ("10.0.0.1", "10.0.0.1", ALONE),
    ("not \"x\"", "\"x\"", ALONE),
    ("4 == 4", "4 == 4", CONSTANTS),
    ("fcgi and 1 + 1 == 2", "1 + 1 == 2", CONSTANTS),
    ("len(\"x\") == 1", "\"x\"", CONSTANTS),
    ("abs(-5) == 5", "-5", CONSTANTS),
    ("1 in {1}", "1", ALONE),
    ("fcgi.id[0] == 00", "fcgi.id", "fcgi.id is a number and cannot be sliced: @fcgi.id is its bytes."),
    ("len(fcgi)[0] == 00", "len(fcgi)", "len(fcgi) is a number and cannot be sliced."),
    ("\"abc\"[0] == 61", "\"abc\"", "A constant cannot be sliced."),
    ("lenn(fcgi) == 1", "lenn(fcgi)", "There is no function lenn; did you mean len?"),
    ("LEN(fcgi) == 1", "LEN(fcgi)", "There is no function LEN; did you mean len?"),
    ("len() == 1", "len()", "len(x) takes one argument, not 0."),
    ("len(fcgi, fcgi) == 1", "len(fcgi, fcgi)", "len(x) takes one argument, not 2."),
    ("max() == 1", "max()", "max(x, ...) takes at least one argument, not 0."),
    ("fcgi.nv_name + 1 == 2", "fcgi.nv_name", "fcgi.nv_name is text and takes no part in +."),
    ("-tcp.flags.ack == 1", "tcp.flags.ack", "tcp.flags.ack is a boolean and takes no part in -."),
    ("fcgi.id + 4 / 0 == 1", "4 / 0", "This divides by zero."),
    ("ip.src & 10.0.0.0/8 == 10.0.0.0", "10.0.0.0/8", "A prefix is for comparisons only."),
    ("fcgi.id & frame.time_delta", "frame.time_delta", "frame.time_delta is a time offset and takes no part in &."),
    ("fcgi.id * frame.time_delta > 1", "fcgi.id * frame.time_delta", "A number and a time offset do not go together."),
]  # fmt: skip


@pytest.mark.parametrize("expression, marked, message", WRONG)
def test_message_and_place(expression: str, marked: str, message: str) -> None:
    assert rejects(expression) == (message, marked)
