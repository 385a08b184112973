"""The specification's numbers, as its section 8 lists them."""

from typing import NamedTuple

import pytest

from fcgidissect.fcgi import spec
from fcgidissect.fields import fields_of, layout, spans

TYPES = {
    "FCGI_BEGIN_REQUEST": 1,
    "FCGI_ABORT_REQUEST": 2,
    "FCGI_END_REQUEST": 3,
    "FCGI_PARAMS": 4,
    "FCGI_STDIN": 5,
    "FCGI_STDOUT": 6,
    "FCGI_STDERR": 7,
    "FCGI_DATA": 8,
    "FCGI_GET_VALUES": 9,
    "FCGI_GET_VALUES_RESULT": 10,
    "FCGI_UNKNOWN_TYPE": 11,
}
ROLES = {"FCGI_RESPONDER": 1, "FCGI_AUTHORIZER": 2, "FCGI_FILTER": 3}
STATUSES = {
    "FCGI_REQUEST_COMPLETE": 0,
    "FCGI_CANT_MPX_CONN": 1,
    "FCGI_OVERLOADED": 2,
    "FCGI_UNKNOWN_ROLE": 3,
}


@pytest.mark.parametrize(
    "names, wanted",
    [
        (spec.RecordType, TYPES),
        (spec.Role, ROLES),
        (spec.ProtocolStatus, STATUSES),
    ],
)
def test_names(names: type, wanted: "dict[str, int]") -> None:
    assert {str(member): int(member) for member in names} == wanted  # type: ignore


@pytest.mark.parametrize(
    "noun, raw, attributes",
    [
        (spec.Header, "01060001002a0600", (1, 6, 1, 42, 6)),
        (spec.BeginRequest, "0003010000000000", (3, 1)),
        (spec.EndRequest, "ffffffff02a0a1a2", (0xFFFFFFFF, 2)),
        (spec.UnknownType, "6300000000000000", (99,)),
    ],
)
def test_layouts(noun: type, raw: str, attributes: "tuple[int, ...]") -> None:
    assert layout(noun).unpack_from(bytes.fromhex(raw)) == attributes


@pytest.mark.parametrize(
    "noun, attribute, name",
    [
        (spec.Header(1, 6, 1, 0, 0), "type_name", "FCGI_STDOUT"),
        (spec.Header(1, 99, 1, 0, 0), "type_name", None),
        (spec.BeginRequest(2, 0), "role_name", "FCGI_AUTHORIZER"),
        (spec.BeginRequest(9, 0), "role_name", None),
        (spec.EndRequest(0, 2), "protocol_status_name", "FCGI_OVERLOADED"),
        (spec.EndRequest(0, 4), "protocol_status_name", None),
        (spec.BeginRequest(1, 1), "keep_conn", True),
        (spec.BeginRequest(1, 2), "keep_conn", False),
        (spec.BeginRequest(1, 3), "keep_conn", True),
    ],
)
def test_what_is_derived(noun: NamedTuple, attribute: str, name: object) -> None:
    assert getattr(noun, attribute) == name


def test_derived_fields_lie_where_their_source_does() -> None:
    assert spans(spec.Header)["type_name"] == spans(spec.Header)["type"] == (1, 1)
    assert spans(spec.BeginRequest)["keep_conn"] == (2, 1)


def test_every_type_comes_from_one_side() -> None:
    application = set(spec.RecordType) - spec.FROM_WEB_SERVER
    assert {str(kind) for kind in application} == {
        "FCGI_END_REQUEST",
        "FCGI_STDOUT",
        "FCGI_STDERR",
        "FCGI_GET_VALUES_RESULT",
        "FCGI_UNKNOWN_TYPE",
    }


def test_nouns_have_wireshark_s_names() -> None:
    names = [
        field.name
        for noun in (spec.Header, spec.EndRequest)
        for _, field in fields_of(noun)
    ]
    assert {
        "fcgi.version",
        "fcgi.type",
        "fcgi.id",
        "fcgi.content.length",
        "fcgi.padding.length",
        "fcgi.end_request.app_status",
        "fcgi.end_request.protocol_status",
    } <= set(names)
