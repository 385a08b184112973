"""The place in a filter's tokens, and the error for a token that cannot stand there."""

import re
from typing import Tuple

from fcgidissect.errors import FilterError
from fcgidissect.filter.operators import BINDING, COMPARISONS, SPELLINGS
from fcgidissect.filter.scan import Token, scan
from fcgidissect.filter.wording import brief

_CAPTURE_FILTER = re.compile(
    r"\s*(?:(?:not|ether|ip6?|tcp|udp)\s+)*(?:(?:src|dst)\s+)?(?:host|net|port|portrange)\s+[\w.:]"
)
_WORDS = {spelling for spelling in SPELLINGS if spelling.isidentifier()}


class Cursor:
    """Goes over the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(text)
        self.at = 0

    @property
    def kind(self) -> str:
        """The kind of the token that comes next."""
        return self.tokens[self.at].kind

    def take(self) -> Token:
        """The next token, which is done with."""
        self.at += 1
        return self.tokens[self.at - 1]

    def wanted(self, kind: str, what: str) -> Token:
        """The next token, if it is of that kind."""
        if self.kind != kind:
            raise self.unexpected(what)
        return self.take()

    def wrong(self, message: str, span: "Tuple[int, int]") -> FilterError:
        """An error about a piece of the text."""
        return FilterError(brief(message), self.text, *span)

    def unexpected(self, what: str) -> FilterError:
        """The next token cannot stand where `what` could."""
        token = self.tokens[self.at]
        if token.kind == "end":
            message = f"The expression ends too early: {what} is missing."
        elif _CAPTURE_FILTER.match(self.text):
            message = "This is a capture filter; a display filter names fields: tcp.port == 80."
        else:
            default = f'"{token.text}" was not expected here, where {what} could stand.'
            message = self._hint(token) or default
        return self.wrong(message, token.span)

    def _hint(self, token: Token) -> str:
        """What a token was meant for that people often write."""
        if token.text not in _WORDS and token.text.lower() in _WORDS:
            return f'Operators are in lower case: write "{token.text.lower()}".'
        before = self.tokens[self.at - 1].kind if self.at else ""
        if before == ")" and (token.kind in COMPARISONS or token.kind in BINDING):
            return "( ) group conditions: arithmetic is grouped by { }."
        if token.kind == "(" and self.at:
            return "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }."
        if before in COMPARISONS or before in ("contains", "matches"):
            if token.kind in BINDING or token.kind in (".", "..", "}", ","):
                return "Text must stand in double quotes."
        return ""
