"""Words for a shell: whatever they are, a shell gives them back."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fcgidissect.export.shell import line, word

HOSTILE = (
    *("", "a b", "it's", "$HOME `id` $(id)", 'say "hi"', "; rm -rf /", "a\nb", "\\n"),
    *(
        "\x1b[31m",
        "\udcff\udc80",
        "caf\u00e9",
        "*?[a]{b,c}~",
        "!x",
        "\r\t\x7f",
        "\u202e",
    ),
    *("7\x018", "\\'\n", "-n", "#x"),
)


def told(text: str) -> bytes:
    """What a shell makes of the word."""
    command = f"printf '%s\\0' {word(text)}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    return done.stdout


@pytest.mark.parametrize("text", HOSTILE)
def test_a_word_comes_back_from_the_shell(text: str) -> None:
    assert told(text) == text.encode("utf-8", "surrogateescape") + b"\0"
    assert word(text).isprintable()


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
@settings(max_examples=25, deadline=None)
def test_any_words_come_back_from_the_shell(words: "list[str]") -> None:
    command = line(["printf", "%s\\0", *words])
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    wanted = "".join(f"{each}\0" for each in words) or "\0"
    assert done.stdout == wanted.encode()


def test_a_word_ends_before_a_nul() -> None:
    assert word("a\0b") == "a"
