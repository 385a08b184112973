"""The options for taking things out of a capture, and for giving it away."""

from typing import Any, List, Sequence

REDACT = "--redact"


def add_sharing(group: Any) -> None:
    """Add them to a group of the parser."""
    group.add_argument(
        REDACT,
        metavar="LIST",
        type=_names,
        help="overwrite secrets in whatever is shown or written, each with a stand-in of"
        " its own: cookies, credentials, params, query values and form fields with names"
        " like password or token, or one of LIST; the word body in it blanks all bodies."
        " With -w and no filter all packets on the ports are written",
    )
    group.add_argument(
        "--other-packets",
        action="store_true",
        help="with --redact and -w: the packets that are not FastCGI on the ports, too,"
        " as they are",
    )


def with_lists(argv: "Sequence[str]") -> "List[str]":
    """The words with an empty list where --redact has none: the next word is not its."""
    return [f"{word}=" if word == REDACT else word for word in argv]


def _names(text: str) -> "List[str]":
    return [name.strip() for name in text.split(",") if name.strip()]
