"""Kinds of fields to types of the filter."""

import pytest

from fcgidissect import fields
from fcgidissect.fields import Kind
from fcgidissect.filter import types

KINDS = [kind for kind in vars(fields).values() if isinstance(kind, Kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_type(kind: Kind) -> None:
    number = kind.name.startswith("UINT") or kind.name == "FRAMENUM"
    assert (types.type_of(kind) is types.NUMBER) == number


@pytest.mark.parametrize(
    "name, width, high",
    [("UINT8", 1, 255), ("UINT32", 4, 4294967295), ("INT16", 2, 32767)],
)
def test_bounds(name: str, width: int, high: int) -> None:
    low, most = types.bounds(Kind(name, name, width))
    assert most == high and low == (-high - 1 if name[0] == "I" else -(1 << 63))
