"""The rules of the house that no other tool keeps."""

import ast
import gzip
import os
import re
import subprocess
import sys
from collections import Counter
from configparser import ConfigParser
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from typing import Iterator

import pytest

import fcgidissect
from fcgidissect.fields import fields_of
from fcgidissect.rows import fields_by
from tests.corpus import CAPTURES, Capture, captures

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fcgidissect"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
"""As paths below the package."""


def dotted(module: Path) -> str:
    parts = module.with_suffix("").parts
    return ".".join(["fcgidissect", *parts]).removesuffix(".__init__")


# The map


def drawn() -> "list[set[str]]":
    """The rooms on the map in the package's docstring, a set a line."""
    assert fcgidissect.__doc__ is not None
    lines = fcgidissect.__doc__.partition("as a contract.\n\n")[2].partition("\n\n")[0]
    return [set(line[4:].partition("  ")[0].split()) for line in lines.splitlines()]


def contracted() -> "list[set[str]]":
    """The rooms in the import contract, a set a layer."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    layers = setup["importlinter:contract:down"]["layers"].split("\n")[1:]
    return [set(line.replace("fcgidissect.", "").split(" | ")) for line in layers]


def test_the_map_is_the_import_contract() -> None:
    assert drawn() == contracted()


def test_every_room_is_on_the_map_once() -> None:
    rooms = {Path(module.parts[0]).stem for module in MODULES} - {"__init__"}
    assert Counter(room for layer in drawn() for room in layer) == Counter(rooms)


def test_every_file_that_the_readme_names_is_there() -> None:
    named = set(
        re.findall(r"`([a-z_./]+\.py)`", (ROOT / "README.md").read_text("utf-8"))
    )
    assert len(named) > 10
    assert named == {
        name for name in named if (PACKAGE / name).exists() or (ROOT / name).exists()
    }


# Modules

TESTED_ELSEWHERE = {
    "__init__.py": "tests/test_house.py",
    "body/coding.py": "tests/body/test_decoder.py",
    "entry.py": "tests/filter/test_corpus.py",
    "errors.py": "tests/test_cli.py",
    "fcgi/sent.py": "tests/body/test_keeper.py",
    "fields.py": "tests/test_tree.py",
    "net/frame.py": "tests/capture/test_files.py",
    "net/usual.py": "tests/net/test_segment.py",
    "notes.py": "tests/fcgi/test_remarks.py",
    "output/clock.py": "tests/output/test_beside_tshark.py",
    "output/ek.py": "tests/output/test_beside_tshark.py",
    "output/fields.py": "tests/test_cli.py",
    "output/fragments.py": "tests/output/test_json.py",
    "output/info.py": "tests/output/test_summary.py",
    "output/__init__.py": "tests/output/test_golden.py",
    "output/plain_json.py": "tests/output/test_flight_json.py",
    "output/styles.py": "tests/output/test_golden.py",
    "output/text.py": "tests/output/test_golden.py",
    "progress.py": "tests/test_cli.py",
    "statistics/ascii.py": "tests/statistics/test_follow.py",
    "registry.py": "tests/test_house.py",
    "side.py": "tests/fcgi/test_brief.py",
    "__main__.py": "tests/test_cli.py",
    "stages.py": "tests/test_run.py",
}
"""Module without a test module of its own -> the one that runs it all the same."""


def defines_nothing(tree: ast.Module) -> bool:
    """A module of names and numbers alone, which are tested where they are used."""
    return not any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_opens_with_what_it_is(module: Path) -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / module).read_text("utf-8")))
    assert text and text.partition("\n\n")[0].endswith(".")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_has_a_test_module(module: Path) -> None:
    name = module.parent.name if module.name == "__init__.py" else module.stem
    mirror = Path("tests") / module.parent / f"test_{name}.py"
    elsewhere = TESTED_ELSEWHERE.get(str(module))
    if elsewhere is not None:
        assert not (ROOT / mirror).exists(), "it has a test module by now"
        assert (ROOT / elsewhere).exists()
    elif not defines_nothing(ast.parse((PACKAGE / module).read_text("utf-8"))):
        assert (ROOT / mirror).exists(), f"{mirror} is missing"


# Fields


def declared() -> "Iterator[str]":
    """The name of each field that a class in the package declares, as often as it is."""
    for module in map(dotted, MODULES):
        for _, member in getmembers(import_module(module), isclass):
            if member.__module__ == module:
                yield from (field.name for _, field in fields_of(member))


KINDS = ("record", "request", "connection")


def lacking(by: str, wanted: "set[str]", capture: Capture) -> "set[str]":
    """Of the wanted fields those that no row of a capture has."""
    ports = capture.port_numbers
    getters = {name: fcgidissect.getter(name, by) for name in wanted}
    for row in fcgidissect.read(capture.path, ports=ports, by=by, fields=wanted):
        for name in [name for name, get in getters.items() if get(row)]:
            del getters[name]
    return set(getters)


def test_every_field_occurs_in_a_capture() -> None:
    wanted = {name for by in KINDS for name in fields_by(by).names()}
    for by in KINDS:
        there = set(fields_by(by).names())
        for capture in captures():
            wanted -= (wanted & there) - lacking(by, wanted & there, capture)
    assert not wanted


def test_no_field_is_declared_twice() -> None:
    assert [name for name, times in Counter(declared()).items() if times > 1] == []


# What a plain list imports

LIST = """
import sys
{work}
print(*sorted(sys.modules), file=sys.stderr)
"""
FOR_OTHERS = {
    *("fcgidissect.filter", "fcgidissect.request_row", "fcgidissect.connection_row"),
    *("fcgidissect.tree", "fcgidissect.output.json", "fcgidissect.output.detail"),
    *("fcgidissect.capture.live", "fcgidissect.scapy_layers"),
}
"""Rooms that a list of every record has no use for."""


def imported(work: str) -> "set[str]":
    """The modules that there are when some work is done."""
    done = subprocess.run(
        [sys.executable, "-c", LIST.format(work=work)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def test_a_plain_list_imports_no_room_that_it_does_not_need(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pcap"
    plain.write_bytes(gzip.decompress((CAPTURES / "fcgi.pcap.gz").read_bytes()))
    listing = f"from fcgidissect.cli import main; main([{str(plain)!r}])"
    rooms = imported(listing)
    assert "fcgidissect.output.summary" in rooms
    assert not rooms & FOR_OTHERS


def test_the_front_door_imports_nothing_until_it_is_used() -> None:
    names = imported("import fcgidissect")
    assert {name for name in names if name.startswith("fcgidissect")} == {"fcgidissect"}


def test_every_public_name_is_there() -> None:
    for name in fcgidissect.__all__:
        assert getattr(fcgidissect, name).__doc__
    with pytest.raises(AttributeError):
        fcgidissect.nothing
