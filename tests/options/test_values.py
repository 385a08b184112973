"""The words behind options: ports in every spelling, and those that cannot be."""

import pytest

from fcgidissect.options.values import ports, ports_text


@pytest.mark.parametrize(
    "numbers, text",
    [({8000}, "8000"), ({1, 2, 3, 9}, "1-3,9"), ({7, 9000, 9001}, "7,9000-9001")],
)
def test_ports_are_written_as_they_are_read(numbers: "set[int]", text: str) -> None:
    assert ports_text(numbers) == text
    assert set(ports(text)) == numbers
