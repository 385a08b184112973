"""Whole requests, and how to send them: what the scenes of our own client share.

It plays the web server's side where no web server does. A scene is a function that a
connection is handed; its docstring tells the records. One that does not get the records
it waits for ends with an error, and so does the script that records it.
"""

import sys
from collections.abc import Callable

from fastcgi import HEADER, Peer, Type, begin, connect, pairs, record

VARIABLES = {"FCGI_MAX_CONNS": "", "FCGI_MAX_REQS": "", "FCGI_MPXS_CONNS": ""}


def environment(uri: str, body: bytes = b"", **more: str) -> dict[str, str]:
    """The params of a GET, or of a POST where there is a body."""
    path, _, query = uri.partition("?")
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "SCRIPT_FILENAME": "/srv/www" + path,
        "SCRIPT_NAME": path,
        "QUERY_STRING": query,
        "REQUEST_URI": uri,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "www.example",
        **more,
    }


def params(request_id: int, values: dict[str, str]) -> bytes:
    """PARAMS in one record, and the empty one that ends the stream."""
    content = pairs(values)
    return record(Type.PARAMS, request_id, content) + record(Type.PARAMS, request_id)


def stdin(request_id: int, body: bytes = b"") -> bytes:
    """STDIN in at most one record, and the empty one that ends the stream."""
    filled = record(Type.STDIN, request_id, body) if body else b""
    return filled + record(Type.STDIN, request_id)


def request(request_id: int, uri: str, keep: bool = True) -> bytes:
    """The whole request of a GET."""
    values = environment(uri)
    return begin(request_id, keep=keep) + params(request_id, values) + stdin(request_id)


def versioned(version: int, records: bytes) -> bytes:
    """The same records under another protocol version."""
    changed = b""
    while records:
        size = HEADER.size + int.from_bytes(records[4:6], "big") + records[6]
        changed += bytes([version]) + records[1:size]
        records = records[size:]
    return changed


def ask(peer: Peer, request_id: int, uri: str, keep: bool = True) -> None:
    """Send a GET and wait for its end."""
    peer.send(request(request_id, uri, keep=keep))
    peer.until(Type.END_REQUEST)


def ended(peer: Peer) -> None:
    """Wait until the application has closed the connection."""
    while peer.receive():
        pass


def get_values(peer: Peer, results: int = 1) -> None:
    """Ask for all three variables, and wait for so many GET_VALUES_RESULT."""
    peer.send(record(Type.GET_VALUES, 0, pairs(VARIABLES)))
    peer.until(Type.GET_VALUES_RESULT, results)


def play(*scenes: Callable[[Peer], None]) -> None:
    """Play the scene that the command names, with the application on its port."""
    name, port = sys.argv[1:]
    with connect(int(port)) as application:
        {scene.__name__: scene for scene in scenes}[name](application)
