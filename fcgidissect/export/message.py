"""An exchange comes in, what HTTP knows of it goes out: its URL, its header fields."""

import re
from typing import Iterator, List, Tuple

from fcgidissect.fcgi.known import Known

Fields = List[Tuple[str, str]]
_FIELD = re.compile("HTTP_([A-Za-z0-9_]+)")
_NO_FIELD = frozenset(("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_PROXY"))
"""Params that look like header fields: what CONTENT_TYPE and CONTENT_LENGTH say comes from
them, and PROXY is no field that anyone sends (httpoxy)."""


def url(known: Known) -> str:
    """The absolute URL that was asked for, as far as params tell it."""
    secure = (known.param("HTTPS") or "off").lower() not in ("", "off")
    scheme = known.param("REQUEST_SCHEME")
    if scheme not in ("http", "https"):
        scheme = "https" if secure else "http"
    uri = known.uri or "/"
    if re.match("https?://", uri):
        return uri
    return f"{scheme}://{host(known)}{uri if uri.startswith('/') else '/' + uri}"


def host(known: Known) -> str:
    """Host and port as a client names them."""
    named = known.param("HTTP_HOST")
    if named:
        return named
    name = known.param("SERVER_NAME") or known.param("SERVER_ADDR") or "localhost"
    port = known.param("SERVER_PORT") or "80"
    return name if port in ("80", "443") else f"{name}:{port}"


def request_fields(known: Known) -> Fields:
    """The header fields of the request, as CGI passes them on (RFC 3875, section 4.1.18)."""
    return list(_fields(known))


def _fields(known: Known) -> "Iterator[Tuple[str, str]]":
    for name, values in known.params.items():
        field = _FIELD.fullmatch(name)
        if field and name not in _NO_FIELD:
            yield field[1].replace("_", "-").title(), values[-1]
    for name, other in (
        ("CONTENT_TYPE", "HTTP_CONTENT_TYPE"),
        ("CONTENT_LENGTH", "HTTP_CONTENT_LENGTH"),
    ):
        value = known.param(name) or known.param(other)
        if value:
            yield name.replace("_", "-").title(), value


def response_fields(known: Known) -> Fields:
    """The header fields of the response, those for the web server alone left out."""
    return [
        (name.title(), value)
        for name, values in known.response_headers.items()
        for value in values
        if name != "status"
    ]


def protocol(known: Known) -> str:
    """The HTTP version that the client spoke."""
    return known.param("SERVER_PROTOCOL") or "HTTP/1.1"
