"""Entries come in, and connections as they end; one line on the whole run goes out."""

from typing import List, Sequence, Set

from fcgidissect.entry import Entry
from fcgidissect.net.flow import Flow
from fcgidissect.net.frame import Frame
from fcgidissect.net.segment import Segment
from fcgidissect.text import counted


class Tally:
    """What there was, and what was skipped; it watches the corridor's connections.

    Args:
        row: what a row stands for.
    """

    def __init__(self, row: str) -> None:
        self.left_out = 0
        """Rows that the filter did not let pass."""
        self._row = row
        self._records = self._undecoded = 0
        self._requests: "Set[int]" = set()
        self._connections: "Set[int]" = set()
        self._foreign: "Set[int]" = set()

    def entries(self, entries: "Sequence[Entry]") -> None:
        """The next records."""
        self._records += len(entries)
        self._connections.update([entry[1].number for entry in entries])
        self._requests.update([entry[3].number for entry in entries if entry[3]])

    def segment(self, flow: Flow, frame: Frame, segment: Segment) -> None:
        """See `dissect.Watcher`."""

    def ended(self, flow: Flow) -> None:
        """See `dissect.Watcher`."""
        reader = flow.reader.reader
        if reader.foreign:
            self._foreign.add(flow.number)
        else:
            self._undecoded += reader.undecoded

    def line(self, packets: int, conversations: int) -> str:
        """What to say at the end.

        Args:
            packets: how many were read.
            conversations: how many of TCP they were of, on whatever ports.
        """
        foreign = self._foreign - self._connections
        others = conversations - len(self._connections | foreign)
        skipped = [
            self.left_out and counted(self.left_out, self._row) + " by the filter",
            others
            and counted(others, "TCP conversation")
            + " on other ports or without a record",
            foreign
            and counted(len(foreign), "connection")
            + " that speak something else on the ports",
            self._undecoded and counted(self._undecoded, "byte") + " outside records",
        ]
        told = [
            counted(self._records, "record"),
            counted(len(self._requests), "request"),
            counted(len(self._connections), "connection"),
        ]
        text = f"{', '.join(told)} in {counted(packets, 'packet')}"
        said: "List[str]" = [str(each) for each in skipped if each]
        return f"{text}; skipped: {', '.join(said)}" if said else text
