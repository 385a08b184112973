"""Exchanges for the tests of this room, out of what is said on a wire."""

from pathlib import Path
from typing import Dict, List, Optional

from captures.make import records as make
from fcgidissect.dissect import Dissector
from fcgidissect.export import Exports, Wanted
from fcgidissect.export.exchanges import Exchange, Exchanges
from fcgidissect.filter import compile_filter
from fcgidissect.reading import Reading
from fcgidissect.rows import fields_by, over_of
from tests.output.talk import ANSWERS, ASKS, capture

PARAMS = {
    "REQUEST_METHOD": "GET",
    "REQUEST_URI": "/shop/cart.php?item=7&item=8&q=a+b",
    "QUERY_STRING": "item=7&item=8&q=a+b",
    "SCRIPT_FILENAME": "/srv/shop/cart.php",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "192.0.2.7",
    "HTTP_HOST": "shop.example",
    "HTTP_COOKIE": "sid=abc; theme=dark",
}
PAGE = b"Status: 200 OK\r\nContent-Type: text/html\r\n\r\n<p>caf\xc3\xa9</p>"
LIMIT = "form-data-7"
UPLOAD = (
    b"--form-data-7\r\nContent-Disposition: form-data; name=title\r\n\r\nA cat\r\n"
    b"--form-data-7\r\nContent-Disposition: form-data; name=photo;"
    b' filename="../../CON.png"\r\nContent-Type: image/png\r\n\r\n'
    + bytes(range(256)) * 300
    + b"\r\n--form-data-7--\r\n"
)


def asked(values: "Dict[str, str]", body: bytes = b"", id: int = 1) -> bytes:
    """A request with its body."""
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    said = make.begin(id, flags=1) + make.params(id, {**PARAMS, **values, **length})
    for at in range(0, len(body), 60_000):
        said += make.stdin(id, body[at : at + 60_000])
    return said + make.stdin(id)


def answered(page: bytes = PAGE, errors: bytes = b"") -> bytes:
    """Its answer."""
    return make.response(1, page, errors)


def pcap(path: Path, *turns: bytes) -> str:
    """A capture of requests and answers in turn."""
    who = [ASKS, ANSWERS] * len(turns)
    said = [
        (each, turn[at : at + 50_000])
        for each, turn in zip(who, turns)
        for at in range(0, len(turn), 50_000)
    ]
    path.write_bytes(capture(said))
    return str(path)


def exchanges(
    path: str, ports: "List[int]" = [8000], filter: str = ""
) -> "List[Exchange]":
    """The exchanges of a capture, their bodies both ways in files that stay."""
    expression = compile_filter(filter, fields_by("request")) if filter else None
    stage = Exchanges(expression, decoded=True, sent=True)
    dissector = Dissector(frozenset(ports), over=over_of([stage.rows]))
    found: "List[Exchange]" = []
    for batch in Reading([path]):
        found += map(_kept, stage.feed(dissector.feed(batch)))
    found += map(_kept, stage.feed(dissector.finish()))
    found += map(_kept, stage.finish())
    _STAGES.append(stage)
    return found


_STAGES: "List[Exchanges]" = []
"""Whose folders must stay to the end of the tests."""


def _kept(exchange: Exchange) -> Exchange:
    setattr(exchange, "close", lambda: None)
    return exchange


def exported(
    path: str, wanted: Wanted, ports: "List[int]" = [8000], filter: Optional[str] = None
) -> str:
    """The lines of a capture's requests; files are written."""
    exports = Exports(wanted, filter)
    dissector = Dissector(frozenset(ports), over=over_of([exports.rows]))
    lines = ""
    for batch in Reading([path]):
        lines += exports.feed(dissector.feed(batch))
    lines += exports.feed(dissector.finish()) + exports.finish()
    exports.close()
    return lines
