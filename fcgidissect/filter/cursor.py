"""The place in a filter's tokens, and the error for a token that cannot stand there."""

from typing import Tuple

from fcgidissect.errors import FilterError
from fcgidissect.filter.habits import hint
from fcgidissect.filter.scan import Token, scan
from fcgidissect.filter.wording import brief


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
        elif token.kind == "wrong":
            message = token.value
        else:
            default = f'"{token.text}" was not expected here, where {what} could stand.'
            message = hint(self.text, self.tokens, self.at) or default
        return self.wrong(message, token.span)
