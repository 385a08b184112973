"""The command line: what it reads into its words, its errors, its exit statuses."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import pytest

from captures.make import files, records
from captures.make.packets import Conversation, ethernet
from fcgidissect import cli
from fcgidissect.dissect import Dissector
from fcgidissect.run import DAMAGED
from tests.corpus import CAPTURES
from tests.output.talk import ASKS, capture

FCGI = str(CAPTURES / "fcgi.pcap.gz")
NGINX = str(CAPTURES / "nginx-status.pcap.gz")
Capsys = pytest.CaptureFixture[str]


def run(*argv: str) -> int:
    return cli.main(argv)


def shell(words: str) -> "subprocess.CompletedProcess[bytes]":
    """A call through a shell, with what that may do to its streams."""
    return subprocess.run(
        f"{' '.join(command())} {words}", shell=True, capture_output=True
    )


def command(*argv: str) -> "list[str]":
    return [sys.executable, "-m", "fcgidissect", *argv]


@pytest.mark.parametrize(
    "argv, records",
    [
        ([FCGI], 7),
        (["-r", FCGI], 7),
        ([FCGI, "fcgi.type == 1"], 1),
        ([FCGI, "-Y", "fcgi.type == 1"], 1),
        (["-r", FCGI, "fcgi.type == 1"], 1),
        (["-Y", "fcgi.type == 1", FCGI, "-c", "6"], 1),
        ([FCGI, "-c", "6"], 2),
        ([FCGI, FCGI], 7),  # the same bytes again are a retransmission
        ([FCGI, NGINX, "-p", "8000,9000", "fcgi.type == 1"], 5),
        ([FCGI, "-p", "8000,9000-9001"], 7),
        ([FCGI, "-d", "tcp.port==8000,fcgi"], 7),
        ([FCGI, "-p", "1", "-p", "8000"], 7),
        ([FCGI, "-n", "-l"], 7),
        ([FCGI, "-q"], 0),
    ],
)
def test_calls(capsys: Capsys, argv: "list[str]", records: int) -> None:
    assert run(*argv) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == records
    assert not err


@pytest.mark.parametrize("option", ["-w", "--output", "--har"])
def test_a_capture_that_is_read_is_not_written_over(
    tmp_path: Path, capsys: Capsys, option: str
) -> None:
    path, link = tmp_path / "a.pcap.gz", tmp_path / "link.gz"
    path.write_bytes(Path(FCGI).read_bytes())
    link.symlink_to(path)
    assert run(NGINX, str(path), option, str(link)) == cli.REFUSED
    wanted = f"{link}: is a capture that is read: name another file"
    assert capsys.readouterr().err == f"fcgidissect: {wanted}\n"
    assert path.read_bytes() == Path(FCGI).read_bytes()
    assert sorted(os.listdir(tmp_path)) == [path.name, link.name]


def test_no_option_stands_behind_two_hyphens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    (tmp_path / "-dash.pcap.gz").write_bytes(Path(FCGI).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert run("--json", "--", "-dash.pcap.gz", "fcgi.type == 1") == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


@pytest.mark.parametrize(
    "argv, message",
    [
        ([], "no capture is named (- is standard input)"),
        (["fcgi"], "'fcgi' is read as a filter, so no capture is named"),
        (["no.pcap"], "no.pcap: no such file, and no filter: "),
        (["-r", "no.pcap"], "no.pcap: no such file"),
        ([FCGI, "-Y", "fcgi.typo == 1"], "There is no field fcgi.typo"),
        (["/"], "/: is a directory"),
        ([FCGI, "--foo"], "unrecognized arguments: --foo"),
        ([FCGI, "-p", "0"], "argument -p/--port: '0' is no TCP port"),
        ([FCGI, "-p", "9-1"], "argument -p/--port: 9-1 runs backwards"),
        ([FCGI, "-d", "tcp.port==8000,http"], "argument -d/--decode-as: "),
        ([FCGI, "-c", "none"], "argument -c/--count: 'none' is no count"),
        ([FCGI, "-T", "yaml"], "argument -T/--format: invalid choice: 'yaml'"),
        ([FCGI, "-T", "fields"], "-T fields prints the fields that -e names"),
        ([FCGI, "-e", "fcgi.id"], "-e names columns of -T fields and csv: add one"),
        ([FCGI, "-e", "fcgi.id", "--json"], "-e names columns of -T fields and csv"),
        ([FCGI, "-E", "header"], "argument -E: 'header' is not KEY=VALUE"),
        ([FCGI, "--output", "/no/such/place"], "/no/such/place: No such file"),
    ],
)
def test_refused(capsys: Capsys, argv: "list[str]", message: str) -> None:
    assert run(*argv) == cli.REFUSED
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(f"fcgidissect: {message}")
    assert "Traceback" not in err


def test_a_filter_error_points_at_the_place(capsys: Capsys) -> None:
    assert run(FCGI, "fcgi.type == 1 and fcgi.typo == 2") == cli.REFUSED
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    at = lines[1].index("fcgi.typo")
    assert lines[2] == " " * at + "^" * len("fcgi.typo")


def test_an_argument_cannot_act_on_the_terminal(capsys: Capsys) -> None:
    assert run("\x1b]0;x\x07") == cli.REFUSED
    assert all(line.isprintable() for line in capsys.readouterr().err.splitlines())


def test_a_capture_cut_short(capsys: Capsys, tmp_path: Path) -> None:
    whole = capture([(ASKS, records.begin(1)), (ASKS, records.stdin(1))])
    path = tmp_path / "cut.pcap"
    path.write_bytes(whole[:-1])
    assert run(str(path)) == DAMAGED
    out, err = capsys.readouterr()
    assert "FCGI_BEGIN_REQUEST" in out
    assert err.startswith(f"fcgidissect: {path}: ") and len(err.splitlines()) == 1


def test_no_packets_are_an_empty_result(capsys: Capsys, tmp_path: Path) -> None:
    path = tmp_path / "empty.pcap"
    path.write_bytes(files.pcap([]))
    assert run(str(path)) == 0
    assert run(str(path), "--json") == 0
    assert capsys.readouterr() == ("[]\n", "")


def test_where_the_fastcgi_is(capsys: Capsys) -> None:
    assert run(NGINX) == 0
    out, err = capsys.readouterr()
    assert not out
    assert err == (
        "fcgidissect: no FastCGI on TCP port 8000; port 9000 carries it"
        " (4 connections): add -p 9000\n"
    )


def test_no_hint_where_a_filter_passes_nothing(capsys: Capsys) -> None:
    assert run(NGINX, "-p", "9000", "fcgi.id == 77") == 0
    assert capsys.readouterr() == ("", "")


def test_a_bug_of_ours_is_one_line(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(cli.command_line, "parse", fail)
    assert run(FCGI) == cli.OUR_FAULT
    assert capsys.readouterr().err == (
        "fcgidissect: a bug of ours, please report it: ValueError: odd"
        " (--debug shows where)\n"
    )
    assert run(FCGI, "--debug") == cli.OUR_FAULT
    assert "Traceback" in capsys.readouterr().err


def test_what_a_bug_breaks_off_is_well_formed(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(dissector: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(Dissector, "finish", fail)
    assert run(FCGI, "--json") == cli.OUR_FAULT
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == 7
    assert len(err.splitlines()) == 1
    assert run(FCGI, "--json", "--output", str(tmp_path / "out")) == cli.OUR_FAULT
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("words", (FCGI, f"{FCGI} --json", "--help", "--version"))
@pytest.mark.parametrize("place", (">/dev/full", ">&-"))
def test_output_that_goes_nowhere(words: str, place: str) -> None:
    done = shell(f"{words} {place}")
    assert done.returncode == cli.REFUSED
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("option", ("--output", "--har", "-w"))
def test_a_file_that_goes_nowhere(option: str) -> None:
    """... and stays what it was, also where the call is root's."""
    done = shell(f"{FCGI} {option} /dev/full")
    assert done.returncode == cli.REFUSED
    assert len(done.stderr.splitlines()) == 1
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.parametrize("place", ("2>&-", "2>/dev/full"))
def test_messages_that_go_nowhere(place: str) -> None:
    assert shell(f"{FCGI} {place}").returncode == 0
    done = shell(f"-r no.pcap {place}")
    assert (done.returncode, done.stdout) == (cli.REFUSED, b"")


def test_standard_input_that_is_closed() -> None:
    done = shell("- <&-")
    assert done.returncode == cli.REFUSED
    assert done.stderr == b"fcgidissect: -: bad file descriptor\n"


def test_output_is_whole_or_not_there(tmp_path: Path, capsys: Capsys) -> None:
    path = tmp_path / "out.json"
    assert run(FCGI, "--json", "--output", str(path)) == 0
    assert len(json.loads(path.read_text())) == 7
    path.write_text("before")
    assert run("--output", str(path), FCGI, "-T", "fields") == cli.REFUSED
    assert run("--output", str(path), "-r", "no.pcap") == cli.REFUSED
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.json"]
    assert run(FCGI, "--output", os.devnull) == 0
    assert not capsys.readouterr().out


def test_fields(capsys: Capsys) -> None:
    assert run("--fields", "fcgi.begin_request") == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert "fcgi.begin_request.role" in names
    assert all(name.startswith("fcgi.begin_request.") for name in names)


def test_filter_help(capsys: Capsys) -> None:
    assert run("--filter-help") == 0
    text = capsys.readouterr().out
    assert "  ==  eq  any_eq " in text and "  len(x) " in text


def test_statistics_are_listed(capsys: Capsys) -> None:
    assert run("-z", "help") == 0
    assert "-z fcgi,slow[,N]\n    the slowest requests\n" in capsys.readouterr().out


@pytest.mark.parametrize("option", ("--help", "--version"))
def test_help(capsys: Capsys, option: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(option)
    assert ended.value.code == 0
    assert "fcgidissect" in capsys.readouterr().out


def test_standard_input_as_it_comes() -> None:
    whole = capture([(ASKS, records.begin(1)), (ASKS, records.stdin(1))])
    last = len(whole) - 16 - 62
    with subprocess.Popen(
        command("-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout
        process.stdin.write(whole[:last])
        process.stdin.flush()
        assert b"FCGI_BEGIN_REQUEST" in process.stdout.readline()
        process.stdin.write(whole[last:])
        process.stdin.close()
        assert b"FCGI_STDIN" in process.stdout.readline()
    assert process.returncode == 0


def test_interrupted(tmp_path: Path) -> None:
    whole = capture([(ASKS, records.begin(1))])
    for extra in ([], ["--output", str(tmp_path / "out.json")]):
        with subprocess.Popen(
            command("-", "-T", "json", *extra),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdin and process.stdout and process.stderr
            process.stdin.write(whole)
            if extra:
                _wait_for(
                    lambda: any(part.stat().st_size for part in tmp_path.iterdir())
                )
                text = b""
            else:
                text = process.stdout.readline() + os.read(process.stdout.fileno(), 99)
            process.send_signal(signal.SIGINT)
            text += process.stdout.read()
            assert not process.stderr.read()
        assert process.returncode == cli.INTERRUPTED
        assert len(json.loads(text or (tmp_path / "out.json").read_text())) == 1


def _wait_for(condition: "Callable[[], bool]") -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)


def test_a_closed_pipe_is_silent() -> None:
    done = subprocess.run(
        " ".join(command(NGINX, "-p", "9000", "-V")) + " | head -1",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("Frame 4:")
    assert not done.stderr


OURS = """
import sys
before = set(sys.modules)
import scapy.utils
of_scapy = set(sys.modules)
from fcgidissect import cli
from fcgidissect.dissect import Dissector
from fcgidissect.run import DAMAGED
cli.main([{capture!r}])
wrong = {{"rich", "json", "inspect", "asyncio", "dataclasses", "typing_extensions"}}
print(sorted(wrong & (set(sys.modules) - of_scapy)), file=sys.stderr)
"""


def test_a_list_imports_nothing_heavy_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OURS.format(capture=FCGI)],
        capture_output=True,
        text=True,
    )
    assert done.stderr == "[]\n"


CALL = """
import atexit, gc, sys
from fcgidissect import cli
found = []
gc.callbacks.append(lambda phase, info: found.append(phase))
atexit.register(lambda: print(found, gc.isenabled(), gc.get_freeze_count() > 9999))
sys.argv = ["fcgidissect", "-q", {capture!r}]
cli.run()
"""


def test_a_short_call_searches_nothing_for_cycles() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(capture=FCGI)],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[] True True\n"


def test_an_interrupt_amid_imports_says_nothing() -> None:
    script = """
import signal, sys
from fcgidissect.__main__ import main

class Interrupting:
    def find_spec(name, path=None, target=None):
        signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting)
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize("offset", [-(2**63), -62_200_000_000, 2**40, 2**63 - 1])
@pytest.mark.parametrize(
    "words",
    [
        *(["-V"], ["--json"], ["-T", "ek"], ["-T", "pdml"], ["-t", "ad"], ["-t", "a"]),
        *(["--as", "log"], ["--har", os.devnull], ["-T", "csv", "--by", "request"]),
    ],
    ids=" ".join,
)
def test_times_that_no_calendar_has(
    tmp_path: Path, capsys: Capsys, offset: int, words: "list[str]"
) -> None:
    """pcapng's if_tsoffset may be anything; a date is then the nearest there is."""
    talk = Conversation().open()
    talk.say(talk.client, records.begin(1) + records.params(1, {}) + records.stdin(1))
    talk.say(talk.server, records.end(1))
    blocks = [files.section(), files.interface(offset=offset)]
    blocks += [files.enhanced(files.Packet(0, ethernet(p))) for p in talk.packets]
    path = tmp_path / "far.pcapng"
    path.write_bytes(b"".join(blocks))
    assert run(*words, str(path)) == 0
    said = capsys.readouterr().out
    assert not said or any(
        part in said for part in ("1000", "9999", ":59:59", ":00:00")
    )
