"""What messages are made of: what was meant instead, and no more text than can be read."""

from typing import Iterable

from fcgidissect.text import escape

LONGEST = 400
"""Characters of a message."""
SHOWN = 200
"""Characters of an expression that is shown whole."""
AROUND = 60
"""Characters of a longer one on either side of what is wrong, and of that itself."""


def alike(word: str, known: "Iterable[str]") -> str:
    """The end of a sentence that names up to three known words; empty where there are none."""
    from difflib import get_close_matches  # only an error pays for its import

    lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lower, 3, 0.7)
    tails = [name for name in lower if name.rpartition(".")[2] == word.lower()]
    names = [lower[name] for name in dict.fromkeys(tails + close)][:3]
    return f"; did you mean {' or '.join(names)}?" if names else ""


def brief(message: str, longest: int = LONGEST) -> str:
    """The message as one line: control characters of a filter that it quotes as escapes.

    It lacks its middle where the piece of a filter is very long.
    """
    message = escape(message)
    if len(message) <= longest:
        return message
    return message[: longest // 2] + " ... " + message[-longest // 2 :]


def marked(expression: str, start: int, end: int) -> str:
    """The expression, indented, and under it carets at the characters from start to end.

    A long one is shown around that place alone.
    """
    first, last = 0, len(expression)
    if last > SHOWN:
        first, end = max(start - AROUND, 0), min(end, start + AROUND)
        last = min(end + AROUND, last)
    before = "    " + "... " * (first > 0) + escape(expression[first:start])
    wrong = escape(expression[start:end])
    behind = escape(expression[end:last]) + " ..." * (last < len(expression))
    return f"{before}{wrong}{behind}\n{' ' * len(before)}{'^' * max(len(wrong), 1)}"
