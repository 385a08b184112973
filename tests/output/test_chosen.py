"""Columns that the user chose, for rows of each kind."""

from pathlib import Path
from typing import Any

import pytest

from captures.make import records
from fcgidissect.cli import main
from fcgidissect.errors import UsageError
from fcgidissect.output import Settings, writer
from fcgidissect.output.chosen import WIDEST
from fcgidissect.output.styles import Styles
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.output.talk import ANSWERS, ASKS, capture, entries

STDERR = str(CAPTURES / "nginx-stderr.pcap.gz")
EVIL = "/\x1b]0;x\x07[bold red]\u202egpj\0\n" + "x" * 10_000
Capsys = pytest.CaptureFixture[str]


def lines(tmp_path: Path, columns: str, uri: str, **given: Any) -> "list[str]":
    path = tmp_path / "talk.pcap"
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": uri}
    said = [
        (ASKS, records.begin(1) + records.params(1, asked) + records.stdin(1)),
        (ANSWERS, records.stdout(1, b"Status: 404 x\r\n\r\n") + records.end(1)),
    ]
    path.write_bytes(capture(said))
    settings = Settings(Registry(), columns=columns.split(","))
    return (
        writer("text", settings._replace(**given)).rows(entries(str(path))).splitlines()
    )


def shown(capsys: Capsys, *argv: str) -> "list[str]":
    assert main([STDERR, "-p", "9000", *argv]) == 0
    return capsys.readouterr().out.splitlines()


def test_records(capsys: Capsys) -> None:
    columns = "frame.number,time,fcgi.response.status,fcgi.type_name,info"
    assert main([str(CAPTURES / "fcgi.pcap.gz"), "--columns", columns]) == 0
    uri = "/hello?name=World&lang=en"
    assert capsys.readouterr().out.splitlines() == [
        " 4 0.000106     FCGI_BEGIN_REQUEST RESPONDER",
        f" 6 0.000182     FCGI_PARAMS        GET {uri}",
        " 8 0.000233     FCGI_PARAMS",
        "10 0.000294     FCGI_STDIN",
        "12 0.000337 200 FCGI_STDOUT        200 text/html; charset=utf-8",
        "12 0.000337 200 FCGI_STDOUT",
        "12 0.000337 200 FCGI_END_REQUEST   0.231 ms REQUEST_COMPLETE app_status=0",
    ]


def test_requests(capsys: Capsys) -> None:
    columns = "fcgi.response.status,ip.src,fcgi.request.duration,fcgi.request.uri"
    assert shown(capsys, "--by", "request", "--columns", columns) == [
        "200 127.0.0.1 0.020881000 /notice.php",
        "200 127.0.0.1 0.009282000 /notice.php?late=1",
        "500 127.0.0.1 0.000885000 /fatal.php",
        "200 127.0.0.1 0.000333000 /hello.php",
    ]
    found = shown(capsys, "--by", "request", "--columns", "time,info")[2]
    assert found.startswith("0.082091 GET /fatal.php stderr: PHP message: PHP Fatal ")


def test_connections(capsys: Capsys) -> None:
    columns = "fcgi.connection.requests,ends,info"
    found = shown(capsys, "--by", "connection", "--columns", columns)
    assert len(found) == 4
    assert found[0] == (
        "1 127.0.0.1:46812 → 127.0.0.1:9000 "
        " closed by application after the answer (FIN)"
    )


@pytest.mark.parametrize("columns", (60, 80, 200))
def test_a_terminals_width_is_kept_and_nothing_acts(
    tmp_path: Path, columns: int
) -> None:
    styles = Styles({"known": "<"}, {"known": ">"})
    given = {"styles": styles, "width": lambda: columns}
    found = lines(
        tmp_path, "frame.number,fcgi.request.uri,fcgi.type_name", EVIL, **given
    )
    assert all(line.isprintable() for line in found)
    assert len(found[1].replace("<", "").replace(">", "")) == columns
    assert found[1].startswith(r"4 </\x1b]0;x\x07[bold red]\u202egpj\0\nxxx")


def test_wide_characters_keep_the_columns(tmp_path: Path) -> None:
    found = lines(tmp_path, "fcgi.request.uri,fcgi.type_name", "/中文")
    assert found[0] == " " * len("/1122 ") + "FCGI_BEGIN_REQUEST"
    assert found[2] == "/中文 FCGI_PARAMS"


def test_a_long_text_does_not_widen_its_column_for_ever(tmp_path: Path) -> None:
    found = lines(tmp_path, "fcgi.request.uri,fcgi.type_name", "/" + "x" * 500)
    assert found[0] == " " * WIDEST + " FCGI_BEGIN_REQUEST"
    assert found[2] == "/" + "x" * 500 + " FCGI_PARAMS"


def test_a_column_that_is_none() -> None:
    with pytest.raises(UsageError) as refused:
        writer("text", Settings(Registry(), columns=["inf"]))
    assert str(refused.value).startswith(
        "column inf: there is no such field; near it are info"
    )
