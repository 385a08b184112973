"""The tree as text: what is put together from memos is what the tree says."""

from pathlib import Path

import pytest

from captures.make import records as make
from fcgidissect.output import Settings
from fcgidissect.output.detail import Detail, of_tree
from fcgidissect.output.styles import PLAIN
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures
from tests.output.talk import ANSWERS, ASKS
from tests.output.talk import capture as talk_of
from tests.output.talk import entries_of


@pytest.mark.parametrize("only", (None, frozenset({"fcgi"}), frozenset({"tcp", "ip"})))
@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_memos_say_what_the_tree_says(
    each: Capture, only: "frozenset[str] | None"
) -> None:
    rows = entries_of(each.path, each.port_numbers)[:400]
    detail = Detail(Settings(Registry(), only=only))
    assert [detail.rows([row]) for row in rows] == [
        of_tree(row, only, PLAIN) + "\n" for row in rows
    ]


def test_bodies_that_are_padded_in_many_ways(tmp_path: Path) -> None:
    path = tmp_path / "talk.pcap"
    padded = [
        make.record(3, at + 1, bytes(size), 2)[:-2] + bytes((at, at))
        for at, size in enumerate((8, 8, 8, 12, 12))
    ]
    path.write_bytes(talk_of([(ANSWERS, b"".join(padded) + padded[0][:-1] + b"x")]))
    rows = entries_of(str(path), [8000])
    assert len(rows) == 6
    detail = Detail(Settings(Registry()))
    assert [detail.rows([row]) for row in rows] == [
        of_tree(row, None, PLAIN) + "\n" for row in rows
    ]


def test_params_of_many_records(tmp_path: Path) -> None:
    path = tmp_path / "talk.pcap"
    content = make.pairs({"REQUEST_URI": "/" + "a" * 600, "B\n": "%s"})
    asked = [content, content[:9], content[9:], make.pairs({"REQUEST_URI": ""}), b""]
    records = make.begin(1) + b"".join([make.record(4, 1, each) for each in asked])
    path.write_bytes(talk_of([(ASKS, records), (ANSWERS, make.response(1, b"a"))]))
    rows = entries_of(str(path), [8000])
    detail = Detail(Settings(Registry()))
    assert [detail.rows([row]) for row in rows] == [
        of_tree(row, None, PLAIN) + "\n" for row in rows
    ]
