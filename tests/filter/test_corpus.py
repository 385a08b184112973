"""The corpus of expressions, each asked of tshark 4.0 and of us on real captures.

A line of corpus.tsv is a mark, an expression and, where the two differ, the reason:

    =  both take it and pass the same frames      !  both refuse it
    +  only we take it                            -  only tshark takes it
    ~  both take it and pass different frames

Frames are compared where a frame holds one record, so that a row and a frame are the same.
"""

import os
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from fcgidissect.dissect import Dissector
from fcgidissect.filter import Filter, FilterError, compile_filter
from fcgidissect.reading import Reading
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures
from tests.tshark import needs_tshark

HERE = Path(__file__).parent
NAMES = """
abort apache-authorizer apache-php caddy-php-fpm dribble fcgi filter-data get-values-libfcgi
haproxy-abort ipv6 lighttpd-upload made-syn-data nginx-go nginx-large
nginx-upload-unbuffered padding-client stderr-amid unknown-role vlan
""".split()
"""Captures in which frames hold one record each, and whole ones: elsewhere tshark loses or
invents records, which is no matter of filters."""


class Line(NamedTuple):
    """A line of the corpus."""

    mark: str
    expression: str
    reason: str = ""


class Answers(NamedTuple):
    """What became of the corpus on one capture: expression -> frames that hold one record."""

    wrong: "set[str]"
    theirs: "dict[str, set[int]]"
    ours: "dict[str, set[int]]"


def corpus() -> "list[Line]":
    text = (HERE / "corpus.tsv").read_text()
    lines = (line for line in text.splitlines() if line and not line.startswith("# "))
    return [Line(*line.split("\t")) for line in lines]


CORPUS = corpus()
EXPRESSIONS = [line.expression for line in CORPUS]


def compiled() -> "dict[str, Filter]":
    filters = {}
    registry = Registry()
    for expression in EXPRESSIONS:
        try:
            filters[expression] = compile_filter(expression, registry)
        except FilterError:
            pass
    return filters


def judged(capture: Capture, folder: Path) -> "tuple[set[str], dict[str, set[int]]]":
    """tshark's answers; its tree is made visible, as a protocol's length depends on that."""
    filters, verdicts = folder / "filters", folder / "verdicts"
    filters.write_text("\n".join(EXPRESSIONS) + "\n")
    command = ["tshark", "-n", "-V", "-X", f"lua_script:{HERE / 'judge.lua'}"]
    for port in capture.port_numbers:
        command += ["-d", f"tcp.port=={port},fcgi"]
    names = {"JUDGE_FILTERS": str(filters), "JUDGE_VERDICTS": str(verdicts)}
    done = subprocess.run(
        [*command, "-r", capture.path],
        env={**os.environ, **names},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    wrong: "set[str]" = set()
    frames: "dict[str, set[int]]" = {expression: set() for expression in EXPRESSIONS}
    for line in verdicts.read_text(errors="replace").splitlines():
        number, kind, rest = line.split("\t", 2)
        expression = EXPRESSIONS[int(number) - 1]
        if kind == "wrong":
            wrong.add(expression)
        else:
            frames[expression].add(int(rest))
    return wrong, frames


def answered(capture: Capture, folder: Path, filters: "dict[str, Filter]") -> Answers:
    """The answers of both on a capture."""
    folder.mkdir()
    wrong, frames = judged(capture, folder)
    dissector = Dissector(set(capture.port_numbers))
    rows = [row for batch in Reading([capture.path]) for row in dissector.feed(batch)]
    rows += dissector.finish()
    count = Counter(row.frame.number for row in rows)
    single = {row.frame.number: row for row in rows if count[row.frame.number] == 1}
    assert single.keys() == frames["count(fcgi.type) == 1"], capture.name
    theirs = {expression: frames[expression] & single.keys() for expression in frames}
    ours = {
        expression: {number for number, row in single.items() if asked.matches(row)}
        for expression, asked in filters.items()
    }
    return Answers(wrong, theirs, ours)


@pytest.fixture(scope="module")
def filters() -> "dict[str, Filter]":
    return compiled()


@pytest.fixture(scope="module")
def answers(
    filters: "dict[str, Filter]", tmp_path_factory: pytest.TempPathFactory
) -> "dict[str, Answers]":
    folder = tmp_path_factory.mktemp("judge")
    chosen = [c for c in captures() if c.name.partition(".")[0] in NAMES]
    with ThreadPoolExecutor(2) as pool:
        given = pool.map(lambda c: answered(c, folder / c.name, filters), chosen)
        return {capture.name: answer for capture, answer in zip(chosen, given)}


def test_corpus_is_large_and_a_third_of_it_wrong() -> None:
    wrong = [line for line in CORPUS if line.mark == "!"]
    assert len(CORPUS) >= 500 and len(wrong) >= len(CORPUS) / 3
    assert len(set(EXPRESSIONS)) == len(EXPRESSIONS)
    assert not [line for line in CORPUS if (line.mark in "+-~") != bool(line.reason)]


def test_we_refuse_what_the_corpus_says(filters: "dict[str, Filter]") -> None:
    refused = {line.expression for line in CORPUS if line.mark in "!-"}
    assert set(EXPRESSIONS) - filters.keys() == refused


@needs_tshark
def test_tshark_refuses_what_the_corpus_says(answers: "dict[str, Answers]") -> None:
    refused = {line.expression for line in CORPUS if line.mark in "!+"}
    for answer in answers.values():
        assert answer.wrong == refused


@needs_tshark
def test_frames_are_the_same(answers: "dict[str, Answers]") -> None:
    assert len(answers) == len(NAMES)
    both = [line.expression for line in CORPUS if line.mark == "="]
    differ = {
        (expression, name, frozenset(theirs), frozenset(ours))
        for name, answer in answers.items()
        for expression in both
        if (theirs := answer.theirs[expression]) != (ours := answer.ours[expression])
    }
    assert not differ


@needs_tshark
def test_listed_differences_are_still_there(answers: "dict[str, Answers]") -> None:
    for expression in (line.expression for line in CORPUS if line.mark == "~"):
        pairs = [(a.theirs[expression], a.ours[expression]) for a in answers.values()]
        assert any(theirs != ours for theirs, ours in pairs), expression


@needs_tshark
def test_most_right_expressions_pass_some_frame(answers: "dict[str, Answers]") -> None:
    both = [line.expression for line in CORPUS if line.mark == "="]
    idle = [e for e in both if not any(a.theirs[e] for a in answers.values())]
    assert len(idle) < len(both) / 4, idle
