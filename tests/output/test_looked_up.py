"""What is looked up in dicts is what `Known` finds, at every position of every capture."""

import pytest

from fcgidissect.fcgi.known import Known
from fcgidissect.fields import fields_of
from fcgidissect.output.looked_up import LookedUp
from tests.corpus import Capture, captures
from tests.output.talk import entries_of

ATTRIBUTES = [attribute for attribute, _ in fields_of(Known)]


@pytest.mark.parametrize("each", captures(), ids=lambda each: each.name)
def test_the_same_is_known(each: Capture) -> None:
    for row in entries_of(each.path, each.port_numbers)[:200]:
        if row.request is not None:
            known = Known(row.request, row.position)
            same = LookedUp(row.request, row.position)
            for attribute in ATTRIBUTES:
                assert getattr(same, attribute) == getattr(known, attribute)
