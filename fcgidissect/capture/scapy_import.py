"""Scapy's raw reader out, without the tables that a reader never asks.

`scapy.utils` takes three numbers from `scapy.data`, which on import fetches the names of
40,000 manufacturers, of ports and of Bluetooth companies as well: 60 ms and 13 MiB of every
call. While `scapy.utils` is imported a stand-in gives the numbers, and hands on to the real
module whoever asks for anything else. Then it goes: who imports `scapy.data` later gets the
real one.
"""

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Iterator

_DATA, _UTILS = "scapy.data", "scapy.utils"


class Numbers(ModuleType):
    """What `scapy.data` is asked while `scapy.utils` is imported."""

    MTU = 0xFFFF
    DLT_EN10MB = 1
    DLT_RAW = 14 if sys.platform.startswith("openbsd") else 12

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system's own questions
            raise AttributeError(name)
        sys.modules.pop(_DATA, None)
        return getattr(import_module(_DATA), name)


@contextmanager
def _without_tables() -> Iterator[None]:
    numbers = sys.modules.setdefault(_DATA, Numbers(_DATA))
    try:
        yield
    finally:
        if isinstance(numbers, Numbers) and sys.modules.get(_DATA) is numbers:
            del sys.modules[_DATA]


def scapy_utils() -> Any:
    """The module `scapy.utils`."""
    if _UTILS in sys.modules:
        return sys.modules[_UTILS]
    with _without_tables():
        return import_module(_UTILS)
