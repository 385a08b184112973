"""The parser comes in, the man page goes out: roff with the macros of man(7)."""

import argparse
from typing import Iterator, List, Tuple

from fcgidissect import __version__
from fcgidissect.options.groups import EXAMPLES, groups, invocation, parser
from fcgidissect.statistics import usage

STATUSES = {
    0: "done; a closed pipe (`| head`) is no error",
    1: "done, but a capture is damaged; everything before the damage was shown",
    2: "the call cannot be carried out: an option, a filter or a file is wrong",
    70: "a bug of ours: please report it, with what `--debug` shows",
    130: "interrupted (Ctrl-C)",
}
"""Exit status -> what it means."""
_ABOUT = """\
fcgidissect shows the FastCGI in a packet capture: every record, request or connection, with
filters and formats as tshark has them. What stands last and is no file is a display filter.
"""
_FILES = """\
fcgidissect.ini in the folder of the call, and fcgidissect/fcgidissect.ini in the platform's
folder for configurations ($XDG_CONFIG_HOME or ~/.config, ~/Library/Application Support,
%APPDATA%): sections fcgidissect (ports, redact), columns (record, request, connection),
colours and macros.
"""
_ENVIRONMENT = """\
NO_COLOR, where it is set, switches colours off unless they are asked for by --color always.
FCGIDISSECT_DEBUG, where it is set, shows the traceback of a bug of ours.
"""


def man_page() -> str:
    """The page fcgidissect(1)."""
    sections = [
        ("NAME", ["fcgidissect \\- show the FastCGI in a packet capture"]),
        ("SYNOPSIS", [".B fcgidissect", _text("[OPTIONS] [CAPTURE ...] [FILTER]")]),
        ("DESCRIPTION", _text(_ABOUT).splitlines()),
        *_options(),
        ("STATISTICS", _items([(f"-z {words}", doc) for words, doc in usage()])),
        ("EXIT STATUS", _items([(str(key), said) for key, said in STATUSES.items()])),
        ("FILES", _text(_FILES).splitlines()),
        ("ENVIRONMENT", _text(_ENVIRONMENT).splitlines()),
        ("EXAMPLES", [".nf", *_text(_examples()).splitlines(), ".fi"]),
        ("SEE ALSO", [_text("tshark(1), tcpdump(8), pcap-filter(7)")]),
    ]
    lines = [f'.TH FCGIDISSECT 1 "" "fcgidissect {__version__}"']
    for title, body in sections:
        lines += [f'.SH "{title}"', *body]
    return "\n".join(lines) + "\n"


def _options() -> "Iterator[Tuple[str, List[str]]]":
    """A section a group of the parser."""
    for title, actions in groups(parser()):
        items = [(invocation(each), _help(each)) for each in actions]
        yield f"OPTIONS: {title.upper()}", _items(items)


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


def _items(items: "List[Tuple[str, str]]") -> "List[str]":
    """A tagged paragraph each."""
    return [
        line
        for term, said in items
        for line in (".TP", f"\\fB{_text(term)}\\fR", _text(said))
    ]


def _examples() -> str:
    return EXAMPLES.partition("\n")[2]


def _text(text: str) -> str:
    """Text that troff takes for text."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(
        "\\&" + line if line.startswith(".") else line for line in escaped.splitlines()
    )
