"""Filter text -> tokens, each with its place in the text."""

import re
from typing import Any, Iterator, NamedTuple

from fcgidissect.errors import FilterError
from fcgidissect.filter.cuts import Cut, cuts
from fcgidissect.filter.escapes import character, quoted
from fcgidissect.filter.operators import SPELLINGS
from fcgidissect.filter.wording import brief


class Token(NamedTuple):
    """A lexeme.

    `kind` is the operator's name or mark, or "word", "string", "character", "slice",
    "layer", "wrong", "end"; `value` is what the text stands for, of "wrong" what is wrong.
    """

    kind: str
    text: str
    start: int
    end: int
    value: Any = None

    @property
    def span(self) -> "tuple[int, int]":
        """Its first character and the one behind its last."""
        return self.start, self.end


_OCTETS = r"\d{1,3}(?:\.\d{1,3}){3}"
_PART = "[A-Za-z0-9_][A-Za-z0-9_-]*"
_SYMBOLS = sorted((s for s in SPELLINGS if not s[0].isalpha()), key=len, reverse=True)

_PATTERNS = (
    ("blank", r"[ \t\r\n]+"),
    ("string", r'[rR]?"(?:[^"\\]|\\.)*"'),
    ("character", r"'(?:[^'\\]|\\.)*'"),
    ("slice", r"\[[^]]*\]"),
    ("layer", r"\#(?:\d+|\[[^]]*\])"),
    # Addresses and bytes hold colons and prefixes, which no name has.
    ("prefix", rf"{_OCTETS}(?:/\w+)?(?!\.?[\w-])"),
    ("colons", r"(?=[\w-]*:)(?=:*\w|::)[\w:-]+(?:\.\w+)*(?:/\w+)?"),
    ("word", rf"\.?{_PART}(?:\.{_PART})*"),
    ("symbol", "|".join(map(re.escape, _SYMBOLS))),
)
_LEXEME = re.compile(
    "|".join(f"(?P<{n}>{p})" for n, p in _PATTERNS), re.ASCII | re.DOTALL
)

_WRONG = {
    "=": 'A single "=" is no operator: write "==".',
    '"': "The string is not closed: its last quote is missing.",
    "'": "The character is not closed: its last quote is missing.",
    "[": 'The slice is not closed: a "]" is missing.',
    "#": "A layer is a number or a range in brackets directly behind the #: x#1, x#[1-2].",
    "|": 'A single "|" is no operator: write "or" or "||".',
    "^": 'A single "^" is no operator: write "xor" or "^^".',
    ".": 'A "." has no meaning here: networks are written 10.0.0.0/8, ranges 1..4.',
    **dict.fromkeys(
        "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb`", 'Quotes are plain ones: "text".'
    ),
}


def scan(text: str) -> "list[Token]":
    """The tokens of a filter, the last of kind "end".

    They stop short at a "wrong" one: what stands before it may be wrong, too, and first.

    Raises:
        FilterError: a string, a slice or a layer is none.
    """
    return [*_tokens(text), Token("end", "", len(text), len(text))]


def _tokens(text: str) -> "Iterator[Token]":
    start = 0
    while start < len(text):
        lexeme = _LEXEME.match(text, start)
        if lexeme is None:
            yield Token("wrong", text[start], start, start + 1, _wrong(text, start))
            return
        end = lexeme.end()
        if lexeme.lastgroup != "blank":
            yield _token(text, lexeme.lastgroup or "", start, end)
        start = end


def _token(text: str, group: str, start: int, end: int) -> Token:
    lexeme = text[start:end]
    read = _READERS.get(group)
    if read is None:
        return Token(SPELLINGS.get(lexeme, "word"), lexeme, start, end)
    try:
        return Token(group, lexeme, start, end, read(lexeme))
    except ValueError as wrong:
        raise FilterError(brief(str(wrong)), text, start, end) from None


def _layers(lexeme: str) -> "tuple[Cut, ...]":
    return cuts(lexeme[1:] if lexeme[1] == "[" else f"[{lexeme[1:]}]")


_READERS = {"string": quoted, "character": character, "slice": cuts, "layer": _layers}


def _wrong(text: str, at: int) -> str:
    if text.startswith("=~", at):
        return '"=~" is no operator: write "~" or "matches".'
    if text[at] in _WRONG:
        return _WRONG[text[at]]
    if " " < text[at] < "\x7f":
        return f'"{text[at]}" has no meaning here.'
    return "Other than printable ASCII characters must stand inside double quotes."
