"""Flows come in, who speaks to whom goes out, in columns that grow with what they hold."""

from typing import Any, Dict, List, Sequence

from fcgidissect.flight import Part
from fcgidissect.limits import Limits
from fcgidissect.net.flow import Flow
from fcgidissect.text import ARROW, endpoint

_END_WIDTH, _PORT_WIDTH = len("127.0.0.1:54321"), len("54321")


class Ends:
    """Both ends of flows, as a list shows them."""

    def __init__(self, narrow: bool = False) -> None:
        self.grow = True
        """What has been wide stays so: the columns stand under each other."""
        self._texts: Dict[bytes, str] = {}
        """Those that were asked for before, by their keys: flows are not kept alive."""
        self._encoded: Dict[bytes, bytes] = {}
        """The same in UTF-8."""
        self._narrow = narrow
        self.width = _PORT_WIDTH if narrow else _END_WIDTH
        """Of a column at least."""
        self._widest = self.width

    def text(self, flow: Flow) -> str:
        """A flow's ends; where the terminal is narrow the ports alone."""
        text = self._texts.get(flow.key)
        if text is None:
            text = self._both(flow)
        return text

    def of(self, flow: Flow) -> bytes:
        """The same in UTF-8."""
        return self._encoded.get(flow.key) or self.text(flow).encode()

    def widths(self, rows: "Sequence[Any]") -> "List[int]":
        """How wide each row's columns are."""
        if self._widest <= self.width:
            return [self.width] * len(rows)
        flows = [row.flight.flow if type(row) is Part else row.flow for row in rows]
        return [len(self.text(flow)) - len(ARROW) >> 1 for flow in flows]

    def widen(self, width: int) -> None:
        """Make the columns at least that wide from now on."""
        if width > self.width:
            self.width = width
            self._forget()

    def _forget(self) -> None:
        self._texts.clear()
        self._encoded.clear()

    def _both(self, flow: Flow) -> str:
        """Write a flow's ends and, as that is soon asked for, its peer's."""
        whence, whither = flow.ports
        if self._narrow:
            source, destination = str(whence), str(whither)
        else:
            source = endpoint(flow.source_text, whence)
            destination = endpoint(flow.destination_text, whither)
        width = max(len(source), len(destination), self.width)
        self._widest = max(self._widest, width)
        if self.grow:
            self.widen(width)
        if len(self._texts) >= Limits().memo:
            self._forget()
        key, peer = flow.key, flow.peer.key
        self._texts[peer] = text = (
            f"{destination.rjust(width)}{ARROW}{source.ljust(width)}"
        )
        self._encoded[peer] = text.encode()
        self._texts[key] = text = (
            f"{source.rjust(width)}{ARROW}{destination.ljust(width)}"
        )
        self._encoded[key] = text.encode()
        return text
