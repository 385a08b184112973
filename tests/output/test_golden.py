"""What every writer prints, byte by byte, in tests/golden; `--update-golden` rewrites it.

The files are read by a person when they change: the point is to see the difference.
"""

import io
from pathlib import Path
from typing import Optional

import pytest

from captures.make import records
from fcgidissect import read
from fcgidissect.output import Settings, writer
from fcgidissect.output.styles import PLAIN, Styles, rendered
from fcgidissect.registry import Registry
from fcgidissect.rows import fields_by
from tests.corpus import CAPTURES
from tests.output.talk import ANSWERS, ASKS, capture, entries_of

GOLDEN = Path(__file__).parent.parent / "golden"
EVIL = "/\x1b]0;x\x07[bold red]\u202egpj\0\r\n\u4e2d\u6587 \u05d0\u05d1 " + "x" * 300
SOURCES = ("fcgi", "nginx-stderr", "made")
KINDS = ("request", "connection")
FORMATS: "dict[str, dict[str, object]]" = {
    "text": {},
    "json": {"raw": True},
    "jsonl": {"data": False},
    "ek": {},
    "pdml": {"only": frozenset({"fcgi"})},
    "psml": {},
    "fields": {"fields": ["frame.number", "fcgi.type", "fcgi.param.REQUEST_URI"]},
    "csv": {},
}
TEXTS: "dict[str, dict[str, object]]" = {
    "detail": {"verbose": True},
    "detail-fcgi-hexdump": {
        "verbose": True,
        "only": frozenset({"fcgi"}),
        "hexdump": True,
    },
    "hexdump": {"hexdump": True},
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    asked = {"REQUEST_METHOD": "GET", "REQUEST_URI": EVIL, "[i]": "\x9b31m"}
    header = b"Status: 503 \x1b[2J\r\nContent-Type: text/html\r\n\r\n"
    path = tmp_path / "made.pcap"
    path.write_bytes(
        capture(
            [
                (ASKS, records.begin(1) + records.params(1, asked)),
                (ANSWERS, records.stderr(1, b"\x1b[31m\xe2\x80\xae\xff\n")),
                (ANSWERS, records.stdout(1, header, padding=3)),
                (ANSWERS, records.end(1, 1, 2)),
            ]
        )
    )
    return path


def rows(source: str, made: Path) -> "list[object]":
    path = made if source == "made" else CAPTURES / f"{source}.pcap.gz"
    return list(entries_of(str(path), [8000, 9000]))


def compare(name: str, text: str, request: pytest.FixtureRequest) -> None:
    path = GOLDEN / name
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "run pytest --update-golden, and read what it wrote"
    assert text == path.read_text(encoding="utf-8")


def printed(format: str, source: str, made: Path, **given: object) -> str:
    settings = Settings(Registry())._replace(**given)  # type: ignore[arg-type]
    by = writer(format, settings)
    text = by.rows(rows(source, made))  # type: ignore[arg-type]
    return by.start() + text + by.finish()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("format", FORMATS)
def test_formats(
    format: str, source: str, made: Path, request: pytest.FixtureRequest
) -> None:
    text = printed(format, source, made, **FORMATS[format])
    assert text.replace("\n", "").replace("\t", "").isprintable()
    compare(f"{source}.{format}", text, request)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", TEXTS)
def test_texts(
    name: str, source: str, made: Path, request: pytest.FixtureRequest
) -> None:
    text = printed("text", source, made, **TEXTS[name])
    assert text.replace("\n", "").isprintable()
    compare(f"{source}.{name}", text, request)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("colour", (True, False), ids=("colour", "plain"))
@pytest.mark.parametrize("width", (60, 80, 200))
def test_terminals(
    width: int,
    colour: bool,
    source: str,
    made: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM", raising=False)
    styles: Styles = rendered(io.StringIO(), True) if colour else PLAIN
    given = {"styles": styles, "width": lambda: width}
    text = printed("text", source, made, **given)
    bare: "Optional[str]" = text
    for code in {*styles.on.values(), *styles.off.values()} - {""}:
        bare = bare.replace(code, "") if bare else None
    assert bare and bare.replace("\n", "").isprintable()
    compare(f"{source}.{width}.{'colour' if colour else 'plain'}", text, request)


@pytest.mark.parametrize("by", KINDS)
@pytest.mark.parametrize("colour", (True, False), ids=("colour", "plain"))
@pytest.mark.parametrize("width", (60, 80, 200))
def test_lists_on_terminals(
    width: int,
    colour: bool,
    by: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM", raising=False)
    styles = rendered(io.StringIO(), True) if colour else PLAIN
    given = Settings(fields_by(by), styles=styles, width=lambda: width)
    path = str(CAPTURES / "nginx-stderr.pcap.gz")
    text = writer("text", given, by).rows(list(read(path, ports=[9000], by=by)))
    compare(f"{by}.{width}.{'colour' if colour else 'plain'}", text, request)


def test_detail_in_colour(
    made: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    styles = rendered(io.StringIO(), True)
    text = printed("text", "made", made, verbose=True, styles=styles)
    compare("made.detail.colour", text, request)


def test_no_golden_file_is_stray() -> None:
    wanted = {f"{source}.{format}" for source in SOURCES for format in FORMATS}
    wanted |= {f"{source}.{name}" for source in SOURCES for name in TEXTS}
    wanted |= {"made.detail.colour"}
    wanted |= {
        f"{source}.{width}.{colour}"
        for source in (*SOURCES, *KINDS)
        for width in (60, 80, 200)
        for colour in ("colour", "plain")
    }
    assert {path.name for path in GOLDEN.iterdir()} == wanted
