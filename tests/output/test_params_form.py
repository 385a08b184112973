"""What params that are laid out alike have in common, and how many ways are remembered."""

from typing import Dict

import pytest

from captures.make import records
from fcgidissect.fcgi.glance import Glance, glance
from fcgidissect.fcgi.layout import Order
from fcgidissect.output import params_form as module
from fcgidissect.output.params_form import Form, Forms


def seen(params: "Dict[str, str]") -> Glance:
    found = glance(records.pairs(params))
    assert found is not None
    return found


def laid_out(fixed: "Dict[bytes, bytes]", *varying: bytes) -> Form:
    values = tuple(fixed.values()), (b"",) * len(varying)
    order = Order((*fixed, *varying))
    return Form(Glance(b"", b"", b"", True, (), *values, order))


@pytest.mark.parametrize(
    "fixed, varying, told_by, chosen",
    [
        ({}, [b"HTTP_HOST", b"SERVER_NAME"], b"HTTP_HOST", (b"1",)),
        ({b"HTTP_HOST": b"a"}, [b"SERVER_NAME"], b"HTTP_HOST", None),
        ({b"HTTP_HOST": b""}, [b"SERVER_NAME"], b"SERVER_NAME", None),
        ({b"HTTP_HOST": b"", b"SERVER_NAME": b""}, [], b"SERVER_NAME", None),
        ({b"SERVER_NAME": b""}, [b"HTTP_HOST"], b"HTTP_HOST", (b"1",)),
        ({b"HTTP_HOST": b""}, [], None, None),
        ({}, [b"X", b"SERVER_NAME"], b"SERVER_NAME", None),
    ],
)
def test_what_tells_the_host(
    fixed: "Dict[bytes, bytes]",
    varying: "list[bytes]",
    told_by: "bytes | None",
    chosen: "tuple[bytes] | None",
) -> None:
    form = laid_out(fixed, *varying)
    assert form.told_by.get("host") == told_by
    assert form.values == {**fixed, **dict.fromkeys(varying)}
    values = (b"1", b"2")[: len(varying)]
    assert (form.choices and form.choices(values)) == chosen


def test_a_form_is_made_when_something_comes_again() -> None:
    forms = Forms(Form)
    first, other = {"A": "1"}, {"B": "2"}
    assert forms.of(seen(first)) is None
    assert forms.of(seen(other)) is None
    form = forms.of(seen(first))
    assert form is not None and form.places == {b"A": 0}
    assert forms.of(seen(first)) is form


def test_forms_are_bounded() -> None:
    forms = Forms(Form)
    for number in range(2 * module._MOST):
        for _ in range(2):
            made = forms.of(seen({str(number): ""}))
        assert made is not None
    assert 0 < len(forms._made) <= module._MOST
