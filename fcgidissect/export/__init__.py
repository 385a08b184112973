"""Entries in; files of bodies, an HTTP archive or lines that repeat the requests out."""

from contextlib import contextmanager
from typing import Iterator, List, NamedTuple, Optional, Sequence

from fcgidissect.entry import Entry
from fcgidissect.errors import UsageError
from fcgidissect.export.exchanges import Exchange, Exchanges
from fcgidissect.filter import compile_filter
from fcgidissect.request_row import RequestRows
from fcgidissect.rows import fields_by
from fcgidissect.text import counted


class Wanted(NamedTuple):
    """What is to be taken out."""

    objects: Optional[str] = None
    """The folder that takes the bodies."""
    har: Optional[str] = None
    """The file that takes the archive."""
    command: Optional[str] = None
    """The form of the lines, a key of `commands.FORMS`."""
    folder: str = ""
    """Takes bodies that are too large for a line."""
    force: bool = False


class Exports:
    """All that one call takes out.

    Args:
        expression: a display filter; it is asked of requests.
        as_they_end: let no request wait for those that began before it.

    Raises:
        UsageError: a file cannot be written; every method raises it.
        FilterError: the filter is none for requests.
    """

    def __init__(
        self, wanted: Wanted, expression: Optional[str], as_they_end: bool = False
    ) -> None:
        from fcgidissect.export.commands import Commands
        from fcgidissect.export.har import Har
        from fcgidissect.export.objects import Objects

        fields = fields_by("request")
        passing = compile_filter(expression, fields) if expression else None
        self._har = Har(wanted.har) if wanted.har is not None else None
        self._objects: "Optional[Objects]" = None
        self._commands: "Optional[Commands]" = None
        if wanted.command is not None:
            self._commands = Commands(wanted.command, wanted.folder, wanted.force)
        if wanted.objects is not None:
            try:
                self._objects = Objects(wanted.objects, wanted.force)
            except UsageError:
                if self._har is not None:
                    self._har.drop()
                raise
        self._exchanges = Exchanges(
            passing,
            decoded=self._objects is not None or self._har is not None,
            sent=wanted.command not in (None, "log"),
            folder=wanted.objects,
            as_they_end=as_they_end,
        )

    @property
    def rows(self) -> RequestRows:
        """The stage that tells the corridor what it must."""
        return self._exchanges.rows

    def feed(self, entries: "Sequence[Entry]") -> str:
        """The next records; the lines of the requests that they complete."""
        with self._writing():
            return "".join(map(self._take, self._exchanges.feed(entries)))

    def finish(self) -> str:
        """The lines of the requests that are left."""
        with self._writing():
            return "".join(map(self._take, self._exchanges.finish()))

    @contextmanager
    def _writing(self) -> "Iterator[None]":
        """What happens in it writes to files; an archive that is not whole is let go."""
        try:
            yield
        except OSError as error:
            if self._har is not None:
                self._har.drop()
                self._har = None
            raise UsageError(f"cannot write: {error.strerror}") from error

    def _take(self, exchange: Exchange) -> str:
        if self._har is not None:
            self._har.take(exchange)
        if self._objects is not None:
            self._objects.take(exchange)
        return self._commands.line(exchange) if self._commands else ""

    def close(self) -> "List[str]":
        """End all files; what was done, a sentence each."""
        self._exchanges.close()
        with self._writing():
            return list(self._closed())

    def _closed(self) -> "Iterator[str]":
        if self._objects is not None:
            self._objects.close()
            yield f"{counted(self._objects.count, 'file')} in {self._objects.folder}"
        if self._har is not None:
            self._har.close()
            yield f"{counted(self._har.count, 'request')} in {self._har.path}"
