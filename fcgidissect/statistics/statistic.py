"""What every statistic is: rows in, tables out."""

from typing import TYPE_CHECKING, Any, List, Sequence

from fcgidissect.statistics.table import Row, Table

if TYPE_CHECKING:
    from fcgidissect.connection_row import ConnectionRow
    from fcgidissect.entry import Entry
    from fcgidissect.net.frame import Batch
    from fcgidissect.request_row import RequestRow


class Statistic:
    """Takes the rows of one pass and tells, at its end, what they come to.

    A statistic overrides a method for each kind of row that it wants; the others cost
    nothing. Rows come by the batch, requests and connections in the order of their begin.
    """

    flights = False
    """It takes whole questions and answers among records, as long as it wants all of them."""

    def packets(self, batch: "Batch") -> None:
        """Packets as the capture has them, FastCGI or not."""

    def records(self, rows: "List[Entry]") -> None:
        """Records."""

    def requests(self, rows: "List[RequestRow]") -> None:
        """Requests that are over."""

    def connections(self, rows: "List[ConnectionRow]") -> None:
        """Connections that are over."""

    def tables(self) -> "List[Table]":
        """What it comes to."""
        return []


class OfRequests(Statistic):
    """One that wants a few values of each request; another process may have told them."""

    def tell(self, row: "RequestRow") -> Any:
        """Those of a request: plain values, as `marshal` knows them."""
        raise NotImplementedError

    def count(self, told: "Sequence[Any]") -> None:
        """Those of several requests, in the order of their begin."""
        raise NotImplementedError

    def requests(self, rows: "List[RequestRow]") -> None:
        """See `Statistic`."""
        self.count([self.tell(row) for row in rows])


class Stream(Statistic):
    """A statistic that tells rows as they come, because there is no bound on them."""

    table: Table
    """Its title and columns."""

    def ready(self) -> "List[Row]":
        """The rows since the last call."""
        raise NotImplementedError

    def text(self, rows: "List[Row]") -> str:
        """Rows for a person."""
        raise NotImplementedError

    def end(self) -> str:
        """What stands behind them for a person."""
        return ""
