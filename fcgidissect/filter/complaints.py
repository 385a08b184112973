"""What is wrong with an expression, as errors with a sentence and a place."""

from typing import Any, TypeGuard

from fcgidissect.errors import FilterError
from fcgidissect.filter import literals, types
from fcgidissect.filter.constants import value_names
from fcgidissect.filter.functions import FUNCTIONS
from fcgidissect.filter.syntax import Call, Name, Part, Quoted, Value
from fcgidissect.filter.types import Type
from fcgidissect.filter.wording import alike, brief

SHARED = "FCGI_"
"""What names of values begin with, and params seldom."""
_ALONE = "A constant alone is no condition: compare a field with it, or use a set: in {1, 2}."


class Complaints:
    """Errors about one expression; the registry is asked for names that look alike."""

    def __init__(self, text: str, registry: Any) -> None:
        self.text = text
        self.registry = registry

    def wrong(self, part: Part, message: str) -> FilterError:
        """That sentence, about that part."""
        return FilterError(brief(message), self.text, *part.span)

    def unable(self, part: Part, kind: Type, operator: str) -> FilterError:
        """A value of that type takes no part in the operator."""
        message = f"{part} is {kind.name} and takes no part in {operator}"
        if operator in ("contains", "matches") and kind is types.NUMBER:
            message += f": string({part}) is its text"
        return self.wrong(part, message + ".")

    def differ(self, part: Part, left: Type, right: Type) -> FilterError:
        """Two types do not compare or combine."""
        names = f"{left.name} and {right.name}"
        return self.wrong(part, f"{names[0].upper()}{names[1:]} do not go together.")

    def single_ampersand(self, part: Part) -> FilterError:
        """A literal beside `&` does not fit what is on its other side."""
        message = (
            'A single "&" takes the bits of two values: conditions are joined by "&&".'
        )
        return self.wrong(part, message)

    def unknown(self, node: Name) -> FilterError:
        """The name is no field."""
        known = self._meant(node.text) or alike(node.text, self.registry.names())
        known = known or ": --fields lists them."
        return self.wrong(node, f"There is no field {node.text}{known}")

    def no_function(self, node: Call) -> FilterError:
        """The name of a call is no function."""
        known = alike(node.name, FUNCTIONS) or ": --filter-help lists them."
        return self.wrong(node, f"There is no function {node.name}{known}")

    def _meant(self, word: str) -> str:
        """The end of a sentence that names a param, or a value with its field."""
        first, last = word.rpartition(".")[::2]
        if first in ("fcgi.param", "fcgi.params") or "_" in last and last.isupper():
            if not last.startswith(SHARED):
                return f"; did you mean fcgi.param.{last}?"
        if word in ("fcgi.param", "fcgi.params"):
            return "; did you mean fcgi.param.REQUEST_URI?"
        for name in self.registry.names():
            if word.lower() in value_names(self.registry.find(name).field):
                return f"; did you mean {name} == {word}?"
        return ""

    def alone(self, node: Value) -> FilterError:
        """A literal stands where a field must."""
        if isinstance(node, Quoted) and node.span == (0, len(self.text)):
            return self.wrong(
                node, "All of the filter stands in quotes: leave them out."
            )
        return self.unknown(node) if _is_word(node) else self.wrong(node, _ALONE)

    def constants(self, *parts: Value) -> FilterError:
        """There is no field in any of the parts; the one that looks like one is named."""
        for part in parts:
            if _is_word(part):
                return self.unknown(part)
        whole = Part((parts[0].span[0], parts[-1].span[1]))
        return self.wrong(whole, "Only constants: a field must be on one side.")

    def literal(self, node: Value, message: str) -> FilterError:
        """A literal is none; if it begins like a field, that is what it was meant for."""
        if isinstance(node, Name):
            head, dot, _ = node.text.partition(".")
            if dot and self.registry.find(head) is not None:
                return self.unknown(node)
        return self.wrong(node, message)


def _is_word(node: Value) -> "TypeGuard[Name]":
    """It can be meant for a field: a word that is no number and no bytes."""
    if not isinstance(node, Name) or not (
        node.text[0].isalpha() or node.text[0] == "_"
    ):
        return False
    try:
        literals.data(node.text)
    except ValueError:
        return True
    return False
