"""A name that a client chose comes in, one that is safe in a folder anywhere goes out."""

import re
from typing import Set
from unicodedata import normalize
from urllib.parse import unquote

LONGEST = 100
"""Bytes of a name; file systems take 255 of them, with what programs add."""
_UNSAFE = re.compile(r"[^\w.+@-]+|(?:^[.-]+)|(?:[.]+$)")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)")
"""Names that Windows keeps for devices, whatever their extension."""
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe(name: str) -> str:
    """A file name without folder, control, device, or more than LONGEST bytes."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = normalize("NFC", last.encode("utf-8", "replace").decode())
    kept = _shortened(_UNSAFE.sub("_", plain)).strip("._-") or "index"
    return f"_{kept}" if _DEVICES.match(kept) else kept


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    extension = _EXTENSION.search(name)
    ending = extension.group() if extension else ""
    return name.encode()[: LONGEST - len(ending)].decode("utf-8", "ignore") + ending


def of_uri(uri: str) -> str:
    """A file name for what a URI names: the last part of its path."""
    return safe(unquote(uri.partition("?")[0].partition("#")[0]))


class Taken:
    """Names given out: no two differ in case alone, as some file systems do not see it."""

    def __init__(self) -> None:
        self._taken: "Set[str]" = set()

    def one(self, name: str) -> str:
        """The name, or the first one like it that is free."""
        stem, dot, ending = name.rpartition(".")
        if not stem:
            stem, dot, ending = name, "", ""
        count, free = 1, name
        while free.casefold() in self._taken:
            count += 1
            free = f"{stem}-{count}{dot}{ending}"
        self._taken.add(free.casefold())
        return free
