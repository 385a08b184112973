"""Captures read once for their requests; then records that know the end of theirs.

Both passes number the requests alike. What the first keeps of each is what a request keeps
of its records: PARAMS, the header block, STDERR and counts, each within its limit.
"""

from typing import Dict, Iterable, List, Sequence

from fcgidissect.dissect import Dissector
from fcgidissect.entry import Entry
from fcgidissect.fcgi.requests import Request
from fcgidissect.limits import Limits
from fcgidissect.net.frame import Batch
from fcgidissect.rows import Records


class WholeRecords(Records):
    """The stage of the second pass.

    Args:
        limits: `whole_requests` bounds how many the first pass keeps, the first ones; of
            the others records know what they know in one pass.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._most = limits.whole_requests
        self._requests: Dict[int, Request] = {}

    def learn(self, batches: "Iterable[Batch]", ports: "Iterable[int]") -> None:
        """The first pass."""
        dissector = Dissector(frozenset(ports), over=self._keep)
        for batch in batches:
            dissector.feed(batch)
        dissector.finish()

    def _keep(self, request: Request) -> None:
        if request.number < self._most:
            request.whole = True
            self._requests[request.number] = request

    def feed(self, entries: "Sequence[Entry]") -> "List[Entry]":
        """The same entries, with the requests of the first pass."""
        return [self._with_whole(entry) for entry in entries]

    def _with_whole(self, entry: Entry) -> Entry:
        request = entry.request
        if request is None:
            return entry
        return entry._replace(request=self._requests.get(request.number, request))
