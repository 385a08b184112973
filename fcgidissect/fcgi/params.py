"""The params of a request in, what there is to say of them out.

Each is a fact about the params, not a verdict on who sent them: a hosting firm sets PHP
directives, too, and a monitor is no web server.

Speed: nearly all PARAMS give no reason. That is told by their names, judged once for each
distinct list of them, and by their values being printable. Where the names do give one, as
by a web server's configuration of every request, it is told by a few of the values (`Names`).
"""

import re
from collections import Counter
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

from fcgidissect.fcgi.pairs import Pair, Pairs
from fcgidissect.memo import Memo
from fcgidissect.notes import (
    CONTROL_BYTES,
    DROPPED_PARAM,
    EMPTY_PATH_INFO,
    LINE_BREAK,
    NO_WEB_SERVER,
    REPEATED_PARAM,
    RUNS_CODE,
    SETS_PHP,
    Note,
    note,
)
from fcgidissect.text import ELLIPSIS, escape

SOFTWARE = b"SERVER_SOFTWARE"
"""The param that names the web server."""
_SETTERS = frozenset(("PHP_VALUE", "PHP_ADMIN_VALUE"))
"""Params whose lines php-fpm takes for lines of its php.ini, for one request."""
_TELLING = _SETTERS | {SOFTWARE.decode()}
"""Params whose values count where the names are not usual."""
_CODE = frozenset(
    (
        "allow_url_include",
        "auto_append_file",
        "auto_prepend_file",
        "extension",
        "opcache.preload",
        "sendmail_path",
        "zend_extension",
    )
)
"""Directives of PHP that name code to run, or let a file's name be an address."""
_URIS = (
    "REQUEST_URI",
    "DOCUMENT_URI",
    "SCRIPT_NAME",
    "SCRIPT_FILENAME",
    "PATH_INFO",
    "PATH_TRANSLATED",
)
_OF_WEB_SERVERS = ("SERVER_SOFTWARE", "SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR")
"""Params in every request of nginx, Apache, lighttpd, HAProxy, h2o and Caddy, whatever else
they leave out; RFC 3875 (section 4.1) has all four among its musts."""
_LIBRARY = b"fcgiclient"
"""In SERVER_SOFTWARE by default of client libraries in Go and PHP ("go / fcgiclient ",
"php/fcgiclient"), which monitors and attacks are built on."""
_OF_EVERY_REQUEST = ("QUERY_STRING", "REQUEST_URI")
"""Params that Apache sends of every request, empty or not, and that may be of any length. It
leaves a param of over 16 kB out, and says so in its log alone (AH02536)."""
_LINE_BREAK = re.compile("[\r\n]")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
"""Not the tab, which may stand in an HTTP header field (RFC 9110, section 5.5)."""
PRINTABLE = bytes(range(0x20, 0x7F))
"""ASCII without its controls."""
_PEM = "-----BEGIN "
"""How a certificate begins, of which web servers make a param of many lines."""
_MOST_TOLD = 200
"""Characters of a value that a sentence shows."""
_MOST_REMEMBERED = 4096
"""Characters of names that are worth a memo's room."""
_MOST_TELLING = 64
"""Telling values that are remembered with the same names."""
_MOST_NAMES = 64
"""Sets of names that are remembered."""
_usual_in_any_order: "Memo[FrozenSet[bytes], Names]" = Memo(_MOST_NAMES)
_usual: "Memo[Tuple[str, ...], bool]" = Memo()


class Names:
    """What there is to say of params with the same names in the same order.

    Args:
        names: undecoded.
    """

    __slots__ = (
        *("usual", "telling", "settings"),
        *("_texts", "_by_value", "_repeated", "_told"),
    )

    def __init__(self, names: "Sequence[bytes]") -> None:
        texts = self._texts = tuple([_decoded(name) for name in names])
        self.usual = are_names_usual(texts)
        """They give no reason to remark, and each is there once."""
        times = Counter(() if self.usual else texts)
        self.telling = tuple(
            place
            for place, name in enumerate(texts)
            if times[name] > 1 or times[name] and name in _TELLING
        )
        """The places of the values that tell the rest, if all others are usual."""
        self.settings = {place for place in self.telling if texts[place] in _SETTERS}
        """Those among them that need not be usual."""
        ours = [texts[place] for place in self.telling]
        self._by_value = [at for at, name in enumerate(ours) if name in _TELLING]
        self._repeated = [
            [at for at, other in enumerate(ours) if other == name]
            for name in dict.fromkeys(ours)
            if times[name] > 1
        ]
        self._told: "Memo[Tuple[object, ...], Tuple[Note, ...]]" = Memo(_MOST_TELLING)

    def remarks(self, values: "Sequence[bytes]") -> "Optional[Tuple[Note, ...]]":
        """What there is to say; None where that takes a look at each value."""
        others, settings = values, self.settings
        if settings:
            others = [v for place, v in enumerate(values) if place not in settings]
        if not are_values_usual(b" ".join(others)):
            return None
        if self.usual:
            return ()
        return self.told([values[place] for place in self.telling])

    def told(self, telling: "Sequence[bytes]") -> "Tuple[Note, ...]":
        """The same by the telling values, where all others are usual."""
        # Of a name that comes twice it counts only whether it has two values.
        key = (
            *[telling[at] for at in self._by_value],
            *[len({telling[at] for at in places}) > 1 for places in self._repeated],
        )
        known = self._told.get(key)
        if known is None:
            values = dict(zip(self.telling, map(_decoded, telling)))
            texts = enumerate(self._texts)
            pairs = tuple([Pair(text, values.get(at, "")) for at, text in texts])
            known = self._told[key] = params_remarks(pairs)
        return known


def names_of(names: "Tuple[bytes, ...]") -> Names:
    """What there is to say of params with these names.

    Of those that are usual the order does not count: in Go's it is never twice the same.
    """
    distinct = frozenset(names)
    known = _usual_in_any_order.get(distinct)
    if known is None or len(distinct) < len(names):
        known = Names(names)
        if known.usual and sum(map(len, names)) <= _MOST_REMEMBERED:
            _usual_in_any_order[distinct] = known
    return known


def params_remarks(pairs: Pairs) -> "Tuple[Note, ...]":
    """What all the params of a request give reason to say; for nearly all of them nothing."""
    if not pairs:
        return ()
    names, values = zip(*pairs)
    if are_names_usual(names) and are_values_usual(
        "".join(values).encode("utf-8", "surrogateescape")
    ):
        return ()
    return tuple(_remarks(pairs))


def are_names_usual(names: "Tuple[str, ...]") -> bool:
    """Whether the names of all params give no reason to remark."""
    known = _usual.get(names)
    if known is None:
        known = _are_usual(names)
        if sum(map(len, names)) <= _MOST_REMEMBERED:
            _usual[names] = known
    return known


def are_values_usual(values: bytes) -> bool:
    """Whether all values give none if the names do not.

    Args:
        values: one behind the other; with blanks between them it takes that each is UTF-8,
            too, while the end of one and the beginning of the next could be a character.
    """
    if values.isascii():
        printable = not values.translate(None, PRINTABLE)
    else:
        printable = values.decode("utf-8", "surrogateescape").isprintable()
    return printable and _LIBRARY not in values


def _are_usual(names: "Tuple[str, ...]") -> bool:
    distinct = frozenset(names)
    return (
        len(distinct) == len(names)
        and distinct.isdisjoint(_SETTERS)
        and "".join(names).isprintable()
        and not _missing(names)
        and distinct.issuperset(_OF_EVERY_REQUEST)
    )


def _remarks(pairs: Pairs) -> Iterator[Note]:
    values: "Dict[str, List[str]]" = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
        if name in _SETTERS:
            yield from _settings(name, value)
    broken = [
        name for name in _URIS if _LINE_BREAK.search("".join(values.get(name, ())))
    ]
    if broken:
        empty = values.get("PATH_INFO", [None])[-1] == ""
        yield note(EMPTY_PATH_INFO if empty else LINE_BREAK, name=" and ".join(broken))
    for name, told in values.items():
        yield from _control_bytes(name, told, name in broken)
        if len(set(told)) > 1:
            yield note(REPEATED_PARAM, name=name, count=len(told))
    yield from _peer(values)
    yield from _dropped(values)


def _settings(name: str, text: str) -> Iterator[Note]:
    """What PHP_VALUE or PHP_ADMIN_VALUE sets."""
    harmless = []
    for line in text.splitlines():
        directive, _, value = line.partition("=")
        setting = f"{directive.strip()} = {value.strip()}"
        if directive.strip() in _CODE:
            yield note(RUNS_CODE, name=name, setting=_cut(setting))
        elif line.strip():
            harmless.append(setting)
    if harmless:
        yield note(SETS_PHP, name=name, settings=_cut(", ".join(harmless)))


def _control_bytes(name: str, told: "List[str]", broken: bool) -> Iterator[Note]:
    """Control bytes in a param, where its line breaks are not said or meant already."""
    found = set(_CONTROL.findall(name))
    for value in told:
        if not value.startswith(_PEM):
            found.update(_CONTROL.findall(value))
    if broken or name in _SETTERS:
        found -= {"\r", "\n"}
    if found:
        bytes = ", ".join(map(escape, sorted(found)))
        yield note(CONTROL_BYTES, name=_cut(name), bytes=bytes)


def _peer(values: "Dict[str, List[str]]") -> Iterator[Note]:
    """Whether these are params as a web server sends them."""
    software, missing = values.get("SERVER_SOFTWARE", [""])[-1], _missing(tuple(values))
    if _LIBRARY.decode() in software:
        why = f"SERVER_SOFTWARE is {_cut(software.strip())}, a library for clients"
        yield note(NO_WEB_SERVER, why=why)
    elif missing:
        why = f"SCRIPT_FILENAME is among its params, no header field of HTTP, no {missing}"
        yield note(NO_WEB_SERVER, why=why)


def _dropped(values: "Dict[str, List[str]]") -> Iterator[Note]:
    """Params that Apache has left out because they are too long for it."""
    if values.get("SERVER_SOFTWARE", [""])[-1].startswith("Apache"):
        lacking = [name for name in _OF_EVERY_REQUEST if name not in values]
        if lacking:
            yield note(DROPPED_PARAM, name=" and ".join(lacking))


def _missing(names: "Tuple[str, ...]") -> str:
    """What the params of a peer lack that is no web server, by evidence; else nothing.

    One that is told to send few params still sends the header fields of HTTP; and a peer
    that names no file to run asks for nothing that is its own choice.
    """
    http = any(name.startswith("HTTP_") for name in names)
    if http or "SCRIPT_FILENAME" not in names:
        return ""
    return ", no ".join([name for name in _OF_WEB_SERVERS if name not in names])


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TOLD else text[:_MOST_TOLD] + ELLIPSIS


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
