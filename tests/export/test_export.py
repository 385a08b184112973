"""Several things taken out in one call, from files and pipes, redacted or not."""

import json
import os
from errno import ENOSPC
from pathlib import Path

import pytest

from fcgidissect.cli import main
from fcgidissect.errors import FilterError, UsageError
from fcgidissect.export import Wanted
from fcgidissect.export.har import Har
from tests.corpus import CAPTURES
from tests.export.talk import answered, asked, exported, pcap
from tests.redact.talk import FORMS, WIRES, capture

KEEPALIVE = str(CAPTURES / "nginx-keepalive.pcap.gz")


def test_all_at_once(tmp_path: Path, capsys: "pytest.CaptureFixture[str]") -> None:
    har, out = tmp_path / "a.har", tmp_path / "out"
    words = ["-p", "9000", KEEPALIVE, "--har", str(har), "--as", "log"]
    words += ["--export-objects", f"fcgi,{out}", "fcgi.request.method == POST"]
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1 and '"POST /hello.php' in said.out
    assert f"2 files in {out}" in said.err and f"1 request in {har}" in said.err
    assert len(json.loads(har.read_text())["log"]["entries"]) == 1
    assert len(list(out.iterdir())) == 3
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_nothing_is_left_of_a_call_that_is_refused(tmp_path: Path) -> None:
    path = pcap(tmp_path / "a.pcap", asked({}), answered())
    (tmp_path / "file").write_text("")
    wanted = Wanted(str(tmp_path / "file"), str(tmp_path / "a.har"))
    with pytest.raises(UsageError):
        exported(path, wanted)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.pcap", "file"]


@pytest.mark.parametrize("at", ["take", "close"])
def test_a_disk_that_is_full_leaves_no_half_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    path = pcap(tmp_path / "a.pcap", asked({}), answered())
    monkeypatch.setattr(Har, at, fail)
    with pytest.raises(UsageError, match="cannot write: No space left on device"):
        exported(path, Wanted(har=str(tmp_path / "a.har")))
    assert [each.name for each in tmp_path.iterdir()] == ["a.pcap"]


def test_a_filter_that_is_none_for_requests_is_said(tmp_path: Path) -> None:
    path = pcap(tmp_path / "a.pcap", asked({}), answered())
    with pytest.raises(FilterError):
        exported(path, Wanted(command="log"), filter="fcgi.connection.kept")


@pytest.mark.parametrize("wire", WIRES)
def test_nothing_that_is_taken_out_holds_a_redacted_word(
    wire: str, tmp_path: Path, capsys: "pytest.CaptureFixture[str]"
) -> None:
    path, out = tmp_path / "a.pcap", tmp_path / "out"
    path.write_bytes(capture(wire, 200))
    har, lines = out / "a.har", []
    words = ["--redact", str(path), "--force", "--output", str(out / "lines")]
    words += ["--export-objects", f"fcgi,{out}", "--har", str(har)]
    for form in ("curl", "cgi-fcgi", "log"):
        out.mkdir(exist_ok=True)
        assert main([*words, "--as", form]) == 0
        lines.append((out / "lines").read_bytes())
    taken = [*lines, *(each.read_bytes() for each in out.iterdir())]
    assert len(taken) >= 6
    assert [form for form in FORMS for text in taken if form in text] == []
