"""Settings from files: where they are looked for, what they say, what they cannot say."""

import re
from pathlib import Path

import pytest

from fcgidissect import cli
from fcgidissect.errors import UsageError
from fcgidissect.options import parse
from fcgidissect.options.configuration import Configuration, places, read
from fcgidissect.output.styles import THEME
from tests.corpus import CAPTURES

WHOLE = """
; a comment
[fcgidissect]
ports = 9000, 9010-9011
redact = patient, X-Api-Key

[columns]
record = frame.number, info
request = fcgi.request.uri

[macros]
Kind = fcgi.type == $1

[colours]
web_server = bold bright_blue on white
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which calls are made; the platform's is below it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_that_can_be_said(here: Path) -> None:
    (here / "fcgidissect.ini").write_text(WHOLE)
    assert read() == Configuration(
        [9000, 9010, 9011],
        ["patient", "X-Api-Key"],
        {"record": ["frame.number", "info"], "request": ["fcgi.request.uri"]},
        {"web_server": "bold bright_blue on white"},
        {"Kind": "fcgi.type == $1"},
    )


def test_the_nearer_file_wins_where_both_say_something(here: Path) -> None:
    far, near = places()
    Path(far).parent.mkdir(parents=True)
    Path(far).write_text(WHOLE)
    Path(near).write_text("[fcgidissect]\nports = 1\n[columns]\nrecord = time\n")
    found = read()
    assert found.ports == [1] and found.redact == ["patient", "X-Api-Key"]
    assert found.columns == {"record": ["time"], "request": ["fcgi.request.uri"]}


def test_a_file_that_is_named_stands_alone(here: Path) -> None:
    (here / "fcgidissect.ini").write_text(WHOLE)
    (here / "other.ini").write_text("[fcgidissect]\nports = 1\n")
    assert read("other.ini") == Configuration([1])
    assert read("") == Configuration()


def test_what_a_call_names_goes_before(here: Path) -> None:
    (here / "fcgidissect.ini").write_text(WHOLE)
    options = parse(["a.pcap", "--by", "request"], read)
    assert options.ports == {9000, 9010, 9011}
    assert options.columns == ["fcgi.request.uri"]
    assert options.configured.redact == ["patient", "X-Api-Key"]
    options = parse(["a.pcap", "-p", "1", "--columns", "time,info"], read)
    assert (options.ports, options.columns) == ({1}, ["time", "info"])
    assert parse(["a.pcap", "--config", ""], read).ports == {8000}


@pytest.mark.parametrize(
    "text, message",
    [
        ("[fcgidisect]", "there is no section fcgidisect, but fcgidissect, columns, "),
        ("[fcgidissect]\nport = 1", "there is no key port, but ports, redact"),
        ("[fcgidissect]\nports = 0", "ports: '0' is no TCP port"),
        ("[columns]\nrecord = ,", "record: ',' is no list of names between commas"),
        ("[columns]\nrows = time", "there is no key rows, but record, request, conn"),
        ("[colours]\nknown = redish", "known: unable to parse 'redish' as color"),
        ("[colours]\nkonwn = red", "there is no key konwn, but web_server, "),
        ("ports = 1", "is no ini file: "),
    ],
)
def test_what_cannot_be(here: Path, text: str, message: str) -> None:
    (here / "fcgidissect.ini").write_text(text)
    with pytest.raises(UsageError) as refused:
        read()
    assert str(refused.value).startswith(f"fcgidissect.ini: {message}")
    assert "\n" not in str(refused.value)


def test_the_readme_names_every_colour_and_its_example_is_one(here: Path) -> None:
    readme = (CAPTURES.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```ini\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (here / "fcgidissect.ini").write_text(example)
    assert read().columns and read().colours and read().ports and read().redact
    (named,) = re.findall(
        r"^Colours are rich's, for (.*?)\. What", readme, re.MULTILINE
    )
    assert re.findall(r"`(\w+)`", named) == list(THEME)


def test_a_file_that_is_not_there(here: Path) -> None:
    with pytest.raises(UsageError, match="^no.ini: no such file or directory$"):
        read("no.ini")


def test_ports_columns_and_colours_are_heeded(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    said = WHOLE.replace("info", "fcgi.request.uri") + "known = red\n"
    (here / "fcgidissect.ini").write_text(said)
    path = str(CAPTURES / "nginx-status.pcap.gz")
    assert cli.main([path, "--color", "always", "-c", "4"]) == 0
    line = capsys.readouterr().out.splitlines()[1]
    assert line == "\x1b[2m4\x1b[0m \x1b[31m/status.php?code=302\x1b[0m"


def test_macros_are_heeded(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "fcgidissect.ini").write_text(WHOLE)
    for words in (["${Kind:FCGI_PARAMS}"], ["-Y", "$Kind(PARAMS) and fcgi"]):
        assert cli.main([str(CAPTURES / "fcgi.pcap.gz"), "-p", "8000", *words]) == 0
        assert capsys.readouterr().out == "6 GET /hello?name=World&lang=en\n8\n"
    assert cli.main(["x.pcap", "-Y", "${kind:1}"]) == 2
    assert 'There is no macro "kind"' in capsys.readouterr().err
