"""Exchanges in, a file for each body out, and a manifest of them (`--export-objects`).

A name is the request's number, the side, and what the URI or the client calls it, made safe.
A multipart upload is taken apart: each of its parts is a file.
"""

import json
import os
from typing import IO, Any, Dict, Optional

from fcgidissect.errors import UsageError
from fcgidissect.export.exchanges import Body, Exchange
from fcgidissect.export.names import Taken, of_uri, safe
from fcgidissect.export.parts import Malformed, Part, boundary, pieces

MANIFEST = "manifest.json"


class Objects:
    """A folder that takes bodies.

    Args:
        folder: made where it is not there.
        force: write over files that are there.

    Raises:
        UsageError: it cannot be written to; `take` raises it, too.
    """

    def __init__(self, folder: str, force: bool) -> None:
        self.folder = folder
        self.count = 0
        """Files written so far."""
        self._force = force
        self._taken = Taken()
        self._taken.one(MANIFEST)
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}") from error
        self._claim(MANIFEST)
        path = self._path(MANIFEST)
        self._manifest: "IO[str]" = open(path, "w", encoding="utf-8", newline="\n")
        self._manifest.write("[")

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _claim(self, name: str) -> None:
        """Make sure that a name is free, and stays it; a link there is no way out."""
        path = self._path(name)
        try:
            if self._force and os.path.lexists(path):
                os.unlink(path)
            open(path, "xb").close()
        except FileExistsError as error:
            raise UsageError(
                f"{path}: is there already (--force writes over it)"
            ) from error
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error

    def take(self, exchange: Exchange) -> None:
        """The bodies of one request."""
        known = exchange.row.known
        fields = known.response_headers
        asked = known.param("CONTENT_TYPE") or known.param("HTTP_CONTENT_TYPE") or ""
        answered = fields.get("content-type", [""])[-1]
        name = of_uri(known.uri or known.script or "")
        limit = boundary(asked)
        if exchange.asked.size and limit and self._take_apart(exchange, limit):
            pass
        elif exchange.asked.size:
            self._take(exchange, exchange.asked, "request", name, asked)
        if exchange.answered.size:
            self._take(exchange, exchange.answered, "response", name, answered)

    def _take(
        self,
        exchange: Exchange,
        body: Body,
        side: str,
        name: str,
        media: str,
        part: Optional[Part] = None,
    ) -> None:
        number = exchange.row.request.number
        free = self._taken.one(f"{number}-{side}-{name}")
        self._claim(free)
        os.replace(body.path, self._path(free))
        self._note(exchange, body, side, free, media, part)

    def _note(
        self,
        exchange: Exchange,
        body: Body,
        side: str,
        name: str,
        media: str,
        part: Optional[Part],
    ) -> None:
        known = exchange.row.known
        noted: "Dict[str, Any]" = {
            "file": name,
            "request": known.number,
            "side": side,
            "type": media,
            "size": body.size,
            "sha256": body.sha256,
            "whole": not body.fault,
            "first_frame": known.first_frame,
            "method": known.method,
            "uri": known.uri,
            "status": known.status,
        }
        if body.fault:
            noted["fault"] = body.fault
        if body.codings:
            noted["codings"] = list(body.codings)
        if part is not None:
            noted["part"] = {"name": part.name, "filename": part.filename}
        self._manifest.write(",\n" if self.count else "\n")
        self._manifest.write(json.dumps(noted, indent=1))
        self.count += 1

    def _take_apart(self, exchange: Exchange, limit: bytes) -> bool:
        """Each part of a multipart body as a file; False where it is none."""
        whole, taken = exchange.asked, 0
        body: Optional[Body] = None
        try:
            with open(whole.path, "rb") as file:
                for piece in pieces(file, limit):
                    if piece.first:
                        body = Body(f"{whole.path}.{taken}")
                        body.write(b"")
                        taken += 1
                    assert body is not None
                    if piece.data:
                        body.write(piece.data)
                        continue
                    body.fault = (
                        "" if piece.whole else whole.fault or "its end is missing"
                    )
                    self._take_part(exchange, body, piece.part)
        except Malformed:
            return False
        return taken > 0

    def _take_part(self, exchange: Exchange, body: Body, part: Part) -> None:
        name = safe(part.filename or part.name)
        self._take(exchange, body, "request", name, part.type, part)

    def close(self) -> None:
        """End the manifest."""
        self._manifest.write("\n]\n")
        self._manifest.close()
