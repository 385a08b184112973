"""A request that ended badly in, the likely cause out, in plain words.

Measured on php-fpm 8.2, which resets such a connection and says nothing in its log.
"""

from typing import List

from fcgidissect.fcgi.request import Request
from fcgidissect.fcgi.spec import Role
from fcgidissect.fcgi.states import State

_MOST_PARAMS = 65_528
"""Content and padding of the longest PARAMS record that php-fpm takes."""


def likely_cause(request: Request) -> str:
    """Why an application may have closed the connection without a word."""
    causes = _causes(request)
    return "; ".join(causes) if causes else "none that shows in the records"


def _causes(request: Request) -> "List[str]":
    begin, causes = request.begin, []
    request.read_pairs()
    if request.version != 1:
        causes.append(f"version {request.version}, which is none that is specified")
    if begin and not Role.RESPONDER <= begin.role <= Role.FILTER:
        causes.append(f"role {begin.role}, which is none that is specified")
    if request.strange is not None:
        causes.append(f"a record of the unknown type {request.strange}")
    if request.split:
        causes.append(
            f"the pair {request.split[0][1]} is split over two PARAMS records, and"
            " php-fpm reads each PARAMS record alone"
        )
    if request.longest_params > _MOST_PARAMS:
        causes.append(
            f"a PARAMS record of {request.longest_params} bytes with its padding;"
            f" php-fpm takes {_MOST_PARAMS}"
        )
    if request.asking in (State.BEGUN, State.IN_PARAMS):
        causes.append("PARAMS never ended")
    return causes
