"""What the lists of rows share: columns, styles, the width of a terminal."""

import pytest

from fcgidissect.notes import APP_STATUS, NO_ANSWER, note
from fcgidissect.output import Settings
from fcgidissect.output.row_list import Line, RowList, duration, labelled, remarked
from fcgidissect.output.styles import Styles
from fcgidissect.registry import Registry


class Names(RowList):
    """Rows are (number, name, said)."""

    def line(self, row: "tuple[str, str, str]", narrow: bool) -> Line:
        number, name, said = row
        more = [("warn", said)] if said else []
        return Line([("number", number)], [("known", name)], more)


def shown(row: "tuple[str, str, str]", width: "int | None") -> str:
    measure = None if width is None else lambda: width
    return Names(Settings(Registry(), width=measure)).rows([row])


URI = "/a/very/long/path/that/goes/on/and/on"


@pytest.mark.parametrize(
    "said, width, wanted",
    [
        ("", None, f"    7 {URI}\n"),
        ("", 80, f"    7 {URI}\n"),
        ("", 30, "    7 /a/very/long/path/that/…\n"),
        ("[reset]", 30, "    7 /a/very/long/pa… [reset]\n"),
        ("[reset]", 12, "    7 /a/ve…\n"),
        (
            "[reset] and much more of that",
            None,
            f"    7 {URI} [reset] and much more of that\n",
        ),
    ],
)
def test_the_name_gives_way_first(said: str, width: "int | None", wanted: str) -> None:
    assert shown(("    7", URI, said), width) == wanted


def test_a_style_surrounds_its_text() -> None:
    styles = Styles({"known": "<b>"}, {"known": "</b>"})
    lines = Names(Settings(Registry(), styles=styles))
    assert lines.rows([("1", "name", "")]) == "1 <b>name</b>\n"


def test_durations_are_one_word() -> None:
    assert duration(None) == "-"
    assert duration(1_234_567) == "1.235ms"
    assert duration(2_500_000_000) == "2.500s"


def test_labels_go_where_it_is_narrow() -> None:
    assert labelled([("in=", 8, "5")], False) == [("", "in=5    ")]
    assert labelled([("in=", 8, "5")], True) == [("", "   5")]


def test_the_worst_remark() -> None:
    mild = note(APP_STATUS, status=3)
    assert remarked([]) == []
    assert remarked([mild]) == [("note", "[note: the application ended with status 3]")]
    bad = note(NO_ANSWER, seconds="1.000")
    assert remarked([mild, bad, mild])[0][0] == "error"
