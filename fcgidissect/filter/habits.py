"""Tokens and one that cannot stand where it does in, what people mean by it out."""

import re
from typing import Sequence

from fcgidissect.filter.operators import BINDING, COMPARISONS, SPELLINGS
from fcgidissect.filter.scan import Token

_CAPTURE_FILTER = re.compile(
    r"\s*(?:(?:not|ether|ip6?|tcp|udp)\s+)*(?:(?:src|dst)\s+)?(?:host|net|port|portrange)\s+[\w.:]"
)
_WORDS = {spelling for spelling in SPELLINGS if spelling.isidentifier()}
_PRESENCE = "A field by itself asks whether it is there."
_BEGINNING = 'Text that begins so is asked for by matches "^...".'
_OF_OTHERS = {
    "exists": _PRESENCE,
    "is": _PRESENCE,
    "startswith": _BEGINNING,
    "starts_with": _BEGINNING,
    "endswith": 'Text that ends so is asked for by matches "...$".',
    "like": 'Parts of text are asked for by contains "..." or matches "...".',
    "between": "A range stands in a set: in {1..4}.",
    "mod": 'The remainder of a division is written "%".',
}
"""Operators of other languages."""


def hint(text: str, tokens: "Sequence[Token]", at: int) -> str:
    """A sentence for the user about the token at a place; empty where there is none."""
    if _CAPTURE_FILTER.match(text):
        return (
            "This is a capture filter; a display filter names fields: tcp.port == 80."
        )
    token, before = tokens[at], tokens[at - 1].kind if at else ""
    if token.text not in _WORDS and token.text.lower() in _WORDS:
        return f'Operators are in lower case: write "{token.text.lower()}".'
    for word in (token.text, tokens[at - 1].text if at else ""):
        if word.lower() in _OF_OTHERS:
            return _OF_OTHERS[word.lower()]
    return _of_groups(tokens, at, before) or _of_values(tokens, at, before)


def _of_groups(tokens: "Sequence[Token]", at: int, before: str) -> str:
    kind = tokens[at].kind
    if before == "in" and kind == "(":
        return "A set stands in braces: in {1, 2}."
    if before == ")" and (kind in COMPARISONS or kind in BINDING):
        return "( ) group conditions: arithmetic is grouped by { }."
    if kind == "(" and at:
        return "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }."
    kinds = [token.kind for token in tokens[: at + 1]]
    if kind == ")" and kinds.count(")") > kinds.count("("):
        return 'This ")" closes nothing.'
    return ""


def _of_values(tokens: "Sequence[Token]", at: int, before: str) -> str:
    kind, behind = tokens[at].kind, tokens[min(at + 1, len(tokens) - 1)].kind
    if kind == "not" and behind in ("contains", "matches"):
        return f"The not stands before all of it: not x {behind} y."
    if before in COMPARISONS or before in ("contains", "matches"):
        if kind in BINDING or kind in (".", "..", "}", ","):
            return "Text must stand in double quotes."
    if kind == ",":
        return "Several values make a set: in {1, 2}."
    return "A range stands in a set: in {1..4}." if kind == ".." else ""
