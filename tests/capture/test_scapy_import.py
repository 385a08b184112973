"""Scapy's tables are left alone, and there for who wants them."""

import subprocess
import sys

import pytest
import scapy.data

from fcgidissect.capture.scapy_import import Numbers

NUMBERS = [name for name in vars(Numbers) if name.isupper()]


def test_the_numbers_are_those_of_scapy():
    told = {name: getattr(Numbers, name) for name in NUMBERS}
    assert told == {name: getattr(scapy.data, name) for name in NUMBERS}


def test_anything_else_is_asked_of_scapy(monkeypatch):
    numbers = Numbers("scapy.data")
    monkeypatch.setitem(sys.modules, "scapy.data", scapy.data)
    assert numbers.ETHER_ANY == bytes(6)
    assert not hasattr(numbers, "__path__")


USED = """
import sys
from fcgidissect.capture.scapy_import import scapy_utils
{before}
utils = scapy_utils()
print("scapy.data" in sys.modules, utils.MTU)
import scapy.data
assert scapy_utils() is utils
print(len(scapy.data.ETHER_TYPES) > 0, type(scapy.data).__name__)
import scapy.layers.inet
"""


@pytest.mark.parametrize("before, there", [("", False), ("import scapy.data", True)])
def test_who_imports_them_later_gets_the_real_ones(before, there):
    call = [sys.executable, "-c", USED.format(before=before)]
    said = subprocess.run(call, capture_output=True, text=True)
    assert said.stdout == f"{there} 65535\nTrue module\n"
    assert not said.stderr
