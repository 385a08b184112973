"""Literals of an expression -> values of the type that they meet.

Every function raises ValueError with a sentence for the user where that cannot be.
"""

import re
from typing import Any, Callable, Mapping, Optional

from fcgidissect.fields import Field, Names
from fcgidissect.filter import literals, types
from fcgidissect.filter.dates import date
from fcgidissect.filter.escapes import bytes_of, text_of
from fcgidissect.filter.syntax import Character, Name, Negative, Quoted, Value
from fcgidissect.filter.types import Type
from fcgidissect.filter.wording import alike

Read = Callable[[Value, Optional[Field]], Any]


def constant(node: Value, type: Type, field: Optional[Field]) -> Any:
    """The value of a literal beside something of that type, measured by that field."""
    return _READ[type](node, field)


def value_names(field: Optional[Field]) -> "dict[str, int]":
    """name in lower case -> value; empty for a field without names.

    The specification's names are there with and without their FCGI_.
    """
    names = field.names if field else None
    if names is None:
        return {}
    pairs = _pairs(names)
    if not isinstance(names, Mapping):
        pairs += [(name, int(member)) for name, member in names.__members__.items()]
    return {name.lower(): value for name, value in pairs}


def _pairs(names: Names) -> "list[tuple[str, int]]":
    if isinstance(names, Mapping):
        return [(name, value) for value, name in names.items()]
    return [(str(member), int(member)) for member in names]


def _word(node: Value) -> str:
    """The text of an unquoted literal."""
    if isinstance(node, Negative) and isinstance(node.value, Name):
        return "-" + node.value.text
    if isinstance(node, Name):
        return node.text
    raise ValueError(
        f"{node} is text: a number, a time or an address stands without quotes."
    )


def _number(node: Value, field: Optional[Field]) -> int:
    if isinstance(node, Character):
        return node.code
    if isinstance(node, (Name, Quoted)):
        named = value_names(field).get(node.text.lower())
        if named is not None:
            return named
        if field is not None and field.names and node.text[:1] not in "0123456789":
            raise ValueError(_choices(node.text, field))
    return _bounded(_word(node), field)


def _bounded(word: str, field: Optional[Field]) -> int:
    number = literals.integer(word)
    if field is None:
        return number
    low, high = types.bounds(field.kind)
    if number > high:
        raise ValueError(
            f"{word} is too big for {field.name}, whose maximum is {high}."
        )
    if number < low:
        raise ValueError(f"{word} is too small for {field.name}.")
    return number


def _choices(word: str, field: Field) -> str:
    """What a field's value could have been meant instead."""
    names = [name for name, _ in _pairs(field.names or {})]
    close = alike(word, names)
    if close:
        return f'{field.name} has no value "{word}"{close}'
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f'{field.name} has no value "{word}": its names are {listed}.'


def _boolean(node: Value, field: Optional[Field]) -> bool:
    if isinstance(node, Character):
        return node.code != 0
    named = value_names(field)
    if isinstance(node, (Name, Quoted)) and node.text.lower() in named:
        return bool(named[node.text.lower()])
    if isinstance(node, (Name, Quoted)):
        return literals.boolean(node.text)
    raise ValueError(f"{node} is neither True nor False.")


def _text(node: Value, _: Optional[Field]) -> str:
    if isinstance(node, Character):
        return text_of(bytes((node.code,)))
    if isinstance(node, (Name, Quoted)):
        return node.text
    raise ValueError(f"{node} is no text: write it in double quotes.")


def _data(node: Value, _: Optional[Field]) -> bytes:
    if isinstance(node, Character):
        return bytes((node.code,))
    return (
        bytes_of(node.text) if isinstance(node, Quoted) else literals.data(_word(node))
    )


def _unquoted(read: "Callable[[str], Any]") -> Read:
    return lambda node, field: read(_word(node))


def _date(node: Value, _: Optional[Field]) -> int:
    word = node.text if isinstance(node, Quoted) else _word(node)
    if not isinstance(node, Quoted) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", word):
        return literals.nanoseconds(word)
    return date(word)


def _label(node: Value, _: Optional[Field]) -> Any:
    raise ValueError("A label has no value to compare with.")


_READ: "dict[Type, Read]" = {
    types.NUMBER: _number,
    types.FLOAT: _unquoted(literals.floating),
    types.BOOLEAN: _boolean,
    types.TEXT: _text,
    types.BYTES: _data,
    types.PROTOCOL: _data,
    types.ETHER: _unquoted(literals.ethernet),
    types.IPV4: _unquoted(literals.ipv4),
    types.IPV6: _unquoted(literals.ipv6),
    types.SPAN: _unquoted(literals.nanoseconds),
    types.DATE: _date,
    types.LABEL: _label,
}
