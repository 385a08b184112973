"""What a user can get wrong: each error is one line for standard error."""


class FcgidissectError(Exception):
    """Base of every error that a call of fcgidissect can end with."""


class UsageError(FcgidissectError):
    """The call itself cannot be carried out."""


class CaptureError(FcgidissectError):
    """A capture cannot be opened or is no capture; the message begins with its name."""


class FilterError(FcgidissectError):
    """A display filter is wrong at a known place.

    Args:
        message: one sentence in the user's words.
        expression: the whole filter text.
        start: index of the first character that is wrong.
        end: index behind the last one; equal to `start` at the end of the text.
    """

    def __init__(self, message: str, expression: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.expression = expression
        self.start = start
        self.end = end
