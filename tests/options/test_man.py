"""The man page: all that the parser has is in it, and nothing in it is a command by chance."""

import re

from fcgidissect.options.configuration import _readers
from fcgidissect.options.groups import parser
from fcgidissect.options.man import STATUSES, man_page
from fcgidissect.statistics import usage

MACROS = {".TH", ".SH", ".TP", ".B", ".nf", ".fi"}


def test_every_option_and_every_statistic_is_in_it() -> None:
    page = man_page().replace("\\-", "-")
    for action in parser()._actions:
        for name in action.option_strings:
            assert re.search(rf"^\\fB(.*, )?{name}[ ,\\]", page, re.MULTILINE), name
    for words, _ in usage():
        assert f"\\fB-z {words}\\fR" in page
    for status in STATUSES:
        assert f"\\fB{status}\\fR" in page


def test_it_names_every_section_of_the_settings() -> None:
    files = man_page().partition('.SH "FILES"')[2].partition(".SH")[0]
    for section in _readers():
        assert re.search(rf"\b{section}\b", files), section


def test_only_macros_begin_with_a_dot() -> None:
    commands = {line.split()[0] for line in man_page().splitlines() if line[0] in ".'"}
    assert commands == MACROS


def test_no_hyphen_is_left_to_be_broken_at() -> None:
    assert not re.search(r"(?<!\\)-", man_page())
