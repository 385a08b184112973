"""The parser: every option has its help, all of which fits two screens."""

import pytest

from fcgidissect.export import commands
from fcgidissect.options import completions, sharing
from fcgidissect.options.groups import FORMATS, ROWS, TIMES, parser
from fcgidissect.output import BY, WRITERS
from fcgidissect.output.clock import clock

SCREEN = 50
"""Lines of a terminal of today, 80 columns wide."""


def test_every_option_has_its_help() -> None:
    for action in parser()._actions:
        assert action.help, action.option_strings


def test_help_fits_two_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = parser().format_help().splitlines()
    assert len(lines) <= 2 * SCREEN
    assert max(map(len, lines)) < 80


def test_what_is_the_same_in_tsharks_form_stands_behind_what_it_is() -> None:
    spelled = [action.option_strings[:1] for action in parser()._actions]
    assert spelled[spelled.index(["-G"]) - 1] == ["--fields"]


def test_what_an_option_offers_is_what_there_is() -> None:
    """The parser names it anew, so that a call need not import all that carries it out."""
    assert list(FORMATS) == list(WRITERS) and list(ROWS) == list(BY)
    assert list(sharing.FORMS) == list(commands.FORMS)
    assert all(map(clock, TIMES))
    choices = {action.dest: action.choices for action in parser()._actions}
    assert choices["completion"] == tuple(completions.SHELLS)
