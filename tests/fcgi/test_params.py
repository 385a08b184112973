"""What params give reason to say, and what is near it and gives none."""

from typing import Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captures.make import records as make
from fcgidissect import notes
from fcgidissect.fcgi import params as module
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import Pair, encode
from fcgidissect.fcgi.params import names_of, params_remarks
from fcgidissect.notes import Code, Severity
from tests.fcgi.connection import Connection
from tests.fcgi.streams import GET

PEM = "-----BEGIN CERTIFICATE-----\n\tMIIB\r\n-----END CERTIFICATE-----\n"
SAID: "List[tuple[Dict[str, str], List[Code]]]" = [
    # PHP's directives
    ({"PHP_VALUE": "auto_prepend_file = php://input"}, [notes.RUNS_CODE]),
    ({"PHP_ADMIN_VALUE": "extension=/tmp/a.so"}, [notes.RUNS_CODE]),
    (
        {"PHP_VALUE": "memory_limit=1G\nauto_append_file=x"},
        [notes.RUNS_CODE, notes.SETS_PHP],
    ),
    ({"PHP_ADMIN_VALUE": "allow_url_include = On\r\n"}, [notes.RUNS_CODE]),
    ({"PHP_ADMIN_VALUE": "open_basedir=/srv/www:/tmp/"}, [notes.SETS_PHP]),
    ({"PHP_VALUE": ""}, []),
    ({"HTTP_PHP_VALUE": "auto_prepend_file = php://input"}, []),
    ({"QUERY_STRING": "PHP_VALUE=auto_prepend_file=php://input"}, []),
    # Line breaks in what names the script
    ({"SCRIPT_NAME": "/a.php/\nb", "PATH_INFO": ""}, [notes.EMPTY_PATH_INFO]),
    ({"REQUEST_URI": "/a.php/\rb", "PATH_INFO": ""}, [notes.EMPTY_PATH_INFO]),
    ({"SCRIPT_NAME": "/a.php/\nb", "PATH_INFO": "/b"}, [notes.LINE_BREAK]),
    ({"SCRIPT_FILENAME": "/srv/www/a\n.php"}, [notes.LINE_BREAK]),
    ({"PATH_INFO": ""}, []),
    ({"REQUEST_URI": "/a.php/%0Ab", "PATH_INFO": "/b"}, []),
    # Control bytes
    ({"HTTP_COOKIE": "a=\x1b[31m"}, [notes.CONTROL_BYTES]),
    ({"HTTP_X": "a\r\nX-Forged: yes"}, [notes.CONTROL_BYTES]),
    ({"HTTP_X\0Y": ""}, [notes.CONTROL_BYTES]),
    ({"HTTP_X": "a\x7f"}, [notes.CONTROL_BYTES]),
    ({"HTTP_X": "a\tb"}, []),
    ({"HTTP_X": "Zo\u00eb Gr\u00fcn \u2615 \u202e"}, []),
    ({"HTTP_X": "M\udcfcnchen"}, []),
    ({"SSL_CLIENT_CERT": PEM}, []),
    # A peer
    ({"SERVER_SOFTWARE": "php/fcgiclient"}, [notes.NO_WEB_SERVER]),
    ({"SERVER_SOFTWARE": "go / fcgiclient "}, [notes.NO_WEB_SERVER]),
    ({"SERVER_SOFTWARE": "nginx/1.22.1"}, []),
]


def said(values: "Dict[str, str]") -> "List[Code]":
    return [
        each.code for each in params_remarks(tuple(map(Pair._make, values.items())))
    ]


@pytest.mark.parametrize("more, wanted", SAID)
def test_remarks(more: "Dict[str, str]", wanted: "List[Code]") -> None:
    assert said({**GET, **more}) == wanted
    for _ in range(2):
        seen = glance(encode({**GET, **more}.items()))
        assert seen is not None and not (seen.usual and wanted)


def test_a_repeated_param() -> None:
    """The same value twice is a configuration that includes two files of params."""
    pairs = tuple(map(Pair._make, GET.items()))
    for value, wanted in (("POST", [notes.REPEATED_PARAM]), ("GET", [])):
        found = params_remarks(pairs + (Pair("REQUEST_METHOD", value),))
        assert [each.code for each in found] == wanted


@pytest.mark.parametrize(
    "software, lacking, wanted",
    [
        ("Apache/2.4.71 (Debian)", [], []),
        ("Apache/2.4.71 (Debian)", ["QUERY_STRING"], [notes.DROPPED_PARAM]),
        ("Apache", ["QUERY_STRING", "REQUEST_URI"], [notes.DROPPED_PARAM]),
        ("HAProxy", ["QUERY_STRING"], []),
    ],
)
def test_a_param_that_apache_dropped(
    software: str, lacking: "List[str]", wanted: "List[Code]"
) -> None:
    values = {**GET, "QUERY_STRING": "", "SERVER_SOFTWARE": software}
    assert (
        said({name: values[name] for name in values if name not in lacking}) == wanted
    )


FILE = {"SCRIPT_FILENAME": "/etc/passwd", "REQUEST_METHOD": "GET"}
SERVER = {
    **{"SERVER_SOFTWARE": "x", "SERVER_NAME": "x"},
    **{"SERVER_PORT": "80", "REMOTE_ADDR": "::1"},
}


@pytest.mark.parametrize(
    "values, wanted",
    [
        (FILE, [notes.NO_WEB_SERVER]),
        ({**FILE, "SERVER_SOFTWARE": "x"}, [notes.NO_WEB_SERVER]),
        ({**FILE, "HTTP_HOST": "www.example"}, []),
        ({**FILE, **SERVER}, []),
        ({"SCRIPT_NAME": "/ping", "REQUEST_METHOD": "GET"}, []),
        ({}, []),
    ],
)
def test_a_peer_that_is_no_web_server(
    values: "Dict[str, str]", wanted: "List[Code]"
) -> None:
    assert said(values) == wanted


def test_the_sentences() -> None:
    values = {**GET, "PHP_VALUE": "auto_prepend_file =php://input\nmemory_limit= 1G"}
    values["HTTP_X"] = "\x1b\x00\x1b"
    told = [
        each.message for each in params_remarks(tuple(map(Pair._make, values.items())))
    ]
    assert told[0].startswith(
        "PHP_VALUE sets auto_prepend_file = php://input: PHP then"
    )
    assert told[1] == "PHP_VALUE sets PHP's directives: memory_limit = 1G"
    assert told[2] == r"control bytes in the param HTTP_X: \0, \x1b"


def test_it_is_said_where_the_params_end() -> None:
    values = {**GET, "HTTP_X": "\x1b"}
    connection = Connection().asks(make.request(1, values)).answers(make.end(1))
    codes = [[each.code for each in connection.at(index).notes] for index in range(5)]
    assert codes == [[], [], [notes.CONTROL_BYTES], [], []]
    assert connection.known().notes[0].severity is Severity.WARN


def test_params_that_are_not_all_there_say_nothing_of_the_peer() -> None:
    """The first PARAMS record, with the web server's own, is not in the capture."""
    rest = make.record(make.PARAMS, 1, make.pairs({**FILE, "B": "c"}))
    ends = make.record(make.PARAMS, 1) + make.stdin(1)
    assert Connection().asks(rest, ends, lost=-1).ends().said() == []


_TEXT = st.text(st.characters(codec="utf-8"), max_size=9)


@given(st.lists(st.tuples(_TEXT, _TEXT), max_size=9))
def test_whatever_comes(pairs: "List[tuple[str, str]]") -> None:
    found = params_remarks(tuple(map(Pair._make, pairs)))
    assert all(each.message for each in found)
    seen = glance(encode(pairs))
    assert seen is not None and not (seen.usual and found)


def test_the_order_of_usual_names_does_not_count() -> None:
    names = b"QUERY_STRING", b"REQUEST_URI", b"HTTP_HOST"
    assert names_of(names) is names_of(names[::-1]) and names_of(names).usual
    twice = names_of((*names, names[0]))
    assert not twice.usual and twice.telling == (0, 3)


def test_remembered_names_are_bounded() -> None:
    usual = b"QUERY_STRING", b"REQUEST_URI"
    for count in range(2 * module._MOST_NAMES):
        assert names_of((*usual, b"HTTP_%d" % count)).usual
    assert names_of((*usual, b"HTTP_" + b"X" * module._MOST_REMEMBERED)).usual
    kept = module._usual_in_any_order
    assert len(kept) <= module._MOST_NAMES
    assert all(sum(map(len, names)) <= module._MOST_REMEMBERED for names in kept)
