"""Tokens -> an expression.

Conditions are read with a stack of their own and nest as deep as people write them;
values (`{ }`, calls) by recursion. Both end with an error at `DEEPEST` levels.
"""

import re
from typing import List, Optional, Tuple

from fcgidissect.errors import FilterError
from fcgidissect.filter.operators import BINDING, COMPARISONS
from fcgidissect.filter.scan import Token, scan
from fcgidissect.filter.syntax import (
    Arithmetic,
    Call,
    Character,
    Compare,
    Everything,
    Item,
    Junction,
    Member,
    Name,
    Negative,
    Not,
    Present,
    Quoted,
    Reference,
    Slice,
    Test,
    Value,
)

DEEPEST = 80
"""Levels of conditions or values inside one another; Python's compiler takes 100."""

_CAPTURE_FILTER = re.compile(
    r"\s*(?:(?:not|ether|ip6?|tcp|udp)\s+)*(?:(?:src|dst)\s+)?(?:host|net|port|portrange)\s+[\w.:]"
)


def parse(text: str) -> Test:
    """The expression of a filter.

    Raises:
        FilterError: the text is none.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(text)
        self.at = 0
        self.depth = 0
        self.operators = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at].kind

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def wanted(self, kind: str, what: str) -> Token:
        if self.kind != kind:
            raise self.unexpected(what)
        return self.take()

    def wrong(self, message: str, span: "Tuple[int, int]") -> FilterError:
        return FilterError(message, self.text, *span)

    def unexpected(self, what: str) -> FilterError:
        token = self.tokens[self.at]
        if token.kind == "end":
            return self.wrong(
                f"The expression ends too early: {what} is missing.", token.span
            )
        return self.wrong(
            _unexpected(self.text, self.tokens, self.at, what), token.span
        )

    # Conditions

    def whole(self) -> Test:
        if self.kind == "end":
            return Everything((0, len(self.text)))
        test = self.condition()
        if self.kind != "end":
            raise self.unexpected('an operator such as "and"')
        return test

    def condition(self) -> Test:
        """Operator precedence with a stack: `waiting` lacks its right side."""
        done: "List[Test]" = []
        waiting: "List[Token]" = []
        while True:
            if self.kind in ("not", "("):
                waiting.append(self.take())
                continue
            done.append(self.relation())
            while self.kind == ")" and self.close(done, waiting):
                self.take()
            if self.kind not in ("and", "or", "xor"):
                break
            while waiting and _tighter(waiting[-1], self.kind):
                self.reduce(done, waiting.pop())
            waiting.append(self.take())
        while waiting and waiting[-1].kind != "(":
            self.reduce(done, waiting.pop())
        if waiting:
            raise self.unexpected('a ")"')
        return done[0]

    def close(self, done: "List[Test]", waiting: "List[Token]") -> bool:
        while waiting and waiting[-1].kind != "(":
            self.reduce(done, waiting.pop())
        return bool(waiting and waiting.pop())

    def reduce(self, done: "List[Test]", operator: Token) -> None:
        right = done.pop()
        if operator.kind == "not":
            made: Test = Not((operator.start, right.span[1]), right, 1 + _depth(right))
        else:
            made = _joined(operator.kind, done.pop(), right)
        if _depth(made) > DEEPEST:
            message = f"The conditions nest more than {DEEPEST} levels deep."
            raise self.wrong(message, operator.span)
        done.append(made)

    # Relations

    def relation(self) -> Test:
        quantifier = self.take().kind if self.kind in ("any", "all") else ""
        first = self.at
        left = self.value()
        if self.kind in COMPARISONS:
            return self.chain(left, quantifier)
        if self.kind in ("contains", "matches"):
            return self.search(left, quantifier, first)
        if (
            self.kind == "in"
            or self.kind == "not"
            and self.tokens[self.at + 1].kind == "in"
        ):
            return self.member(left, quantifier, first)
        if quantifier:
            raise self.unexpected(f'a comparison after "{quantifier}"')
        return Present(left.span, left)

    def chain(self, left: Value, quantifier: str) -> Test:
        links: "List[Test]" = []
        while self.kind in COMPARISONS:
            operator = self.take().kind
            right = self.value()
            span = left.span[0], right.span[1]
            links.append(Compare(span, operator, left, right, quantifier))
            left = right
        span = links[0].span[0], links[-1].span[1]
        return links[0] if len(links) == 1 else Junction(span, "and", links, 1)

    def search(self, left: Value, quantifier: str, first: int) -> Test:
        self.entity(left, first)
        operator = self.take().kind
        second = self.at
        right = self.value()
        self.entity(right, second)
        return Compare((left.span[0], right.span[1]), operator, left, right, quantifier)

    def member(self, left: Value, quantifier: str, first: int) -> Test:
        self.entity(left, first)
        negated = self.take().kind == "not"
        if negated:
            self.take()
        self.wanted("{", 'a set such as {1, 4..7} after "in"')
        items = [self.item()]
        while self.kind == ",":
            self.take()
            items.append(self.item())
        end = self.wanted("}", 'a "," or "}" of the set').end
        return Member((left.span[0], end), left, tuple(items), negated, quantifier)

    def item(self) -> Item:
        low = self.signed()
        if self.kind != "..":
            return Item(low.span, low)
        self.take()
        high = self.signed()
        return Item((low.span[0], high.span[1]), low, high)

    def entity(self, value: Value, first: int) -> None:
        """`contains`, `matches` and `in` take no arithmetic."""
        if self.tokens[first].kind == "{" or isinstance(value, (Arithmetic, Negative)):
            message = "Arithmetic may not stand beside contains, matches or in."
            raise self.wrong(message, value.span)

    # Values

    def value(self) -> Value:
        self.operators = 0
        return self.arithmetic(1)

    def arithmetic(self, least: int) -> Value:
        left = self.signed(braces=True)
        while self.kind in "&+-*/%" and BINDING[self.kind] >= least:
            operator = self.take()
            self.operators += 1
            if self.operators > DEEPEST:
                message = f"One value has more than {DEEPEST} arithmetic operators."
                raise self.wrong(message, operator.span)
            right = self.arithmetic(BINDING[operator.kind] + 1)
            span = left.span[0], right.span[1]
            left = Arithmetic(span, operator.kind, left, right)
        return left

    def signed(self, braces: bool = False) -> Value:
        if self.kind == "{" and braces:
            return self.braced()
        if self.kind not in ("+", "-"):
            return self.entire()
        sign = self.take()
        value = self.entire()
        return (
            Negative((sign.start, value.span[1]), value) if sign.kind == "-" else value
        )

    def braced(self) -> Value:
        start = self.take()
        self.deeper(start)
        value = self.arithmetic(1)
        if self.kind in COMPARISONS:
            message = "{ } group arithmetic: conditions are grouped by ( )."
            raise self.wrong(message, self.tokens[self.at].span)
        self.wanted("}", 'a "}"')
        self.depth -= 1
        return value

    def entire(self) -> Value:
        value = self.primary()
        while self.kind == "slice":
            token = self.take()
            value = Slice((value.span[0], token.end), value, token.value)
            self.operators += 1
            if self.operators > DEEPEST:
                raise self.wrong(
                    f"More than {DEEPEST} slices of one value.", token.span
                )
        return value

    def primary(self) -> Value:
        token = self.tokens[self.at]
        if token.kind == "string":
            return Quoted(self.take().span, token.value)
        if token.kind == "character":
            return Character(self.take().span, token.value)
        if token.kind in ("${", "$"):
            return self.reference()
        if token.kind == "word" and self.tokens[self.at + 1].kind == "(":
            return self.call()
        return self.name()

    def name(self) -> Name:
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

    def reference(self) -> Reference:
        start = self.take()
        name = self.name()
        end = self.wanted("}", 'a "}"').end if start.kind == "${" else name.span[1]
        return Reference((start.start, end), name)

    def call(self) -> Call:
        name = self.take()
        self.deeper(self.take())
        arguments: "List[Value]" = []
        while self.kind != ")":
            if arguments:
                self.wanted(",", 'a "," or ")"')
            arguments.append(self.arithmetic(1))
        self.depth -= 1
        return Call((name.start, self.take().end), name.text, tuple(arguments))

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(
                f"Values nest more than {DEEPEST} levels deep.", token.span
            )


def _tighter(waiting: Token, operator: str) -> bool:
    if waiting.kind == "(":
        return False
    return waiting.kind == "not" or BINDING[waiting.kind] >= BINDING[operator]


def _depth(test: Test) -> int:
    return getattr(test, "depth", 0)


def _joined(operator: str, left: Test, right: Test) -> Junction:
    """Both in one list; a list that is already there grows, so a long chain stays cheap."""
    tests, more = _members(left, operator), _members(right, operator)
    deep = max(
        _depth(left) + (tests is None),
        _depth(right) + (more is None),
        1,
    )
    tests = [left] if tests is None else tests
    tests.extend([right] if more is None else more)
    return Junction((left.span[0], right.span[1]), operator, tests, deep)


def _members(test: Test, operator: str) -> "Optional[List[Test]]":
    """The tests of a junction by the same operator; None for anything else."""
    if isinstance(test, Junction) and test.operator == operator:
        return test.tests
    return None


def _unexpected(text: str, tokens: "List[Token]", at: int, what: str) -> str:
    token = tokens[at]
    if _CAPTURE_FILTER.match(text):
        return (
            "This is a capture filter; a display filter names fields: tcp.port == 80."
        )
    if token.text.lower() != token.text and token.text.lower() in _WORDS:
        return f'Operators are in lower case: write "{token.text.lower()}".'
    before = tokens[at - 1].kind if at else ""
    if before == ")" and (token.kind in COMPARISONS or token.kind in BINDING):
        return "( ) group conditions: arithmetic is grouped by { }."
    if token.kind == "(" and at:
        return "A ( ) group stands alone between and, or, not: arithmetic is grouped by { }."
    return f'"{token.text}" was not expected here, where {what} could stand.'


_WORDS = {"and", "or", "xor", "not", "in", "contains", "matches", "any", "all"} | {
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "bitand",
}
