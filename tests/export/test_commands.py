"""Requests as lines: read back by a shell, they say what the request said."""

import shlex
from pathlib import Path
from typing import Dict, List

import pytest

from fcgidissect.cli import main
from fcgidissect.errors import UsageError
from fcgidissect.export import Wanted
from tests.corpus import CAPTURES
from tests.export.talk import PARAMS, answered, asked, exported, pcap


def lines(form: str, tmp_path: Path, *turns: bytes) -> "List[str]":
    wanted = Wanted(command=form, folder=str(tmp_path))
    return exported(pcap(tmp_path / "a.pcap", *turns), wanted).splitlines()


def words(
    form: str, tmp_path: Path, values: "Dict[str, str]", body: bytes
) -> "List[str]":
    (line,) = lines(form, tmp_path, asked(values, body), answered())
    return shlex.split(line)


def options(command: "List[str]", name: str) -> "List[str]":
    return [after for word, after in zip(command, command[1:]) if word == name]


def test_curl_asks_for_the_same(tmp_path: Path) -> None:
    more = {"SERVER_ADDR": "192.0.2.1", "SERVER_PORT": "8080", "HTTP_X_EMPTY": ""}
    command = words("curl", tmp_path, more, b"")
    assert command[0] == "curl" and "-X" not in command
    url = "http://shop.example/shop/cart.php?item=7&item=8&q=a+b"
    assert url in command and "--globoff" in command
    assert options(command, "--connect-to") == ["::192.0.2.1:8080"]
    assert options(command, "-H") == [
        *("Host: shop.example", "Cookie: sid=abc; theme=dark", "X-Empty;"),
        *("User-Agent:", "Accept:"),
    ]


METHODS = (
    ("GET", b"", []),
    ("HEAD", b"", []),
    ("DELETE", b"", ["DELETE"]),
    ("POST", b"a=1", []),
    ("PUT", b"a=1", ["PUT"]),
    ("GET", b"a=1", ["GET"]),
)


@pytest.mark.parametrize("method, body, wanted", METHODS)
def test_curl_uses_the_method(
    method: str, body: bytes, wanted: "List[str]", tmp_path: Path
) -> None:
    command = words("curl", tmp_path, {"REQUEST_METHOD": method}, body)
    assert options(command, "-X") == wanted
    assert ("--head" in command) == (method == "HEAD")
    assert options(command, "--data-binary") == [body.decode()] * bool(body)


def test_cgi_fcgi_gets_every_param(tmp_path: Path) -> None:
    odd = {"A B": "c d", "-S": "x", "X=Y": "z", "EMPTY": "", "HTTP_X": "it's $HOME"}
    (line,) = lines("cgi-fcgi", tmp_path, asked(odd), answered())
    command = shlex.split(line)
    given = command[2 : command.index("cgi-fcgi")]
    wanted = {**PARAMS, "A B": "c d", "EMPTY": "", "HTTP_X": "it's $HOME"}
    assert given == [f"{name}={value}" for name, value in wanted.items()]
    assert command[-4:] == ["-bind", "-connect", "10.0.0.2:8000", "</dev/null"]


def test_a_small_body_stands_in_the_line(tmp_path: Path) -> None:
    (line,) = lines("cgi-fcgi", tmp_path, asked({}, b"it's 100 %"), answered())
    assert shlex.split(line)[:4] == ["printf", "%s", "it's 100 %", "|"]


BESIDE = (b"x" * 5000, b"\0", b"@file")


@pytest.mark.parametrize("body", BESIDE)
@pytest.mark.parametrize("form", ("curl", "cgi-fcgi"))
def test_another_body_lies_beside_it(form: str, body: bytes, tmp_path: Path) -> None:
    beside = tmp_path / "request-0.body"
    (line,) = lines(form, tmp_path, asked({}, body), answered())
    assert str(beside) in line and beside.read_bytes() == body
    with pytest.raises(UsageError, match="is there already"):
        lines(form, tmp_path, asked({}, b"y" * 5000), answered())
    assert beside.read_bytes() == body


def test_a_log_line_is_the_combined_one_and_the_duration(tmp_path: Path) -> None:
    values = {
        "REMOTE_USER": "ann b",
        "HTTP_REFERER": 'http://x/"quoted"',
        "HTTP_USER_AGENT": "a\\b\r\nforged",
    }
    (line,) = lines("log", tmp_path, asked(values), answered())
    assert line == (
        r"192.0.2.7 - ann\x20b [14/Nov/2023:22:13:20 +0000]"
        r' "GET /shop/cart.php?item=7&item=8&q=a+b HTTP/1.1" 200 12'
        r' "http://x/\x22quoted\x22" "a\x5cb\r\nforged" 0.001000'
    )


def test_a_request_without_anything_has_a_line_too(tmp_path: Path) -> None:
    bare = dict.fromkeys(PARAMS, "")
    (line,) = lines("log", tmp_path, asked(bare))
    assert line.endswith('"- - HTTP/1.1" - 0 "-" "-" -')


LOGGED = "nginx-status.pcap.gz"


def test_the_log_is_the_one_that_nginx_wrote(
    capsys: "pytest.CaptureFixture[str]",
) -> None:
    assert main(["-p", "9000", "--as", "log", str(CAPTURES / LOGGED)]) == 0
    told = [line.split('"') for line in capsys.readouterr().out.splitlines()]
    log = (CAPTURES / LOGGED.replace(".pcap.gz", ".access.log")).read_text()
    wanted = [
        dict(field.split(":", 1) for field in line.split("\t"))
        for line in log.splitlines()
    ]
    assert [line[1] for line in told] == [
        f"{each['method']} {each['uri']} HTTP/1.1" for each in wanted
    ]
    assert [line[2].split()[0] for line in told] == [each["status"] for each in wanted]
