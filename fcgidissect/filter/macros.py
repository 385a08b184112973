"""Macros: `${name}`, `${name:a;b}`, `${name;a;b}`, `$name(a,b)` -> their text, before parsing."""

import re
from typing import Any, Mapping

from fcgidissect.errors import FilterError
from fcgidissect.filter.wording import brief

DEEPEST = 20
"""Macros inside one another."""
LONGEST = 1 << 22
"""Characters of an expanded expression."""

_USE = re.compile(
    r'(?P<string>[rR]?"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r"|\$(?:\{(?P<braced>[^{}]*)(?P<end>\})?|(?P<called>[A-Za-z_][\w.-]*)\((?P<given>[^()]*)\))",
    re.DOTALL,
)
_NAME = re.compile(r"\s*([^:;\s]*)\s*(?:[:;](.*))?", re.DOTALL)


def expand(
    text: str, macros: "Mapping[str, str]", registry: Any, level: int = 0
) -> str:
    """The text with its macros replaced; `${field}` stays, as a reference.

    Raises:
        FilterError: a macro does not exist, is not closed or wants other arguments.
    """
    if "$" not in text:
        return text
    if level > DEEPEST:
        raise FilterError(f"Macros nest more than {DEEPEST} deep.", text, 0, len(text))
    expanded = _USE.sub(lambda use: _text(use, macros, registry), text)
    if len(expanded) > LONGEST:
        raise FilterError("The macros expand to too much text.", text, 0, len(text))
    return (
        expanded if expanded == text else expand(expanded, macros, registry, level + 1)
    )


def _text(use: "re.Match[str]", macros: "Mapping[str, str]", registry: Any) -> str:
    if use["string"]:
        return use[0]
    if use["braced"] is not None and not use["end"]:
        raise _wrong(use, 'The macro is not closed: a "}" is missing.')
    form = _NAME.fullmatch(use["braced"] or "")
    name = use["called"] or (form[1] if form else "")
    if name in macros:
        given = use["given"] if use["called"] else form and form[2]
        return _filled(use, macros[name], given, "," if use["called"] else ";")
    if use["called"] or not _is_field(name, registry):
        raise _wrong(use, f'There is no macro "{name}", and no such field.')
    return use[0]


def _is_field(name: str, registry: Any) -> bool:
    return registry.find(re.sub("[@.]?([^#]*).*", r"\1", name)) is not None


def _filled(use: "re.Match[str]", body: str, given: "str | None", mark: str) -> str:
    arguments = [] if not given else [part.strip() for part in given.split(mark)]
    wanted = max(map(int, re.findall(r"\$(\d+)", body)), default=0)
    if wanted != len(arguments):
        many = "argument" if wanted == 1 else "arguments"
        raise _wrong(use, f"The macro takes {wanted} {many}, not {len(arguments)}.")
    return re.sub(r"\$(\d+)", lambda number: arguments[int(number[1]) - 1], body)


def _wrong(use: "re.Match[str]", message: str) -> FilterError:
    return FilterError(brief(message), use.string, use.start(), use.end())
