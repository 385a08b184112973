"""Exchanges in, an HTTP archive out (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/).

What the format has no place for stands in `_fcgi` and `comment`. A text of more than a MiB is
left out of the archive, and said to be.
"""

import json
from base64 import b64encode
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Dict, List, Optional
from urllib.parse import parse_qsl

from fcgidissect import __version__
from fcgidissect.export import message
from fcgidissect.export.exchanges import Body, Exchange
from fcgidissect.fcgi.known import Known
from fcgidissect.sink import WholeFile
from fcgidissect.text import BILLION, in_calendar

MOST = 1 << 20
"""Bytes of a body that the archive takes."""
Object = Dict[str, Any]
_FORM = "application/x-www-form-urlencoded"


class Har:
    """An archive, whole or not there.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        """Entries so far."""
        self._file = WholeFile(path)
        self._stream = self._file.stream
        creator = json.dumps({"name": "fcgidissect", "version": __version__})
        self._stream.write(f'{{"log":{{"version":"1.2","creator":{creator},"entries":[')

    def take(self, exchange: Exchange) -> None:
        """One request."""
        self._stream.write(",\n" if self.count else "\n")
        self._stream.write(json.dumps(entry(exchange)))
        self.count += 1

    def drop(self) -> None:
        """Leave nothing behind."""
        self._file.end(False)

    def close(self) -> None:
        """End the archive, and put it in its place."""
        self._stream.write("\n]}}\n")
        self._file.end(True, 0o600)


def entry(exchange: Exchange) -> Object:
    """What the archive says of a request."""
    row, known = exchange.row, exchange.row.known
    wait = _milliseconds(known.ttfb)
    whole = max(_milliseconds(known.duration), wait)
    return {
        "startedDateTime": _date(known.begin_time),
        "time": whole,
        "request": _request(known, exchange.asked),
        "response": _response(known, exchange.answered),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": round(whole - wait, 6)},
        "serverIPAddress": row.flow.destination_text,
        "connection": str(row.flow.number),
        "comment": _comment(known),
        "_fcgi": {
            "request": {"number": known.number, "id": row.request.id},
            "state": known.state,
            "first_frame": known.first_frame,
            "app_status": row.request.end.app_status if row.request.end else None,
            "params": {name: values[-1] for name, values in known.params.items()},
            "stderr": known.stderr,
            "expert": [note.message for note in row.notes],
        },
    }


def _request(known: Known, body: Body) -> Object:
    fields = message.request_fields(known)
    query = known.query or (known.uri or "").partition("?")[2]
    request: Object = {
        "method": known.method or "GET",
        "url": message.url(known),
        "httpVersion": message.protocol(known),
        "cookies": _cookies(known.param("HTTP_COOKIE") or ""),
        "headers": _named(fields),
        "queryString": _named(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": known.stdin_length or 0,
    }
    if body.size:
        request["postData"] = _posted(body, dict(fields).get("Content-Type", ""))
    return request


def _posted(body: Body, media: str) -> Object:
    """What was posted: fields of a form, or its text; `params` and `text` exclude each other."""
    posted: Object = {"mimeType": media, "params": []}
    text = _text(body)
    if body.fault:
        posted["comment"] = body.fault
    if body.size > MOST:
        posted["comment"] = f"{body.size} bytes are left out"
    elif text is None:
        posted["_base64"] = b64encode(body.read()).decode()
        posted["comment"] = "it is no text: see _base64"
    elif media.startswith(_FORM):
        posted["params"] = _named(parse_qsl(text, keep_blank_values=True))
    else:
        posted = {**posted, "text": text}
        del posted["params"]
    return posted


def _response(known: Known, body: Body) -> Object:
    status, fields = known.status or 0, message.response_fields(known)
    return {
        "status": status,
        "statusText": _reason(known, status),
        "httpVersion": message.protocol(known),
        "cookies": [_set_cookie(v) for name, v in fields if name == "Set-Cookie"],
        "headers": _named(fields),
        "content": _content(known, body),
        "redirectURL": dict(fields).get("Location", ""),
        "headersSize": -1 if known.header_length is None else known.header_length,
        "bodySize": -1 if known.body_length is None else known.body_length,
    }


def _content(known: Known, body: Body) -> Object:
    content: Object = {"size": body.size, "mimeType": known.content_type or ""}
    text = _text(body)
    if body.fault:
        content["comment"] = body.fault
    if body.size > MOST:
        content["comment"] = f"{body.size} bytes are left out"
    elif text is not None:
        content["text"] = text
    else:
        content["text"] = b64encode(body.read()).decode()
        content["encoding"] = "base64"
    return content


def _text(body: Body) -> Optional[str]:
    """A body as text; None where it is none, or too much."""
    if body.size > MOST:
        return None
    try:
        text = body.read().decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _reason(known: Known, status: int) -> str:
    said = known.response_headers.get("status", [""])[-1].partition(" ")[2]
    if said or status not in HTTPStatus.__members__.values():
        return said
    return HTTPStatus(status).phrase


def _named(pairs: "List[tuple[str, str]]") -> "List[Object]":
    return [{"name": name, "value": value} for name, value in pairs]


def _cookies(text: str) -> "List[Object]":
    cookies = []
    for piece in text.split(";"):
        name, equals, value = piece.strip().partition("=")
        if name or value:
            cookies.append((name if equals else "", value if equals else name))
    return _named(cookies)


def _set_cookie(text: str) -> Object:
    """A cookie with its attributes (RFC 6265, section 4.1)."""
    first, *attributes = text.split(";")
    name, _, value = first.strip().partition("=")
    cookie: Object = {"name": name, "value": value}
    for attribute in attributes:
        key, _, said = attribute.strip().partition("=")
        if key.lower() in ("path", "domain"):
            cookie[key.lower()] = said
        elif key.lower() in ("httponly", "secure"):
            cookie["httpOnly" if key.lower() == "httponly" else "secure"] = True
        elif key.lower() == "expires" and (date := _expires(said)):
            cookie["expires"] = date
    return cookie


def _expires(text: str) -> Optional[str]:
    try:
        date = parsedate_to_datetime(text.replace("-", " "))
    except (TypeError, ValueError):
        return None
    return date.replace(tzinfo=date.tzinfo or timezone.utc).isoformat()


def _date(nanoseconds: int) -> str:
    """ISO 8601 with milliseconds, as the format wants it."""
    seconds, rest = divmod(nanoseconds, BILLION)
    date = datetime.fromtimestamp(in_calendar(seconds), timezone.utc)
    return f"{date:%Y-%m-%dT%H:%M:%S}.{rest // 1_000_000:03d}Z"


def _milliseconds(nanoseconds: Optional[int]) -> float:
    return 0 if nanoseconds is None else max(round(nanoseconds / 1_000_000, 6), 0)


def _comment(known: Known) -> str:
    said = [f"frame {known.first_frame}", known.state or ""]
    said += [f"STDERR: {known.stderr}"] if known.stderr else []
    return "; ".join(part for part in said if part)
