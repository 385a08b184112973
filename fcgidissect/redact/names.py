"""The name of a param, field or header comes in, whether it holds a secret goes out."""

import re
from typing import Iterable, List

from fcgidissect.memo import Memo

LISTED = (
    *("password", "passwd", "passwort", "passphrase", "passcode", "pass", "pwd", "pw"),
    *("secret", "token", "jwt", "bearer", "credential", "credentials", "apikey", "key"),
    *("auth", "authorization", "authentication", "assertion", "signature", "sig"),
    *("session", "sessid", "sess", "sid", "csrf", "xsrf", "nonce", "ticket"),
    *("code", "otp", "totp", "mfa", "pin", "puk", "cvv", "cvc", "ssn", "iban"),
    *("samlresponse", "samlrequest", "viewstate"),
)
"""What names of secrets are made of: those that log scrubbers (Rails' and Sentry's lists)
leave out, OAuth 2.0's parameters (RFC 6749, section 11.2) and the usual session cookies."""
PUBLIC = frozenset(("authtype", "serversignature", "authority"))
"""Names that hold none, though they look so."""
_PREFIX = re.compile("^(?:REDIRECT_)*(?:HTTP_)?")
_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ANYWHERE = 5
"""Letters from which on a listed word counts in the midst of another one, too."""


class Names:
    """The list in force.

    A name holds a secret where one of its words is listed, or the whole of it; a listed
    word of five letters or more may stand anywhere in it. Case and punctuation do not count.

    Args:
        more: names to add to LISTED.
    """

    def __init__(self, more: "Iterable[str]" = ()) -> None:
        self._listed = {*LISTED, *("".join(_words(name)) for name in more)} - {""}
        self._anywhere = [name for name in self._listed if len(name) >= _ANYWHERE]
        self._memo: "Memo[str, bool]" = Memo()

    def secret(self, name: str) -> bool:
        """Whether what has this name is a secret."""
        known = self._memo.get(name)
        if known is None:
            known = self._memo[name] = self._judge(_words(name))
        return known

    def _judge(self, words: "List[str]") -> bool:
        whole = "".join(words)
        if whole in PUBLIC:
            return False
        if whole in self._listed or not self._listed.isdisjoint(words):
            return True
        return any(part in whole for part in self._anywhere)


def _words(name: str) -> "List[str]":
    return [word.lower() for word in _WORD.findall(_PREFIX.sub("", name))]
