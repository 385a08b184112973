"""The FastCGI specification, version 1.0, as enums and nouns; each line a field."""

from enum import IntEnum
from typing import Annotated, NamedTuple, Optional, Union

from fcgidissect.fields import BOOLEAN, STRING, UINT8, UINT16, UINT32, Field

HEADER_LENGTH = 8
"""FCGI_HEADER_LEN (section 8)."""
NULL_REQUEST_ID = 0
"""FCGI_NULL_REQUEST_ID: the id of management records (section 3.3)."""
KEEP_CONN = 1
"""FCGI_KEEP_CONN, the one bit of a BEGIN_REQUEST's flags (section 5.1)."""


class _Name(IntEnum):
    """A number whose text is the specification's name for it."""

    def __str__(self) -> str:
        return "FCGI_" + self.name


class RecordType(_Name):
    """Values of a record's type (section 8)."""

    BEGIN_REQUEST = 1
    ABORT_REQUEST = 2
    END_REQUEST = 3
    PARAMS = 4
    STDIN = 5
    STDOUT = 6
    STDERR = 7
    DATA = 8
    GET_VALUES = 9
    GET_VALUES_RESULT = 10
    UNKNOWN_TYPE = 11


FROM_WEB_SERVER = frozenset(
    (
        RecordType.BEGIN_REQUEST,
        RecordType.ABORT_REQUEST,
        RecordType.PARAMS,
        RecordType.STDIN,
        RecordType.DATA,
        RecordType.GET_VALUES,
    )
)
"""Types that the web server sends; the application sends the others (sections 4 and 5)."""
FROM_APPLICATION = frozenset(RecordType) - FROM_WEB_SERVER
VALUES = frozenset((RecordType.GET_VALUES, RecordType.GET_VALUES_RESULT))
"""Management types whose content is name-value pairs (section 4.1)."""
PAIRS = VALUES | {RecordType.PARAMS}
"""All types whose content is (sections 4.1 and 5.2)."""
BULK = frozenset((RecordType.STDIN, RecordType.STDOUT, RecordType.DATA))
"""Types whose content is a piece of a body, and says nothing by itself (section 5.3)."""
STREAMS = BULK | {RecordType.PARAMS, RecordType.STDERR}
"""Types whose records make up a stream, which an empty one ends (section 3.3)."""


class Role(_Name):
    """Roles that an application can play (section 5.1)."""

    RESPONDER = 1
    AUTHORIZER = 2
    FILTER = 3


ROLES = frozenset(role.to_bytes(2, "big") for role in Role)
"""The same as BEGIN_REQUEST's content begins with them."""


class ProtocolStatus(_Name):
    """How a request ended for the protocol (section 5.5)."""

    REQUEST_COMPLETE = 0
    CANT_MPX_CONN = 1
    OVERLOADED = 2
    UNKNOWN_ROLE = 3


GOOD_END = bytes(5)
"""What END_REQUEST's content begins with where all went well: application status 0 and
FCGI_REQUEST_COMPLETE (section 5.5)."""


class Header(NamedTuple):
    """FCGI_Header, the first eight bytes of every record (section 3.3)."""

    version: Annotated[int, Field("fcgi.version", UINT8, "Version")]
    type: Annotated[int, Field("fcgi.type", UINT8, "Type", RecordType)]
    id: Annotated[int, Field("fcgi.id", UINT16, "Request ID")]
    content_length: Annotated[
        int, Field("fcgi.content.length", UINT16, "Content Length")
    ]
    padding_length: Annotated[
        int, Field("fcgi.padding.length", UINT8, "Padding Length")
    ]

    @property
    def type_name(
        self,
    ) -> Annotated[
        Optional[str], Field("fcgi.type_name", STRING, "Type Name", within="type")
    ]:
        """The specification's name for the type; None for an unknown one."""
        return _name(RecordType, self.type)

    @property
    def size(self) -> int:
        """Bytes of the whole record: header, content and padding."""
        return HEADER_LENGTH + self.content_length + self.padding_length


class BeginRequest(NamedTuple):
    """FCGI_BeginRequestBody (section 5.1)."""

    role: Annotated[int, Field("fcgi.begin_request.role", UINT16, "Role", Role)]
    flags: Annotated[int, Field("fcgi.begin_request.flags", UINT8, "Flags", base=16)]

    @property
    def role_name(
        self,
    ) -> Annotated[
        Optional[str],
        Field("fcgi.begin_request.role_name", STRING, "Role Name", within="role"),
    ]:
        """The specification's name for the role; None for an unknown one."""
        return _name(Role, self.role)

    @property
    def keep_conn(
        self,
    ) -> Annotated[
        bool,
        Field(
            "fcgi.begin_request.keep_conn", BOOLEAN, "FCGI_KEEP_CONN", within="flags"
        ),
    ]:
        """The application shall leave the connection open."""
        return bool(self.flags & KEEP_CONN)


class EndRequest(NamedTuple):
    """FCGI_EndRequestBody (section 5.5)."""

    app_status: Annotated[
        int, Field("fcgi.end_request.app_status", UINT32, "Application Status")
    ]
    protocol_status: Annotated[
        int,
        Field(
            "fcgi.end_request.protocol_status",
            UINT8,
            "Protocol Status",
            ProtocolStatus,
        ),
    ]

    @property
    def protocol_status_name(
        self,
    ) -> Annotated[
        Optional[str],
        Field(
            "fcgi.end_request.protocol_status_name",
            STRING,
            "Protocol Status Name",
            within="protocol_status",
        ),
    ]:
        """The specification's name for the status; None for an unknown one."""
        return _name(ProtocolStatus, self.protocol_status)


class UnknownType(NamedTuple):
    """FCGI_UnknownTypeBody (section 4.2)."""

    type: Annotated[int, Field("fcgi.unknown_type.type", UINT8, "Unknown Type")]


Body = Union[BeginRequest, EndRequest, UnknownType]
BODIES: "dict[int, type]" = {
    RecordType.BEGIN_REQUEST: BeginRequest,
    RecordType.END_REQUEST: EndRequest,
    RecordType.UNKNOWN_TYPE: UnknownType,
}
"""record type -> the noun of its fixed body; each is eight bytes with reserved ones at its end."""
BODY_LENGTH = 8


_NAMES: "dict[type, dict[int, str]]" = {
    names: {int(name): str(name) for name in names}
    for names in (RecordType, Role, ProtocolStatus)
}


def type_title(kind: int) -> str:
    """The specification's name for a record type; an unknown one's as Wireshark has it."""
    return _name(RecordType, kind) or f"Unknown ({kind})"


def _name(names: "type[_Name]", value: int) -> Optional[str]:
    return _NAMES[names].get(value)
