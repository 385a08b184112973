"""Two processes, half of the connections each, write what one alone would."""

import subprocess
import sys
from pathlib import Path

import pytest

from fcgidissect import cli
from tests.corpus import CAPTURES

FCGI = str(CAPTURES / "fcgi.pcap.gz")
MANY = str(CAPTURES / "lighttpd.pcap.gz")
"""Of several connections."""


def told(*words: str, before: str = "") -> "subprocess.CompletedProcess[str]":
    """A call.

    Args:
        before: statements that are carried out first.
    """
    program = f"{before}\nimport sys\nfrom fcgidissect.__main__ import main\nmain()"
    call = [sys.executable, "-c", program, *words]
    return subprocess.run(call, capture_output=True, text=True, start_new_session=True)


@pytest.mark.parametrize(
    "words",
    [
        (FCGI,),
        (FCGI, "fcgi.type == 1"),
        (FCGI, FCGI, "-c", "20"),
        (FCGI, "-t", "dd"),
        (FCGI, "-t", "ud"),
        (FCGI, "-T", "fields", "-E", "header=y", "-e", "frame.number"),
        (FCGI, "-T", "fields", "-e", "tcp.stream", "-e", "fcgi.request.number"),
        (FCGI, "tcp.stream == 0"),
        (FCGI, "-T", "json"),
        (FCGI, "-T", "pdml"),
        (FCGI, "-T", "psml", "-t", "dd"),
        (FCGI, "--by", "request"),
        (FCGI, "--by", "request", "-T", "csv"),
        (FCGI, "--by", "request", "-T", "json"),
        (FCGI, "--by", "connection"),
        (FCGI, "-x"),
        (FCGI, "-V"),
        (FCGI, "-q", "-z", "fcgi,srt"),
        (
            str(CAPTURES / "nginx-status.pcap.gz"),
        ),  # nothing on port 8000: it says where
        (str(CAPTURES / "made-cut.pcap.gz"),),
    ],
    ids=lambda words: " ".join(Path(word).name for word in words),
)
def test_calls(words: "tuple[str, ...]") -> None:
    """Whether it takes two processes or not, on all that may be asked."""
    one, two = told(*words, "--cores", "1"), told(*words, "--cores", "2")
    assert (two.stdout, two.stderr, two.returncode) == (
        one.stdout,
        one.stderr,
        one.returncode,
    )


INTO = """
import os, signal
from fcgidissect.halves import Half
over = Half.over
def changed(self, *told):
    for lines in over(self, *told):
        if self.dissector.half == {half}:
            {what}
        yield lines
Half.over = changed
"""


def changed(half: int, what: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """A call in one of whose processes something happens."""
    return told(FCGI, "--cores", "2", *words, before=INTO.format(half=half, what=what))


@pytest.mark.parametrize("format", ["text", "csv"])
def test_the_other_process_is_killed(format: str) -> None:
    """While it is waited for, and where it is to be told what has begun."""
    done = changed(1, "os.kill(os.getpid(), signal.SIGKILL)", "-T", format)
    assert done.returncode == cli.REFUSED
    assert done.stderr == (
        "fcgidissect: the other process has ended before its time: --cores 1 does"
        " without it\n"
    )


@pytest.mark.parametrize("format", ["text", "csv"])
def test_a_bug_in_the_other_process(format: str) -> None:
    done = changed(1, "raise ValueError('no')", "-T", format)
    assert done.returncode == cli.OUR_FAULT
    assert "report it: RuntimeError: ValueError: no (--debug" in done.stderr


def test_a_bug_in_the_first_process() -> None:
    done = changed(0, "raise ValueError('no')")
    assert done.returncode == cli.OUR_FAULT
    assert "report it: ValueError: no (--debug" in done.stderr


def test_a_capture_that_ends_earlier_for_the_other_process() -> None:
    done = changed(1, "return")
    assert done.returncode == cli.REFUSED
    assert done.stderr == "fcgidissect: a capture was changed while it was read\n"


def test_an_interrupt_ends_both() -> None:
    done = changed(0, "os.killpg(0, signal.SIGINT)")
    assert (done.returncode, done.stderr) == (cli.INTERRUPTED, "")


def test_an_interrupt_while_the_other_process_begins() -> None:
    """Only the first process answers it; here it hears of none."""
    interrupted = (
        "import os, signal\n"
        "interrupt = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "os.register_at_fork(after_in_child=interrupt)"
    )
    done = told(FCGI, "--cores", "2", before=interrupted)
    assert (done.returncode, done.stderr) == (cli.DONE, "")
    assert done.stdout == told(FCGI, "--cores", "1").stdout


def test_an_interrupt_leaves_what_was_counted() -> None:
    done = changed(0, "os.killpg(0, signal.SIGINT)", "-q", "-z", "fcgi,srt")
    assert (done.returncode, done.stderr) == (cli.INTERRUPTED, "")
    assert "FastCGI service response times by script" in done.stdout


def test_a_closed_pipe_is_silent() -> None:
    call = f"{sys.executable} -m fcgidissect --cores 2 {FCGI} | head -1"
    done = subprocess.run(call, shell=True, capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert not done.stderr


@pytest.mark.parametrize("words", [(), ("--by", "request"), ("-T", "csv")])
def test_no_room_for_another_process(words: "tuple[str, ...]") -> None:
    refused = "import os\ndef fork(): raise BlockingIOError(11, 'no')\nos.fork = fork"
    call = MANY, "-p", "9000", *words
    done = told(*call, "--cores", "2", before=refused)
    assert done.stdout == told(*call, "--cores", "1").stdout
    assert done.stdout.count("\n") > 2 and not done.stderr
