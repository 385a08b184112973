"""What was worked out before goes in, and out again without work, within a bound."""

from typing import Dict, TypeVar

from fcgidissect.limits import Limits

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(Dict[Key, Value]):
    """A dict that is emptied when it is full, so that no capture makes it grow without end.

    Args:
        most: how many entries it has at most.
    """

    __slots__ = ("_most",)

    def __init__(self, most: int = Limits().memo) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self) >= self._most:
            self.clear()
        dict.__setitem__(self, key, value)
