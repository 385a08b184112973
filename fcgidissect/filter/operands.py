"""Tokens -> values: fields, literals, slices, calls, arithmetic."""

from typing import List

from fcgidissect.filter.cursor import Cursor
from fcgidissect.filter.operators import ARITHMETIC, BINDING, COMPARISONS
from fcgidissect.filter.scan import Token
from fcgidissect.filter.syntax import (
    Arithmetic,
    Call,
    Character,
    Name,
    Negative,
    Quoted,
    Reference,
    Slice,
    Value,
)

DEEPEST = 80
"""Levels of conditions or values inside one another; Python's compiler takes 100."""
_SIGNS = {operator.name for operator in ARITHMETIC}


class Operands(Cursor):
    """Reads values by recursion, down to `DEEPEST` levels."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.operators = 0

    def value(self) -> Value:
        """A value, with all the arithmetic in it."""
        self.operators = 0
        return self._arithmetic(1)

    def _arithmetic(self, least: int) -> Value:
        left = self.signed(braces=True)
        while self.kind in _SIGNS and BINDING[self.kind] >= least:
            operator = self.take()
            self.operators += 1
            if self.operators > DEEPEST:
                message = f"One value has more than {DEEPEST} arithmetic operators."
                raise self.wrong(message, operator.span)
            right = self._arithmetic(BINDING[operator.kind] + 1)
            span = left.span[0], right.span[1]
            left = Arithmetic(span, operator.kind, left, right)
        return left

    def signed(self, braces: bool = False) -> Value:
        """A value without arithmetic but its sign, or with braces around it."""
        if self.kind == "{" and braces:
            return self._braced()
        if self.kind not in ("+", "-"):
            return self._entire()
        sign = self.take()
        value = self._entire()
        return (
            Negative((sign.start, value.span[1]), value) if sign.kind == "-" else value
        )

    def _braced(self) -> Value:
        start = self.take()
        self._deeper(start)
        value = self._arithmetic(1)
        if self.kind in COMPARISONS:
            message = "{ } group arithmetic: conditions are grouped by ( )."
            raise self.wrong(message, self.tokens[self.at].span)
        self.wanted("}", 'a "}"')
        self.depth -= 1
        return value

    def _entire(self) -> Value:
        value = self._primary()
        while self.kind == "slice":
            token = self.take()
            value = Slice((value.span[0], token.end), value, token.value)
            self.operators += 1
            if self.operators > DEEPEST:
                raise self.wrong(
                    f"More than {DEEPEST} slices of one value.", token.span
                )
        return value

    def _primary(self) -> Value:
        token = self.tokens[self.at]
        if token.kind == "string":
            return Quoted(self.take().span, token.value)
        if token.kind == "character":
            return Character(self.take().span, token.value)
        if token.kind in ("${", "$"):
            return self._reference()
        if token.kind == "word" and self.tokens[self.at + 1].kind == "(":
            return self._call()
        return self._name()

    def _name(self) -> Name:
        raw = self.kind == "@"
        start = self.take().start if raw else self.tokens[self.at].start
        word = self.wanted("word", "a field or a value")
        layers = self.take() if self.kind == "layer" else None
        return Name(
            (start, layers.end if layers else word.end),
            word.text.lstrip("."),
            word.text.startswith("."),
            raw,
            layers.value if layers else (),
        )

    def _reference(self) -> Reference:
        start = self.take()
        name = self._name()
        end = self.wanted("}", 'a "}"').end if start.kind == "${" else name.span[1]
        return Reference((start.start, end), name)

    def _call(self) -> Call:
        name = self.take()
        self._deeper(self.take())
        arguments: "List[Value]" = []
        while self.kind != ")":
            if arguments:
                self.wanted(",", 'a "," or ")"')
            arguments.append(self._arithmetic(1))
        self.depth -= 1
        return Call((name.start, self.take().end), name.text, tuple(arguments))

    def _deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(
                f"Values nest more than {DEEPEST} levels deep.", token.span
            )
