"""The options for taking things out of a capture, and for giving it away."""

from argparse import ArgumentTypeError
from typing import Any, List, Sequence

REDACT = "--redact"
FORMS = ("curl", "cgi-fcgi", "log")


def add_sharing(group: Any) -> None:
    """Add them to a group of the parser."""
    group.add_argument(
        REDACT,
        nargs="?",
        metavar="LIST",
        type=_names,
        help="overwrite secrets wherever they show: cookies, credentials, what is named"
        " like password or in LIST; body in it blanks bodies",
    )
    group.add_argument(
        "--other-packets",
        action="store_true",
        help="with --redact -w: also what is not FastCGI, as it is",
    )
    group.add_argument(
        "--export-objects",
        metavar="fcgi,DIR",
        type=_folder,
        help="write all bodies, decoded, and a manifest.json there",
    )
    group.add_argument(
        "--har", metavar="FILE", help="write the requests as an HTTP archive"
    )
    group.add_argument(
        "--as",
        dest="command",
        metavar="FORM",
        choices=FORMS,
        help="print requests as curl, cgi-fcgi (commands) or log (access log)",
    )
    group.add_argument(
        "--force", action="store_true", help="let these write over files"
    )


def with_lists(argv: "Sequence[str]") -> "List[str]":
    """The words with an empty list where --redact has none: the next word is not its."""
    return [f"{word}=" if word == REDACT else word for word in argv]


def _names(text: str) -> "List[str]":
    return [name.strip() for name in text.split(",") if name.strip()]


def _folder(text: str) -> str:
    protocol, _, folder = text.partition(",")
    if protocol != "fcgi" or not folder:
        raise ArgumentTypeError(f"{text!r} is not fcgi,DIR")
    return folder
