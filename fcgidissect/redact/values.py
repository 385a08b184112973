"""A named value comes in (a param's, a header field's), without its secrets it goes out."""

import re
from base64 import b64decode
from typing import Match
from urllib.parse import unquote_to_bytes

from fcgidissect.redact.names import Names
from fcgidissect.redact.secrets import Secrets

STRUCTURE = frozenset(
    (
        *("content-length", "content-type", "content-encoding", "transfer-encoding"),
        *("status", "request-method", "server-protocol", "gateway-interface"),
        *("request-scheme", "redirect-status", "https", "document-root"),
        *("remote-addr", "remote-port", "server-addr", "server-port", "fcgi-role"),
    )
)
"""Names whose values say how the others are read; a secret is never among them."""
_PREFIX = re.compile("^(?:redirect-)*(?:http-)?")
_PAIR = re.compile(rb"""([^?&;#=\s"'<>/,]+)=([^&;#\s"'<>]*)""")
_USER = re.compile(rb"(?<=://)([^/:@\s]*:)([^/@\s]+)(?=@)")
_COOKIE = re.compile(rb"""(\s*"?)(.*?)("?\s*)""", re.DOTALL)
_SCHEME = re.compile(rb"(?i)(basic|bearer|digest|negotiate|ntlm)\s+\S")
"""What credentials begin with, under whatever name."""
_CREDENTIALS = re.compile(rb"(?s)(\s*[A-Za-z][A-Za-z0-9-]*\s+)(.+)")


class Values:
    """What redacts values by their names.

    Args:
        names: which names hold secrets.
        secrets: all that are known; those that are found here are added.
    """

    def __init__(self, names: Names, secrets: Secrets) -> None:
        self.names = names
        self.secrets = secrets

    def value(self, name: str, value: bytes) -> bytes:
        """The value of a param or of a header field, as long as before."""
        plain = _PREFIX.sub("", name.lower().replace("_", "-"))
        if plain in STRUCTURE:
            return value
        if plain == "cookie":
            return b";".join(map(self._cookie, value.split(b";")))
        if plain == "set-cookie":
            cookie, semicolon, attributes = value.partition(b";")
            return self._cookie(cookie) + semicolon + self.text(attributes)
        if plain in ("authorization", "proxy-authorization") or _SCHEME.match(value):
            return self._credentials(value)
        if plain.startswith("php-auth-") or self.names.secret(name):
            return self.secrets.overwrite(value)
        return self.text(value)

    def text(self, value: bytes) -> bytes:
        """A text that may hold URIs: their passwords and query values by name."""
        if b"://" in value:
            value = _USER.sub(self._password, value)
        if b"=" in value:
            value = _PAIR.sub(self._pair, value)
        return self.secrets.clear(value)

    def field(self, name: bytes, value: bytes) -> bytes:
        """A form field's or query's value."""
        if value and self.names.secret(readable(name)):
            return self.secrets.overwrite(value)
        return value

    def _pair(self, match: "Match[bytes]") -> bytes:
        name, value = match.groups()
        return bytes(name + b"=" + self.field(name, value))

    def _password(self, match: "Match[bytes]") -> bytes:
        return bytes(match[1] + self.secrets.overwrite(match[2]))

    def _cookie(self, cookie: bytes) -> bytes:
        """One cookie; `lang=english` is overwritten, but not looked for elsewhere."""
        name, equals, value = cookie.partition(b"=")
        if not equals:
            name, value = b"", cookie
        match = _COOKIE.fullmatch(value)
        assert match
        before, secret, after = match.groups()
        telling = self.names.secret(readable(name)) or not secret.isalpha()
        return name + equals + before + self.secrets.overwrite(secret, telling) + after

    def _credentials(self, value: bytes) -> bytes:
        """What stands behind the scheme (RFC 9110, section 11.4); the whole without one."""
        match = _CREDENTIALS.fullmatch(value)
        if match is None:
            return self.secrets.overwrite(value)
        scheme, given = match.groups()
        if scheme.strip().lower() == b"basic":
            self._learn_basic(given)
        return bytes(scheme + self.secrets.overwrite(given))

    def _learn_basic(self, given: bytes) -> None:
        """The password that stands in base64 behind the user's name (RFC 7617)."""
        try:
            password = b64decode(given.strip() + b"==").partition(b":")[2]
        except ValueError:
            return
        self.secrets.overwrite(password)


def readable(name: bytes) -> str:
    """A field's name as text, out of its percent-encoding."""
    return unquote_to_bytes(name).decode("utf-8", "replace")
