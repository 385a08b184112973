"""PDML, PSML and Elasticsearch bulk, beside tshark's."""

import json
import re
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from captures.make import records
from fcgidissect.output import Settings, writer
from fcgidissect.registry import Registry
from tests.corpus import CAPTURES
from tests.output.talk import ASKS, capture, entries, entries_of
from tests.tshark import needs_tshark, tshark

CASES = [
    ("fcgi.pcap.gz", 8000),
    ("nginx-status.pcap.gz", 9000),
    ("nginx-stderr.pcap.gz", 9000),
    ("byte-by-byte.pcap.gz", 8000),
    ("padding-server.pcap.gz", 8000),
]
Field = "tuple[str, str, str, str]"


def written(format: str, path: str, port: int) -> str:
    made = writer(format, Settings(Registry()))
    return made.start() + made.rows(entries_of(path, [port])) + made.finish()


def fields(text: str) -> "Counter[Field]":
    """(name, position, size, show) of each field, with how often it is there."""
    return Counter(
        (each.attrib["name"], *(each.attrib[key] for key in ("pos", "size", "show")))
        for each in xml.fromstring(text).iter("field")
        if each.attrib["name"].startswith("fcgi.")
    )


@needs_tshark
@pytest.mark.parametrize("name, port", CASES)
def test_fields_and_their_places_are_tsharks(name: str, port: int) -> None:
    path = str(CAPTURES / name)
    theirs = fields(tshark("-r", path, "-Y", "fcgi", "-T", "pdml", ports=[port]))
    ours = fields(written("pdml", path, port))
    assert theirs and not theirs - ours
    names = {field[0] for field in theirs}
    assert not [field for field in ours - theirs if field[0] in names]


@needs_tshark
def test_psml_is_tsharks() -> None:
    path = str(CAPTURES / "fcgi.pcap.gz")
    one = "frame.number < 12 and fcgi"
    theirs = xml.fromstring(tshark("-r", path, "-Y", one, "-T", "psml", ports=[8000]))
    ours = xml.fromstring(written("psml", path, 8000))
    wanted = [[cell.text for cell in row] for row in theirs]
    assert [[cell.text for cell in row] for row in ours][: len(wanted)] == wanted
    assert len(wanted) == 5


@needs_tshark
@pytest.mark.parametrize("name, port", CASES)
def test_bulk_has_tsharks_names_and_values(name: str, port: int) -> None:
    path = str(CAPTURES / name)
    theirs = documents(tshark("-r", path, "-Y", "fcgi", "-T", "ek", ports=[port]))
    ours = documents(written("ek", path, port))
    assert theirs and not theirs - ours
    assert {key for key, _ in theirs} - {key for key, _ in ours} == set()


def documents(text: str) -> "Counter[tuple[str, str]]":
    """(key, value) of each FastCGI field, with how often it is there."""
    found: "Counter[tuple[str, str]]" = Counter()
    for index, document in zip(*[iter(text.splitlines())] * 2):
        assert set(json.loads(index)["index"]) == {"_index", "_type"}
        layer: Any = json.loads(document)["layers"]["fcgi"]
        for each in layer if isinstance(layer, list) else [layer]:
            for key, values in each.items():
                for value in values if isinstance(values, list) else [values]:
                    if key != "text":
                        found[key, str(value)] += 1
    return found


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
