"""Regular expressions in PCRE's common syntax -> the test of one value.

Python's `re` does the search; what it spells otherwise is translated, what it cannot do
is refused with a sentence.
"""

import re
import warnings
from typing import Any, Callable, Union

from fcgidissect.filter.escapes import bytes_of

_PIECE = re.compile(
    r"\\Q(?P<literal>.*?)(?:\\E|$)"
    r"|\\(?P<escape>.)"
    r"|\[:(?P<negated>\^?)(?P<named>\w+):\]"
    r"|\(\?(?P<flags>[imsx]*(?:-[imsx]+)?)\)"
    r"|\(\?<(?P<group>[A-Za-z_]\w*)>",
    re.DOTALL,
)
_ESCAPES = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "h": r"[ \t\xa0]",
    "H": r"[^ \t\xa0]",
    "R": r"(?:\r\n|[\n\x0b\x0c\r])",
    "N": r"[^\n]",
    "e": r"\x1b",
    "E": "",
}
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "a-fA-F0-9",
}


def pattern(text: str, of_bytes: bool) -> "Callable[[Any], Any]":
    """The search for a pattern in text or bytes, without regard to case.

    Raises:
        ValueError: the pattern is none, or needs what Python's `re` does not have.
    """
    body, options = _options(text)
    translated = _PIECE.sub(_translated, body)
    if options:
        translated = f"(?{options}:{translated})"
    source: Union[str, bytes] = bytes_of(translated) if of_bytes else translated
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of "[[", which PCRE takes as it stands
            return re.compile(source, re.IGNORECASE | re.ASCII).search
    except (re.error, OverflowError, RecursionError) as wrong:
        raise ValueError(f"The regular expression does not compile: {wrong}.") from None


def _options(text: str) -> "tuple[str, str]":
    """A pattern and the options that it begins with, as in `(?-i)`."""
    options = re.match(r"\(\?([imsx]*(?:-[imsx]+)?)\)", text)
    return (text[options.end() :], options[1]) if options else (text, "")


def _translated(piece: "re.Match[str]") -> str:
    found = piece.groupdict()
    if found["literal"] is not None:
        return re.escape(found["literal"])
    if found["escape"] is not None:
        return _escape(piece[0], found["escape"])
    if found["named"]:
        return _class(piece[0], found["named"], found["negated"])
    if found["group"]:
        return f"(?P<{found['group']}>"
    raise ValueError(f"Options such as {piece[0]} stand at the beginning of a pattern.")


def _escape(whole: str, letter: str) -> str:
    if letter in "KGXCpPgk":
        raise ValueError(f"Regular expressions here have no {whole}.")
    return _ESCAPES.get(letter, whole)


def _class(whole: str, name: str, negated: str) -> str:
    if negated or name not in _CLASSES:
        raise ValueError(f"Regular expressions here have no class {whole}.")
    return _CLASSES[name]
