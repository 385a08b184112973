"""The tree as text: what is put together from memos is what the tree says."""

import pytest

from fcgidissect.output import Settings
from fcgidissect.output.detail import Detail, of_tree
from fcgidissect.output.styles import PLAIN
from fcgidissect.registry import Registry
from tests.corpus import Capture, captures
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
