"""Tokens -> an expression.

Conditions are read with a stack of their own, so that parentheses may nest as deep as they
like; what is left of them in the expression nests down to `DEEPEST` levels.
"""

from typing import List, Optional

from fcgidissect.filter.operands import DEEPEST, Operands
from fcgidissect.filter.operators import BINDING, COMPARISONS
from fcgidissect.filter.scan import Token
from fcgidissect.filter.syntax import (
    Arithmetic,
    Compare,
    Everything,
    Item,
    Junction,
    Member,
    Not,
    Present,
    Test,
    Value,
)


def parse(text: str) -> Test:
    """The expression of a filter.

    Raises:
        FilterError: the text is none.
    """
    return _Parser(text).whole()


class _Parser(Operands):
    """Reads conditions and relations."""

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
        if self.tokens[first].kind in ("{", "+", "-") or isinstance(value, Arithmetic):
            message = "Arithmetic may not stand beside contains, matches or in."
            raise self.wrong(message, value.span)


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
