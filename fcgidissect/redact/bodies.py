"""The media type of a body comes in, the scanner for it goes out."""

import re
from typing import Dict, Iterator, Optional, Type

from fcgidissect.redact.scanner import Fields, Scanner, Text
from fcgidissect.redact.values import Values, readable


class Form(Fields):
    """application/x-www-form-urlencoded: name=value&name=value."""

    _in_value = False
    """Amid a value that is no secret, which passes as it comes."""

    def _settle(self, last: bool) -> bytes:
        parts = []
        while self._held:
            field, ampersand, _ = self._held.partition(b"&")
            whole = bool(ampersand) or last
            name, equals, value = field.partition(b"=")
            if not self._in_value and not whole and not equals:
                break
            if not self._in_value and self.values.names.secret(readable(name)):
                if not whole:
                    break
                field = name + equals + self.values.field(name, value)
            parts.append(field + ampersand)
            self._take(len(field) + len(ampersand))
            self._in_value = not ampersand
        return b"".join(parts)


class Json(Fields):
    """application/json: the value of a secret's name, and everything within it."""

    _TOKEN = re.compile(
        rb'(?s)("(?:[^"\\]|\\.)*")(\s*:)?|[{}\[\],:\s]+|[^{}\[\],:\s"]+'
    )

    _name = ""
    """The name whose value is next."""
    _depth = 0
    """Brackets that are open within a secret value."""

    def _settle(self, last: bool) -> bytes:
        parts, at = [], 0
        while match := self._TOKEN.match(self._held, at):
            if match.end() == len(self._held) and not last:
                break
            parts.append(self._token(match.group(), match[1], bool(match[2])))
            at = match.end()
        self._take(at)
        if last and self._held:
            rest = self._take(len(self._held))
            secret = self._depth or self.values.names.secret(self._name)
            parts.append(self.values.secrets.overwrite(rest) if secret else rest)
        return b"".join(parts)

    def _token(self, token: bytes, string: "Optional[bytes]", named: bool) -> bytes:
        if string is not None and named:
            self._name = readable(string[1:-1])
            return token
        secret = self._depth > 0 or self.values.names.secret(self._name)
        if string is None and token.strip(b"{}[],: \t\r\n") == b"":
            return self._brackets(token, secret)
        self._name = "" if not self._depth else self._name
        if not secret or token in (b"true", b"false", b"null"):
            return token
        inner = token[1:-1] if string is not None else token
        stand_in = self.values.secrets.overwrite(inner)
        return token if not inner else token.replace(inner, stand_in, 1)

    def _brackets(self, token: bytes, secret: bool) -> bytes:
        for byte in token:
            if byte in b"{[" and secret:
                self._depth += 1
            elif byte in b"}]" and self._depth:
                self._depth -= 1
                secret = self._depth > 0
                self._name = self._name if secret else ""
        return token


class Multipart(Fields):
    """multipart/form-data (RFC 7578): the contents of parts with a secret's name."""

    _NAME = re.compile(rb'(?i)content-disposition:[^\n]*?[ ;]name="?([^";\r\n]*)')
    _in_body = True
    """What stands before the first part is nobody's."""
    _secret = False

    def __init__(self, values: Values, media: str = "") -> None:
        super().__init__(values)
        self._line = b"\r\n--" + boundary(media)
        self._held = b"\r\n"
        self._own = 2
        """Bytes at the beginning that nobody sent: the first line break is left out."""

    def _settle(self, last: bool) -> bytes:
        settled = b"".join(self._parts(last))
        own = min(self._own, len(settled))
        self._own -= own
        return settled[own:]

    def _parts(self, last: bool) -> Iterator[bytes]:
        while self._held:
            part = self._body(last) if self._in_body else self._head(last)
            if part is None:
                return
            yield part

    def _head(self, last: bool) -> Optional[bytes]:
        at = self._held.find(b"\r\n\r\n")
        if at < 0:
            return self._take(len(self._held)) if last else None
        head = self._take(at + 4)
        name = self._NAME.search(head)
        self._secret = bool(name and self.values.names.secret(readable(name[1])))
        self._in_body = True
        return head

    def _body(self, last: bool) -> Optional[bytes]:
        at = self._held.find(self._line)
        if at < 0 and not last:
            certain = 0 if self._secret else len(self._held) - len(self._line)
            return self._take(certain) if certain > 0 else None
        body = self._take(at if at >= 0 else len(self._held))
        self._in_body = at < 0
        return self.values.secrets.overwrite(body) if self._secret and body else body


def boundary(media: str) -> bytes:
    """The boundary that a multipart media type names; a byte that is never there else."""
    match = re.search(r'(?i)boundary="?([^";,]+)', media)
    return match[1].strip().encode("latin-1", "replace") if match else b"\0\0"


_KINDS: "Dict[str, Type[Fields]]" = {
    "": Form,
    "application/x-www-form-urlencoded": Form,
    "application/json": Json,
    "multipart/form-data": Multipart,
}


def scanner(values: Values, media: str) -> Scanner:
    """The scanner of a media type; `Text` where it has no fields."""
    kind = media.partition(";")[0].strip().lower()
    found = Json if kind.endswith("+json") else _KINDS.get(kind)
    return found(values, media) if found else Text(values)
