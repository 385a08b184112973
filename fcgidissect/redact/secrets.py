"""Secrets come in, what stands for them goes out; texts come in, without them they go out.

Rules:
- A stand-in has the length of its secret. One key makes all of a run, so the same secret has
  the same one; the key is never kept, so nobody can find a secret by trying.
- A secret of six bytes or more is looked for everywhere: itself, unquoted, percent-encoded,
  as base64 and as hex, wherever it begins at a word's beginning.
"""

import re
import secrets
from base64 import b64encode, urlsafe_b64encode
from bisect import insort
from collections import Counter
from hashlib import blake2b
from html import escape
from typing import Dict, Iterator, List, Tuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from fcgidissect.limits import Limits

LEAST = 6
"""Bytes of a secret that is worth looking for: shorter ones are everywhere."""
LONGEST = 1 << 12
"""Bytes of the longest form that is looked for; of a longer one its beginning is."""
_DIGITS = 12
_TRACED = 15
"""Letters of a string argument that PHP shows in a stack trace."""
_OVERHEAD = 120
"""About what Python takes for a form beside its bytes."""
_ESCAPES = rb"%(?:25)*[0-9A-Fa-f]{2}|\\(?:u[0-9A-Fa-f]{4}|[bfnrt])|"
"""A secret may begin behind one, of a URI (escaped more than once) or of JSON."""
_OTHERS, _WORDS = _ESCAPES + rb"[^\x00-\x7f]+|", rb"[A-Za-z0-9]{%d,}"
_TOKEN = re.compile(_OTHERS + _WORDS % 1)
_LONGEST_TOKEN = 1 << 10
"""Bytes of a token, and of what is none between two, that are held until they end."""


class Secrets:
    """All secrets of a run, as far as `Limits.secret_bytes` has room for them."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.learning = False
        """Secrets are only gathered so far, nothing is searched for."""
        self.overwritten = 0
        """Secrets that were overwritten where they are named."""
        self.count = 0
        """Distinct ones among them that are looked for."""
        self.unlearned = 0
        """Secrets that found no room: they are overwritten where they are named alone."""
        self.blanked: "Counter[str]" = Counter()
        """Why bytes were blanked -> how many."""
        self._key = secrets.token_bytes(32)
        self._forms: "Dict[bytes, List[Tuple[int, bytes]]]" = {}
        """First token -> the forms that have it, with its offset; the longest first."""
        self._known: "set[bytes]" = set()
        self._least = _LONGEST_TOKEN
        """Letters of the shortest word that a form begins with."""
        self._beginning = _TOKEN
        """Finds tokens that a form may begin with."""
        self._room = limits.secret_bytes

    def overwrite(self, value: bytes, learn: bool = True) -> bytes:
        """What stands for a secret.

        Args:
            learn: look for it everywhere.
        """
        self.overwritten += 1
        if learn and len(value) >= LEAST and value not in self._known:
            self._learn(value)
        return self.stand_in(value)

    def stand_in(self, value: bytes) -> bytes:
        """Twelve hex digits behind asterisks; digits alone for digits."""
        digest = blake2b(value, key=self._key, digest_size=8).digest()
        number, size = int.from_bytes(digest, "big"), len(value)
        if value.isdigit():
            return b"%0*d" % (size, number % 10 ** min(size, 18))
        return (b"%012x" % (number >> 16))[:size].rjust(size, b"*")

    def _learn(self, value: bytes) -> None:
        forms = [form[:LONGEST] for form in {*_forms(value)} if len(form) >= LEAST]
        size = sum(len(form) + _OVERHEAD for form in forms)
        if size > self._room:
            self.unlearned += 1
            return
        self._room -= size
        self.count += 1
        self._known.add(value)
        for form in forms:
            first = _TOKEN.search(form)
            if first:
                if first.group().isalnum() and len(first.group()) < self._least:
                    self._least = len(first.group())
                    self._beginning = re.compile(_OTHERS + _WORDS % self._least)
                alike = self._forms.setdefault(first.group(), [])
                insort(alike, (first.start(), form), key=_longest_first)

    # Where they are in a text

    def clear(self, text: bytes) -> bytes:
        """A whole text with every known secret overwritten."""
        return self.search(text, True)[0]

    def _are_not_in(self, text: bytes, end: int) -> bool:
        """Whether none begins in a text; quick, for nearly all texts."""
        return self._forms.keys().isdisjoint(self._beginning.findall(text, 0, end))

    def search(self, text: bytes, last: bool) -> "tuple[bytes, bytes]":
        """What is settled of a text, without secrets; and its rest, which may begin one.

        Args:
            last: nothing comes behind the text.
        """
        edge = len(text) if last else _edge(text)
        if self.learning or self._are_not_in(text, edge):
            return text[:edge], text[edge:]
        parts: "List[bytes]" = []
        behind = 0
        for match in _TOKEN.finditer(text, 0, edge):
            for before, form in self._forms.get(match.group(), ()):
                begin = match.start() - before
                if begin < behind:
                    continue
                if text.startswith(form, begin):
                    parts += [text[behind:begin], self.stand_in(form)]
                    behind = begin + len(form)
                    break
                if not last and form.startswith(text[begin : begin + LONGEST]):
                    return b"".join(parts) + text[behind:begin], text[begin:]
        edge = max(edge, behind)
        return b"".join(parts) + text[behind:edge], text[edge:]


def _longest_first(placed: "Tuple[int, bytes]") -> int:
    return -len(placed[1])


def _edge(text: bytes) -> int:
    """The end of the last token that does not go on behind the text."""
    start = max(len(text) - _LONGEST_TOKEN, 0)
    ends = [match.end() for match in _TOKEN.finditer(text, start)]
    whole = [end for end in ends if end < len(text)]
    return whole[-1] if whole else len(text) if start else 0


def _forms(value: bytes) -> "Iterator[bytes]":
    """The ways in which a secret is written."""
    for form in {value, unquote_to_bytes(value.replace(b"+", b" "))}:
        yield form
        yield quote_from_bytes(form, safe="").encode()
        yield quote_from_bytes(form, safe="").replace("%20", "+").encode()
        yield b"".join(b"%%%02X" % byte for byte in form)
        yield b"".join(b"%%%02x" % byte for byte in form)
        yield b64encode(form).rstrip(b"=")
        yield urlsafe_b64encode(form).rstrip(b"=")
        yield form.hex().encode()
        yield form.hex().upper().encode()
        yield escape(form.decode("latin-1")).encode("latin-1")
        if len(form) > _TRACED:
            yield form[:_TRACED]
