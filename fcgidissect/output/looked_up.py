"""A request and a position in it come in; the same as `Known` comes out, from dicts.

`Known` searches its params and reads its header block anew for each thing that it is asked.
Who asks for all of them looks them up.
"""

from functools import cached_property
from typing import Dict, List

from fcgidissect.fcgi.brief import Brief
from fcgidissect.fcgi.brief_known import known_of
from fcgidissect.fcgi.known import Known
from fcgidissect.fcgi.request import Request
from fcgidissect.fields import fields_of

KNOWN = [attribute for attribute, _ in fields_of(Known)]
"""All that may be known of a request, in the order of its lines."""
OF_PARAMS = KNOWN[KNOWN.index("method") : KNOWN.index("first_frame")]
"""What params tell of it."""


class LookedUp(Known):
    """The same, with params and header fields looked up in dicts: many are asked for."""

    @cached_property
    def _params(self) -> "Dict[str, str]":
        params: Dict[str, str] = {}
        for position, pairs in self.request.read_pairs():
            if position <= self.reach:
                params.update(pairs)
        return params

    def param(self, name: str) -> "str | None":
        """A param's value; the last one counts."""
        return self._params.get(name)

    @cached_property
    def response_headers(self) -> "Dict[str, List[str]]":
        """Header fields of the response by lower-case name."""
        return super().response_headers


def looked_up(request: Request, position: int) -> Known:
    """What is known of a request at a position, for who asks for much of it."""
    if isinstance(request, Brief):
        return known_of(request, position)
    return LookedUp(request, position)
