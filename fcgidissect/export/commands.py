"""An exchange comes in, a line that repeats or tells it goes out (`--as`)."""

import os
import re
from datetime import datetime, timezone
from typing import Callable, Dict, Iterator, Optional

from fcgidissect.errors import UsageError
from fcgidissect.export import message, shell
from fcgidissect.export.exchanges import Exchange
from fcgidissect.fcgi.known import Known
from fcgidissect.text import BILLION, endpoint, escape, in_calendar

LARGE = 4096
"""Bytes of a body that does not stand in the command."""
_HOP = frozenset(("Content-Length", "Connection", "Transfer-Encoding", "Expect"))
"""Header fields that curl writes itself, or that are for one connection only."""
_ADDRESS = re.compile("[0-9A-Fa-f.:]+")
_OWN = ("User-Agent", "Accept")
"""Those that curl adds where they are not given."""
FORMS = {
    "curl": "a curl command to the web server",
    "cgi-fcgi": "a cgi-fcgi command to the application",
    "log": "a line of a combined access log, with the duration",
}


class Commands:
    """Makes the lines of a form.

    Args:
        form: a key of FORMS.
        folder: takes the bodies that are too large for a line.
        force: write over files that are there.
    """

    def __init__(self, form: str, folder: str, force: bool = False) -> None:
        makers: "Dict[str, Callable[[Exchange], str]]" = {
            "curl": self._curl,
            "cgi-fcgi": self._cgi_fcgi,
            "log": log,
        }
        self._make = makers[form]
        self._folder = folder
        self._mode = "wb" if force else "xb"

    def line(self, exchange: Exchange) -> str:
        """The line of a request, with its end.

        Raises:
            UsageError: the file of its body cannot be written.
        """
        return self._make(exchange) + "\n"

    def _curl(self, exchange: Exchange) -> str:
        known = exchange.row.known
        words = ["curl", "-sS", "-i", "--globoff", "--path-as-is"]
        words += list(_method(known.method or "GET", exchange.sent.size > 0))
        words += [*_server(known), message.url(known)]
        fields = [f for f in message.request_fields(known) if f[0] not in _HOP]
        names = {name for name, _ in fields}
        for name, value in fields:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
        silent = [name for name in _OWN if name not in names]
        if exchange.sent.size:
            silent += ["Expect"] + ["Content-Type"] * ("Content-Type" not in names)
        for name in silent:
            words += ["-H", f"{name}:"]
        if not exchange.sent.size:
            return shell.line(words)
        text, name = self._body(exchange)
        words += ["--data-binary", f"@{name}" if text is None else text]
        return shell.line(words)

    def _cgi_fcgi(self, exchange: Exchange) -> str:
        row, flow = exchange.row, exchange.row.flow
        address = endpoint(flow.destination_text, flow.destination_port)
        words = ["env", "-i"]
        words += [
            f"{name}={values[-1]}"
            for name, values in row.known.params.items()
            if name and name[0] != "-" and "=" not in name
        ]
        words += ["cgi-fcgi", "-bind", "-connect", address]
        if not exchange.sent.size:
            return shell.line(words) + " </dev/null"
        text, name = self._body(exchange)
        if text is None:
            return f"{shell.line(words)} <{shell.word(name)}"
        return f"printf %s {shell.word(text)} | {shell.line(words)}"

    def _body(self, exchange: Exchange) -> "tuple[Optional[str], str]":
        """The request's body: its text where that fits in a line, else its file's name."""
        body = exchange.sent
        if body.size <= LARGE:
            data = body.read()
            text = data.decode("utf-8", "surrogateescape")
            if "\0" not in text and not text.startswith("@"):
                return text, ""
        name = f"request-{exchange.row.request.number}.body"
        path = os.path.join(self._folder, name)
        try:
            with open(path, self._mode) as copy, open(body.path, "rb") as file:
                while block := file.read(1 << 18):
                    copy.write(block)
        except FileExistsError as error:
            raise UsageError(
                f"{path}: is there already (--force writes over it)"
            ) from error
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error
        return None, path


def _method(method: str, posts: bool) -> "Iterator[str]":
    if method == "HEAD":
        yield "--head"
    elif method != ("POST" if posts else "GET"):
        yield from ("-X", method)


def _server(known: Known) -> "Iterator[str]":
    """The web server that was asked, wherever its name leads today."""
    address, port = known.param("SERVER_ADDR") or "", known.param("SERVER_PORT") or ""
    if _ADDRESS.fullmatch(address) and port.isdecimal():
        host = f"[{address}]" if ":" in address else address
        yield from ("--connect-to", f"::{host}:{port}")


def log(exchange: Exchange) -> str:
    """A line of Apache's and nginx's combined log, and the duration in seconds behind it."""
    known = exchange.row.known
    request = f"{known.method or '-'} {known.uri or '-'} {message.protocol(known)}"
    second = in_calendar(known.begin_time // BILLION)
    date = datetime.fromtimestamp(second, timezone.utc)
    duration = known.duration
    return " ".join(
        (
            _said(known.remote_addr),
            "-",
            _said(known.param("REMOTE_USER")),
            f"[{date:%d/%b/%Y:%H:%M:%S} +0000]",
            _quoted(request),
            str(known.status or "-"),
            str(exchange.row.answered_bytes),
            _quoted(known.param("HTTP_REFERER") or "-"),
            _quoted(known.user_agent or "-"),
            "-" if duration is None else f"{duration / BILLION:.6f}",
        )
    )


def _said(text: Optional[str]) -> str:
    return escape(text or "-").replace(" ", r"\x20")


def _quoted(text: str) -> str:
    return '"' + escape(text.replace("\\", r"\x5c").replace('"', r"\x22")) + '"'
