"""What templates make of params is what decoding them tells, whatever they were before."""

import json
from typing import Dict, List, Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from captures.make import records
from fcgidissect.fcgi import glance as looks
from fcgidissect.fcgi.glance import glance
from fcgidissect.fcgi.pairs import decode
from fcgidissect.output.pairs_json import both_forms
from fcgidissect.output.params_form import Forms
from fcgidissect.output.params_json import ALWAYS, ParamsJson, Told
from tests.fcgi.layouts import forget

NAMES = ["QUERY_STRING", "REQUEST_URI", "REQUEST_METHOD", "CONTENT_LENGTH"]
CHOICES = ["SCRIPT_FILENAME", "SCRIPT_NAME", "HTTP_HOST", "SERVER_NAME", "%s"]
VALUES = st.sampled_from(["", "a", "12", "007", "%s", '"', "\\", "é", "\U0001f600"])


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layouts are made when the same names have come twice."""
    monkeypatch.setattr(looks, "_WORTH", 2)
    forget()


def told(forms: "Forms[ParamsJson]", params: "Dict[str, str]") -> Optional[Told]:
    seen = glance(records.pairs(params))
    assert seen is not None
    form = forms.of(seen)
    return form.told(seen.varying) if form else None


def wanted(params: "Dict[str, str]") -> "Dict[str, str | int]":
    """What END_REQUEST tells of them."""
    get, length = params.get, params.get("CONTENT_LENGTH", "")
    members: "Dict[str, str | int | None]" = {
        "method": get("REQUEST_METHOD"),
        "uri": get("REQUEST_URI"),
        "query": get("QUERY_STRING"),
        "script": get("SCRIPT_FILENAME") or get("SCRIPT_NAME"),
        "host": get("HTTP_HOST") or get("SERVER_NAME"),
        "content_length": int(length) if length.isdigit() else None,
    }
    return {name: value for name, value in members.items() if value is not None}


def check(found: Told, params: "Dict[str, str]") -> None:
    pairs, always, whole = [text.decode() for text in found]
    assert pairs == both_forms(decode(records.pairs(params))[0])
    members = wanted(params)
    assert json.loads("{%s}" % whole[2:]) == members
    assert json.loads("{%s}" % always[2:]) == {
        name: members[name] for name in ALWAYS if name in members
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CHOICES), unique=True), st.data())
def test_params(more: "List[str]", data: st.DataObject) -> None:
    forget()
    forms = Forms(ParamsJson)
    values = st.fixed_dictionaries({name: VALUES for name in NAMES + more})
    for params in data.draw(st.lists(values, max_size=6)):
        for found in (told(forms, params), told(forms, params)):
            if found is not None:
                check(found, params)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_laid_out_is_told_by_templates(name: str) -> None:
    forms = Forms(ParamsJson)
    first = dict.fromkeys(NAMES, "a")
    for value in 3 * ("a", "b"):  # then there is a layout that was used
        told(forms, {**first, name: value})
    assert looks._layouts
    for value in ("7", "8", '"', ""):
        params = {**first, name: value}
        found = told(forms, params)
        assert found is not None
        check(found, params)
