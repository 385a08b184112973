"""The words behind -z come in, statistics go out; a file a statistic."""

from importlib import import_module
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from fcgidissect.errors import UsageError
from fcgidissect.statistics.statistic import Statistic


class Asked(NamedTuple):
    """What one -z asks for."""

    text: str
    """The words as they were given."""
    statistic: Statistic
    filter: Optional[str]
    """The display filter at its end."""


class Kind(NamedTuple):
    """A statistic as it is asked for."""

    prefix: str
    arguments: Tuple[str, ...]
    """Its arguments by name, those in brackets are optional; FILTER takes all the rest."""
    doc: str
    make: Callable[..., Statistic]


def _made(module: str, name: str) -> Callable[..., Statistic]:
    """The class of that name, imported when it is called for."""

    def make(*arguments: object) -> Statistic:
        made: Statistic = getattr(import_module(f"{__name__}.{module}"), name)(
            *arguments
        )
        return made

    return make


KINDS = (
    Kind(
        "fcgi,srt",
        ("[FILTER]",),
        "service response times by script, path and status",
        _made("srt", "ServiceTimes"),
    ),
    Kind(
        "fcgi,tree",
        ("[FILTER]",),
        "records by type; requests by role, method, status and end",
        _made("tree", "Tree"),
    ),
    Kind("fcgi,slow", ("[N]",), "the slowest requests", _made("slow", "Slowest")),
    Kind(
        "fcgi,inflight",
        ("[WORKERS]",),
        "requests in flight over time; how long a pool was full",
        _made("inflight", "InFlight"),
    ),
    Kind(
        "io,stat",
        ("INTERVAL", "[FILTER]"),
        "frames and bytes every INTERVAL seconds, a table for each FILTER",
        _made("io_stat", "IoStat"),
    ),
    Kind(
        "conv,tcp",
        (),
        "all TCP conversations",
        _made("conversations", "TcpConversations"),
    ),
    Kind("endpoints,tcp", (), "all TCP endpoints", _made("endpoints", "TcpEndpoints")),
    Kind(
        "expert", ("[SEVERITY]",), "what there is to remark", _made("expert", "Expert")
    ),
    Kind(
        "follow,fcgi",
        ("MODE", "N"),
        "all that request N carried: as ascii, bodies decoded; hex; raw",
        _made("follow", "Follow"),
    ),
)


def usage() -> "List[Tuple[str, str]]":
    """(words, what they give) of every statistic."""
    return [(_words(kind), kind.doc) for kind in KINDS]


def asked(text: str) -> "List[Asked]":
    """What the words behind one -z ask for; each filter of io,stat for one of its own.

    Raises:
        UsageError: there is no such statistic, or an argument is missing or wrong.
    """
    for kind in KINDS:
        if text == kind.prefix or text.startswith(kind.prefix + ","):
            return _asked(kind, text)
    known = "; ".join(_words(kind) for kind in KINDS)
    raise UsageError(f"-z {text}: there is no such statistic, but {known}")


def _asked(kind: Kind, text: str) -> "List[Asked]":
    wanted = list(kind.arguments)
    rest = text[len(kind.prefix) + 1 :]
    given: "Dict[str, str]" = {}
    for name in wanted:
        last = name == "[FILTER]" or name == wanted[-1]
        word, _, rest = (rest, "", "") if last else rest.partition(",")
        if word:
            given[name] = word
        elif not name.startswith("["):
            raise UsageError(f"-z {text}: {name} is missing: -z {_words(kind)}")
    if rest:
        raise UsageError(f"-z {text}: {rest!r} is too much: -z {_words(kind)}")
    expression = given.pop("[FILTER]", None)
    arguments: "List[object]" = [given[name] for name in wanted if name in given]
    if kind.prefix != "io,stat":
        return [Asked(text, kind.make(*arguments), expression)]
    return [
        Asked(text, kind.make(*arguments, each), each)
        for each in _apart(expression or "")
    ]


def _apart(text: str) -> "List[Optional[str]]":
    """Filters between commas that stand in no brackets and no quotes; None for none."""
    parts = [""]
    depth, quote = 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        depth += (character in "({[") - (character in ")}]") if not quote else 0
        if character == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() or None for part in parts]


def _words(kind: Kind) -> str:
    words = kind.prefix
    for name in kind.arguments:
        words += f"[,{name[1:-1]}]" if name.startswith("[") else f",{name}"
    return words
