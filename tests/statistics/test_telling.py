"""What two processes tell of half of the requests each, one counts like a single one."""

import pytest

from tests.corpus import Capture, captures
from tests.statistics.told import said

ALL = captures()


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_captures(each: Capture) -> None:
    """In every table, with filters, and whatever else is asked for at once."""
    for words in (
        ["-z", "fcgi,srt"],
        ["-z", "fcgi,slow,3", "-z", "fcgi,srt,fcgi.response.status == 200"],
        ["-z", "fcgi,srt,fcgi.request.number > 0"],
        ["-z", "fcgi,slow", "-z", "expert"],
    ):
        call = [each.path, "-p", each.ports, "-q", *words]
        alone = said(*call, "--cores", "1")
        assert said(*call, "--cores", "2") == alone
        assert alone[0] in (0, 1) and alone[1]
