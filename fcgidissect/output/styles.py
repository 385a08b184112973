"""Names of styles come in, the strings that switch them on and off go out.

rich renders each style once, and so decides on colours, their depth and NO_COLOR; after
that a styled line is a concatenation of strings.
"""

from typing import IO, Mapping, NamedTuple, Optional

_MARK = "x"

THEME = {
    "web_server": "cyan",
    "application": "green",
    "number": "dim",
    "empty": "dim",
    "known": "bold",
    "status_2": "bold green",
    "status_3": "bold cyan",
    "status_4": "bold yellow",
    "status_5": "bold red",
    "stderr": "magenta",
    "failed": "bold red",
    "title": "bold",
    "comment": "cyan",
    "chat": "dim",
    "note": "cyan",
    "warn": "bold yellow",
    "error": "bold red",
}
"""Style -> its look in rich's words: named colours, which follow the terminal's ground."""


class Styles(NamedTuple):
    """What stands before and behind a styled text."""

    on: "Mapping[str, str]" = {}
    off: "Mapping[str, str]" = {}

    def __call__(self, style: str, text: str) -> str:
        """`text` in that style."""
        return self.on.get(style, "") + text + self.off.get(style, "")


PLAIN = Styles()


def look(text: str) -> str:
    """The look of a style, in rich's words.

    Raises:
        ArgumentTypeError: rich does not know it.
    """
    from argparse import ArgumentTypeError

    from rich.errors import StyleSyntaxError
    from rich.style import Style

    try:
        Style.parse(text)
    except StyleSyntaxError as error:
        raise ArgumentTypeError(str(error)) from error
    return text


def rendered(stream: "IO[str]", always: bool, own: "Mapping[str, str]" = {}) -> Styles:
    """The theme for a stream, as rich renders it there.

    Args:
        always: colour whatever the stream and the environment say.
        own: looks that stand for the theme's.
    """
    from rich.console import Console
    from rich.text import Text

    forced: Optional[bool] = True if always else None
    console = Console(
        file=stream, force_terminal=forced, no_color=False if always else None
    )
    on, off = {}, {}
    for style, look in {**THEME, **own}.items():
        with console.capture() as capture:
            console.print(Text(_MARK, style=look), end="")
        on[style], _, off[style] = capture.get().partition(_MARK)
    return Styles(on, off)
