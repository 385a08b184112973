"""Real servers are recorded as it is said, or it is said why not; no server is needed for that."""

import shutil
import socket
from argparse import Namespace
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import pytest

from tests.bench import cache, record, servers, tables
from tests.bench.cache import Capture
from tests.bench.jobs import JOBS
from tests.bench.make import MAKERS, TINY
from tests.bench.record import NotRecorded, counted, dropped, start
from tests.bench.servers import SERVERS, commands
from tests.tshark import needs_tshark


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("nginx", ["fastcgi_params;", "fastcgi_pass 127.0.0.1:8000;", "/small.php;"]),
        ("kept", ["keepalive 8;", "fastcgi_pass kept;", "fastcgi_keep_conn on;"]),
        ("repeated", ["fastcgi.conf;", "SCRIPT_FILENAME", "PHP_VALUE"]),
        ("warnings", ["/logged.php;"]),
        ("pages", ["/large.php;"]),
        ("apache", ["Listen 127.0.0.1:8080", '"proxy:fcgi://127.0.0.1:8000"']),
        ("lighttpd", ["server.port = 8080", '"port" => 8000', '"/small.php/$1"']),
        ("caddy", ["http://127.0.0.1:8080 {", "php_fastcgi 127.0.0.1:8000 {"]),
    ],
)
def test_what_a_server_reads(tmp_path: Path, kind: str, wanted: "list[str]") -> None:
    fpm, web = commands(kind, tmp_path, 8080)
    assert fpm[-1] == str(tmp_path / "fpm.conf")
    assert web[-1] == str(tmp_path / "web.conf")
    read = (tmp_path / "web.conf").read_text()
    assert [words for words in (*wanted, str(tmp_path)) if words not in read] == []
    assert "listen = 127.0.0.1:8000" in (tmp_path / "fpm.conf").read_text()


def test_every_kind_is_made_and_measured() -> None:
    assert {*SERVERS} <= {*MAKERS}
    assert {*SERVERS} <= {job.capture for job in JOBS}


def test_a_program_is_found_by_the_beginning_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"/nowhere:{tmp_path}")
    assert servers.found("wrk-of-nobody") == ""
    for name in ("wrk", "wrk2", "php-fpm8.4"):
        (tmp_path / name).touch()
    assert servers.found("wrk") == str(tmp_path / "wrk")
    assert servers.found("php-fpm") == str(tmp_path / "php-fpm8.4")


def test_the_table_names_the_program_that_is_missing_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = shutil.which("false") or ""
    monkeypatch.setenv("PATH", str(tmp_path))
    options = Namespace(
        job=["start-up", "list/nginx"], scale=Fraction(1), runs=1, cache=tmp_path
    )
    *_, start_up, nginx = tables.jobs(fails, options)
    assert "failed: status 1" in start_up
    assert "| no capture nginx: not installed: " in nginx and "wrk" in nginx


def test_a_taken_port_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(record, "PORT", taken.getsockname()[1])
        with pytest.raises(NotRecorded, match="^port [0-9]+, .* is taken$"):
            record.captured("nginx", tmp_path / "a.pcap", 10, 1)


def test_fewer_clients_ask_where_packets_were_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: "list[int]" = []

    def captured(kind: str, path: Path, packets: int, clients: int) -> int:
        tried.append(clients)
        return 7

    monkeypatch.setattr(servers, "found", str)
    monkeypatch.setattr(record, "captured", captured)
    with pytest.raises(NotRecorded, match="^tcpdump has lost 7 packets"):
        record.record("nginx", tmp_path, tmp_path / "a.pcap", Fraction(1))
    assert tried == [8, 4, 2, 1]


def test_what_tcpdump_says_at_its_end() -> None:
    said = (
        "400 packets captured\n801 packets received by filter\n{} dropped by kernel\n"
    )
    assert dropped(said.format("0 packets")) == 0
    assert dropped(said.format("1 packet")) == 1
    assert dropped(said.format("27 packets")) == 27
    with pytest.raises(
        NotRecorded, match="^tcpdump says listening on lo no space left$"
    ):
        dropped("listening on lo\nno space left\n")


def test_what_was_started_is_ended_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), ExitStack() as running:
        process = start(running, ["sleep", "60"], tmp_path / "log", lambda: True)
        assert process.poll() is None
        raise KeyboardInterrupt
    assert process.poll() is not None


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [
        "sh",
        "-c",
        "echo 1; echo lo: no permission; echo '(socket)' >&2; exit 1",
    ]
    with pytest.raises(
        NotRecorded, match=r"^sh does not start: lo: no permission \(socket\)$"
    ):
        with ExitStack() as running:
            start(running, command, tmp_path / "log", lambda: False)


@needs_tshark
def test_tshark_counts_what_is_in_a_capture() -> None:
    size = TINY.stat().st_size
    assert counted(TINY, 16) == Capture(str(TINY), 16, size, 7, 1, 1)


def test_a_capture_is_kept_until_what_makes_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places() -> "list[Path]":
        return [cache.place(tmp_path, name, Fraction(1)) for name in ("small", "nginx")]

    small, nginx = places()
    monkeypatch.setattr(cache, "GENERATOR", ["jobs"])
    other, same = places()
    assert same == nginx and other != small


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ([], False),
        (["list"], False),
        (["list/small"], False),
        (["list/small", "list/kept"], True),
    ],
)
def test_tables_beside_the_jobs_show_what_is_recorded_when_it_is_named(
    asked: "list[str]", wanted: bool
) -> None:
    names = tables.beside(Namespace(job=asked, scale=Fraction(1), runs=1, cache=Path()))
    assert "small" in names
    assert [name for name in names if name in SERVERS] == ["kept"] * wanted
