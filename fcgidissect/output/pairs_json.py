"""Name-value pairs come in, their JSON goes out: by name, and in the order of the wire.

Web servers send the same names in the same order again and again: what stands around the
values is written once for each list of names.
"""

import re
from json.encoder import encode_basestring_ascii as quoted
from typing import Optional, Sequence, Tuple

from fcgidissect.fcgi.pairs import Pair
from fcgidissect.memo import Memo

Texts = Tuple[str, ...]

_SPECIAL = re.compile(r"[^ !#-\[\]-~]")
"""What does not stand for itself in a string that is ASCII."""
_MOST, _LONGEST = 256, 1 << 14
"""Templates that are remembered, and characters of the longest of them: at most 4 MiB."""
_templates: "Memo[Texts, str]" = Memo(_MOST)
"""Names -> both forms with `%s` for each value; empty where that cannot be."""


def string(text: str) -> str:
    """Text as JSON; what is no UTF-8 as an object with its bytes."""
    if text.isascii():
        return quoted(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
        return f'{{"hex": "{raw.hex()}"}}'
    return quoted(text)


def escaped(values: Texts) -> Optional[Texts]:
    """Each value as it stands between quotes; None where one is no UTF-8."""
    joined = "".join(values)
    if not _SPECIAL.search(joined):
        return values
    try:
        joined.encode()
    except UnicodeEncodeError:
        return None
    return tuple([quoted(value)[1:-1] for value in values])


def both_forms(pairs: "Sequence[Pair]") -> str:
    """Pairs as `param`, by name, and as `nv`, in wire order with repeats."""
    if not pairs:
        return ""
    names, values = zip(*pairs)
    texts = escaped(values)
    together = "" if texts is None else _forms_of(names, texts)
    return together or _one_by_one(pairs)


def _forms_of(names: Texts, values: Texts) -> str:
    """The same of names and escaped values; nothing where a name is repeated or no UTF-8."""
    template = _templates.get(names)
    if template is None:
        template = _remember(names)
    return template and template % (values + values)


def _remember(names: Texts) -> str:
    template = template_of(names)
    if len(template) + 8 * len(names) <= _LONGEST:
        _templates[names] = template
    return template


def template_of(names: Texts) -> str:
    """Both forms of such names with `%s` for each value, first by name, then in wire order.

    Empty where a name is repeated or no UTF-8.
    """
    texts = [string(name).replace("%", "%%") for name in names]
    if len(set(texts)) < len(texts) or not all(text[0] == '"' for text in texts):
        return ""
    by_name = ", ".join([f'{text}: "%s"' for text in texts])
    in_order = ", ".join([f'{{"name": {text}, "value": "%s"}}' for text in texts])
    return _both(by_name, in_order)


def _one_by_one(pairs: "Sequence[Pair]") -> str:
    """Both forms of whatever pairs; a name that is no UTF-8 is no key."""
    texts = [(string(name), string(value)) for name, value in pairs]
    last = {name: value for name, value in texts if name[0] == '"'}
    by_name = ", ".join([f"{name}: {value}" for name, value in last.items()])
    in_order = [f'{{"name": {name}, "value": {value}}}' for name, value in texts]
    return _both(by_name, ", ".join(in_order))


def _both(by_name: str, in_order: str) -> str:
    return f'"param": {{{by_name}}}, "nv": [{in_order}]'
