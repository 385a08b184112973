"""PDML, PSML and Elasticsearch bulk, beside tshark's."""

import re
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from captures.make import records
from fcgidissect.output import Settings, writer
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.output.talk import ASKS, capture, entries, entries_of
from tests.tshark import needs_tshark, tshark


def written(format: str, path: str, port: int) -> str:
    made = writer(format, Settings(Registry()))
    return made.start() + made.rows(entries_of(path, [port])) + made.finish()


@needs_tshark
def test_psml_is_tsharks() -> None:
    path = str(CAPTURES / "fcgi.pcap.gz")
    one = "frame.number < 12 and fcgi"
    theirs = xml.fromstring(tshark("-r", path, "-Y", one, "-T", "psml", ports=[8000]))
    ours = xml.fromstring(written("psml", path, 8000))
    wanted = [[cell.text for cell in row] for row in theirs]
    assert [[cell.text for cell in row] for row in ours][: len(wanted)] == wanted
    assert len(wanted) == 5


def test_nothing_breaks_the_xml(tmp_path: Path) -> None:
    evil = "\x00\x1b<a b='\">&amp;\u202e\ud7ff\uffff"
    said = records.begin(1) + records.params(1, {"REQUEST_URI": evil, "<&>": "x"})
    path = tmp_path / "talk.pcap"
    path.write_bytes(capture([(ASKS, said)]))
    text = written("pdml", str(path), 8000)
    assert text.replace("\n", "").isprintable()
    shown = [each.attrib.get("show") for each in xml.fromstring(text).iter("field")]
    assert "<&>" in shown
    assert "\\0\\x1b<a b='\">&amp;\\u202e\\ud7ff\\uffff" in shown
    assert len(entries(str(path))) == 3


FILTERED = re.compile(r'"?filtered"?(?: value=|:)"([^"]+)"')


@needs_tshark
@pytest.mark.parametrize("format", ("pdml", "ek"))
@pytest.mark.parametrize("option", ("-J fcgi", "-J fcgi ip", "-j fcgi fcgi.type text"))
def test_what_is_left_out_is_what_tshark_leaves_out(option: str, format: str) -> None:
    path = str(CAPTURES / "nginx-status.pcap.gz")
    spelt, _, names = option.partition(" ")
    asked = ("-r", path, "-Y", "fcgi", "-T", format, spelt, names)
    theirs = set(FILTERED.findall(tshark(*asked, ports=[9000])))
    chosen = frozenset(names.split())
    opened = chosen if spelt == "-j" else None
    made = writer(format, Settings(Registry(), only=chosen, opened=opened))
    ours = set(FILTERED.findall(made.rows(entries_of(path, [9000]))))
    assert theirs and theirs <= ours
    assert all(tshark_lacks(name) for name in ours - theirs)


def tshark_lacks(name: str) -> bool:
    ours = ("fcgi.request", "fcgi.response", "fcgi.content.text", "fcgi.nv_value")
    return name.endswith("_name") or name.startswith(ours)
