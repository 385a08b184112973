"""The lines of params are the same from templates and one by one, and all are there."""

from typing import List, Tuple

from hypothesis import given

from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import encode
from fcgidissect.output.params_lines import LinesForm, one_by_one
from fcgidissect.text import escape
from tests.output.test_request_lines import PAIRS


@given(PAIRS)
def test_any_params_in_any_order(params: "List[Tuple[str, str]]") -> None:
    content = encode(params)
    seen = glance(content)
    assert seen is not None
    plainly, form = one_by_one(seen), LinesForm(seen).told(seen.varying)
    assert b"".join(plainly[0]).decode() == "    Params:\n" + "".join(
        [
            f"        {escape(f'{name} = {value}' if value else name)}\n"
            for name, value in params
        ]
    )
    if form is not None:
        assert [b"".join(form[0]), form[1]] == [b"".join(plainly[0]), plainly[1]]
