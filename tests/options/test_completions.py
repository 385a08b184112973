"""Completions: bash is asked; what zsh and fish get is taken apart as they do it."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from fcgidissect.options.completions import SHELLS, completion
from fcgidissect.options.groups import parser

OPTIONS = {name for action in parser()._actions for name in action.option_strings}
BASH = """
source {script}
COMP_WORDS=(fcgidissect "$@")
COMP_CWORD=$#
_fcgidissect
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def in_bash(folder: Path, *words: str) -> "list[str]":
    script = folder / "completion.bash"
    script.write_text(completion("bash"))
    done = subprocess.run(
        ["bash", "-c", BASH.format(script=shlex.quote(str(script))), "bash", *words],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "words, wanted",
    [
        (["-T", "j"], ["json", "jsonl"]),
        (["--by", ""], ["record", "request", "connection"]),
        (["-z", "fcgi,s"], ["fcgi,srt", "fcgi,slow"]),
        (["-e", "fcgi.padding."], ["fcgi.padding.length", "fcgi.padding.data"]),
        (["--fi"], ["--filter", "--fields", "--filter-help", "--field"]),
        (["-p", "9"], [""]),
        (["-w", "a"], ["a capture.pcap"]),
        (["a"], ["a capture.pcap"]),
    ],
)
def test_bash(tmp_path: Path, words: "list[str]", wanted: "list[str]") -> None:
    (tmp_path / "a capture.pcap").touch()
    assert in_bash(tmp_path, *words) == wanted


def test_bash_knows_every_option(tmp_path: Path) -> None:
    assert set(in_bash(tmp_path, "-")) == OPTIONS


def test_zsh() -> None:
    text = completion("zsh").partition("\n\n")[2].replace("\\\n", "")
    call, *specs = shlex.split(text)[1:]
    assert call == "-s"
    names = {}
    for spec in specs[:-1]:
        found = re.fullmatch(
            r"(?:\*|\([^)]*\))(--?[\w-]+)\[((?:\\.|[^][\\])*)\](:.*)?", spec
        )
        assert found, spec
        names[found[1]] = found[3] or ""
    assert set(names) == OPTIONS
    assert names["--color"] == ":WHEN:(auto always never)"
    assert (
        names["-w"] == ":PCAP:_files"
        and names["-x"] == ""
        and names["-p"] == ":PORTS: "
    )


def test_fish() -> None:
    lines = completion("fish").splitlines()[1:]
    calls = [shlex.split(line.replace("\\'", "")) for line in lines]
    assert all(call[:3] == ["complete", "-c", "fcgidissect"] for call in calls)
    found = {
        ("-" if word == "-s" else "--") + call[at + 1]
        for call in calls
        for at, word in enumerate(call)
        if word in ("-s", "-l")
    }
    assert found == OPTIONS
    (color,) = [call for call in calls if "color" in call]
    assert color[color.index("-a") + 1] == "auto always never" and "-x" in color


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_says_how_it_was_made(shell: str) -> None:
    assert f"# fcgidissect --completion {shell}\n" in completion(shell)
