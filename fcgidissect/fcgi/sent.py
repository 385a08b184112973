"""The bodies that a whole request carried, decoded, as far as a row keeps them."""

from typing import Annotated, NamedTuple, Optional

from fcgidissect.fields import STRING, Field


class Body(NamedTuple):
    """One decoded body."""

    data: bytes
    """Its beginning."""
    length: int
    """Bytes of all of it."""
    codings: str
    """What was undone, the first that was applied first; empty for none."""
    fault: str
    """Why it is not whole, or not decoded; empty if it is."""

    @property
    def text(self) -> str:
        """The same as text; bytes that are no UTF-8 are surrogates (PEP 383)."""
        return self.data.decode("utf-8", "surrogateescape")


class Sent(NamedTuple):
    """Both bodies of a request."""

    asked: Optional[Body]
    answered: Optional[Body]

    @property
    def request_body(
        self,
    ) -> Annotated[Optional[str], Field("fcgi.request.body", STRING, "Request Body")]:
        """STDIN, decoded; told of a whole request (--by request)."""
        return self.asked.text if self.asked else None

    @property
    def response_body(
        self,
    ) -> Annotated[Optional[str], Field("fcgi.response.body", STRING, "Response Body")]:
        """STDOUT behind the header block, decoded; told of a whole request."""
        return self.answered.text if self.answered else None


NAMES = frozenset(("fcgi.request.body", "fcgi.response.body"))
"""Its fields: who asks for none of them has none kept."""
