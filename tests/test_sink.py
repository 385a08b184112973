"""Where text goes: a file whole or not there, whatever stands in its place."""

import io
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from fcgidissect.errors import UsageError
from fcgidissect.sink import Sink, say


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with Sink(str(path)) as sink:
        sink.write("a\u2192b\n")
        assert not path.exists()
    assert path.read_bytes() == "a\u2192b\n".encode()
    assert os.listdir(tmp_path) == ["out"]


def test_bytes_are_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out"
    with Sink(str(path)) as sink:
        sink.write("a")
        sink.write(["\u2192".encode()])
        sink.write("b")
    assert path.read_text("utf-8") == "a\u2192b"
    for encoding in ("utf-8", "latin-1"):
        terminal = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdout", terminal)
        with Sink() as sink:
            sink.write(["\xe9 ".encode()])
            sink.write(["\u2192".encode()])
        wanted = "\xe9 \u2192".encode(encoding, "backslashreplace")
        assert terminal.buffer.getvalue() == wanted  # type: ignore[attr-defined]


@pytest.mark.parametrize("most", [1, 1000, 1 << 20])
def test_pieces_are_written_whole_however_few_bytes_go_at_once(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "writev", lambda file, pieces: os.write(file, b"".join(pieces)[:most])
    )
    path = tmp_path / "out"
    pieces = [b"%d " % each for each in range(3000)]
    with Sink(str(path)) as sink:
        sink.write(pieces)
        sink.write("->")
        sink.write([memoryview(b"end")])
    assert path.read_bytes() == b"".join(pieces) + b"->end"


def test_bytes_go_where_a_program_catches_text(monkeypatch: pytest.MonkeyPatch) -> None:
    caught = io.StringIO()
    monkeypatch.setattr(sys, "stdout", caught)
    with Sink() as sink:
        sink.write(["\u2192".encode(), b" x\n"])
    assert caught.getvalue() == "\u2192 x\n"


def test_a_file_is_not_there_when_work_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("before")
    with pytest.raises(ValueError):
        with Sink(str(path)) as sink:
            sink.write("half")
            raise ValueError
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["out"]


def test_what_is_replaced_gives_its_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "out", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    with Sink(str(link)) as sink:
        sink.write("after")
    assert link.is_symlink() and path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with Sink(str(tmp_path / "out")):
            pass
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory"):
        Sink(str(tmp_path))


def test_an_interrupt_waits_for_the_write(tmp_path: Path) -> None:
    with Sink(str(tmp_path / "out")) as sink:
        stream = sink.stream

        class Interrupting:
            def write(self, text: str) -> None:
                signal.raise_signal(signal.SIGINT)
                stream.write(text)

            def flush(self) -> None:
                stream.flush()

        sink._stream = Interrupting()  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            sink.write("whole\n")
        sink._stream = stream
    assert (tmp_path / "out").read_text() == "whole\n"


def test_messages_are_one_line_and_do_not_act(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say("a\x1b[31m\u202eb")
    assert capsys.readouterr().err == "fcgidissect: a\\x1b[31m\\u202eb\n"
