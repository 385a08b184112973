"""A template gives its text back, with values in the gaps."""

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcgidissect.output.template import Template, gap, picker
from fcgidissect.text import encoded

TEXTS = st.text(st.characters(exclude_characters="\0"), max_size=3)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 2), TEXTS), max_size=5), st.data())
def test_gaps_are_filled(
    start: str, rest: "List[tuple[int, str]]", data: st.DataObject
) -> None:
    template = Template(start + "".join(gap(place) + text for place, text in rest))
    for _ in range(2):
        texts = data.draw(st.lists(TEXTS, min_size=3, max_size=3))
        values = [encoded(text) for text in texts]
        wanted = encoded(start + "".join(texts[place] + text for place, text in rest))
        assert template.text(values) == wanted


def test_a_template_keeps_no_values() -> None:
    template = Template(f"<{gap(0)}>")
    assert template.text([b"long"]) == b"<long>"
    assert b"long" not in template._pieces


@pytest.mark.parametrize("places", [(), (1,), (2, 0), (1, 1, 1)])
def test_values_are_picked(places: "tuple[int, ...]") -> None:
    assert picker(places)("abc") == tuple("abc"[place] for place in places)
