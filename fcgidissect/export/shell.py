"""Words come in, a shell's command line goes out that nothing in them can break."""

from shlex import quote
from typing import Iterable

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "'": r"\'", "\\": r"\\"}


def word(text: str) -> str:
    """A word as a shell reads it back; what is not printable as $'...' (bash, zsh, ksh).

    A byte that is no UTF-8 stands as a lone surrogate (PEP 383). A shell's word has no NUL,
    so it ends before one.
    """
    text = text.partition("\0")[0]
    if text.isprintable():
        return quote(text)
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    data = character.encode("utf-8", "surrogateescape")
    return "".join(f"\\{byte:03o}" for byte in data)


def line(words: "Iterable[str]") -> str:
    """Words as a command."""
    return " ".join(map(word, words))
