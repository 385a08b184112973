"""What a call wants redacted comes in, the scanner of each text goes out."""

from fcgidissect.limits import Limits
from fcgidissect.redact.bodies import scanner
from fcgidissect.redact.scanner import Blank, Scanner
from fcgidissect.redact.values import Values

ENCODED = "bodies in an encoding"
ASKED = "bodies, as asked"
_PLAIN = (b"", b"identity")


class Rules:
    """What is to be redacted.

    Args:
        bodies: all of every body.
    """

    def __init__(self, values: Values, bodies: bool, limits: Limits = Limits()) -> None:
        self.values = values
        self.bodies = bodies
        self.limits = limits
        self.waiting = 0
        """Bytes that wait in all channels for the end of their fields."""

    def blank(self, reason: str) -> Scanner:
        """What leaves nothing of a text."""
        return Blank(self.values, reason)

    def body(self, media: str, *encodings: bytes) -> Scanner:
        """The scanner of a body; what is packed cannot be searched."""
        if self.bodies:
            return self.blank(ASKED)
        if any(each.strip().lower() not in _PLAIN for each in encodings):
            return self.blank(ENCODED)
        return scanner(self.values, media)
