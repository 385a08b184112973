"""What every coding of a body is: encoded pieces in, decoded pieces out."""

from typing import Iterator, Protocol


class Damaged(Exception):
    """What is wrong with a body, in words."""


class Coding(Protocol):
    """Undoes one coding."""

    @property
    def ended(self) -> bool:
        """Whether a body may end here."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded pieces that the next bytes give, none of them large.

        Raises:
            Damaged: the bytes are not in this coding.
        """
