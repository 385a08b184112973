"""What traffic can get wrong: one table of codes, each with its severity and sentence."""

from enum import IntEnum
from typing import Annotated, NamedTuple, Optional, Union

from fcgidissect.fields import NONE, STRING, UINT32, Field


class Severity(IntEnum):
    """Wireshark's expert severities, in rising order; their numbers are Wireshark's too."""

    COMMENT = 0x00100000
    CHAT = 0x00200000
    NOTE = 0x00400000
    WARN = 0x00600000
    WARNING = WARN
    """Wireshark's filters spell it so."""
    ERROR = 0x00800000

    def __str__(self) -> str:
        return self.name.lower()


class Code(NamedTuple):
    """One kind of remark: how bad it is, and its sentence with places for the facts."""

    severity: Severity
    sentence: str


class Note(NamedTuple):
    """A remark on a row: a code of this module and the facts that its sentence names."""

    code: Code
    facts: "tuple[tuple[str, Union[int, str]], ...]" = ()

    @property
    def severity(
        self,
    ) -> Annotated[
        Severity, Field("_ws.expert.severity", UINT32, "Severity level", Severity)
    ]:
        """How bad it is."""
        return self.code.severity

    @property
    def message(self) -> Annotated[str, Field("_ws.expert.message", STRING, "Message")]:
        """The sentence with its facts filled in."""
        return self.code.sentence.format(**dict(self.facts))

    @property
    def expert(self) -> Annotated[str, Field("_ws.expert", NONE, "Expert Info")]:
        """A remark on the row, whatever its severity."""
        return f"{self.severity}: {self.message}"

    @property
    def malformed(
        self,
    ) -> Annotated[Optional[str], Field("_ws.malformed", NONE, "Malformed")]:
        """What cannot be decoded."""
        return self.message if self.severity is Severity.ERROR else None


def note(code: Code, **facts: Union[int, str]) -> Note:
    """A note of `code` with its facts by name."""
    return Note(code, tuple(facts.items()))


# The bytes of a stream
LOST_CONTENT = Code(
    Severity.WARN, "{lost} of {length} content bytes are not in the capture"
)
RESYNCHRONISED = Code(
    Severity.WARN,
    "{skipped} bytes before this record are not decoded: a record header is not in the"
    " capture, this is the next one that is certain",
)
LOST_HEADER = Code(
    Severity.WARN,
    "{lost} bytes before this record are not in the capture, a record header among them",
)
CUT_SHORT = Code(
    Severity.WARN,
    "the stream ends {wanted} bytes before the record does ({have} of {size} bytes are"
    " there)",
)
NOT_FASTCGI = Code(
    Severity.WARN, "{count} bytes are no FastCGI record (the first are {first})"
)
DIFFERING_OVERLAP = Code(
    Severity.WARN,
    "a retransmission carries {count} other bytes for what was sent before; the first"
    " copy stands",
)
AFTER_FIN = Code(
    Severity.NOTE, "{count} bytes after the sender's FIN are not taken for the stream's"
)
OUT_OF_REACH = Code(
    Severity.NOTE,
    "a segment {distance} bytes away from the stream (sequence number {seq}) is left out",
)

# Below TCP
UNKNOWN_LINK = Code(
    Severity.WARN, "link type {number} is not known: its frames are not decoded"
)

# All of them
LIMIT_REACHED = Code(
    Severity.WARN,
    "the limit {limit} ({most}) was reached {count} times: the oldest was let go",
)

# Requests
MALFORMED_PAIRS = Code(
    Severity.WARN,
    "the name-value pairs end in the middle of one: {have} bytes are left over and at"
    " least {wanted} more are wanted",
)
TOO_MUCH = Code(
    Severity.NOTE, "more than {limit} bytes of PARAMS: the rest of them is not decoded"
)
DUPLICATE_BEGIN = Code(
    Severity.WARN,
    "BEGIN_REQUEST for id {id}, which the request of frame {frame} still has",
)
UNKNOWN_ID = Code(Severity.WARN, "no open request has the id {id}")
UNEXPECTED = Code(Severity.WARN, "{type} does not belong here: {state}")
UNKNOWN_ROLE = Code(Severity.WARN, "role {role} is none that is specified")
REFUSED = Code(Severity.WARN, "the application refused the request: {status}")
APP_STATUS = Code(Severity.NOTE, "the application ended with status {status}")
BODY_DIFFERS = Code(
    Severity.WARN, "{stream} ended after {length} bytes, but {name} is {told}"
)
LENGTH_MISSING = Code(
    Severity.WARN,
    "{stream} brought {length} bytes and no param gave their number: an application may"
    " take the body for empty",
)
ANSWERED_EARLY = Code(
    Severity.NOTE,
    "the answer ended when {length} of the {told} bytes of STDIN had come",
)
LARGE_HEADER = Code(
    Severity.NOTE,
    "the response's header block has {length} bytes, more than a buffer of {buffer}"
    " holds; its largest field is {name} ({size} bytes)",
)
SCRIPT_UNKNOWN = Code(
    Severity.WARN, "the application found no script; SCRIPT_FILENAME is {script}"
)
CLOSED_SILENTLY = Code(
    Severity.ERROR,
    "the application closed the connection without an answer ({how}); {cause}",
)
CLOSED_IN_ANSWER = Code(
    Severity.ERROR,
    "the application closed the connection ({how}) before the answer had ended",
)
NO_ANSWER = Code(
    Severity.ERROR,
    "the web server closed the connection after {seconds} s; no answer had come (its"
    " timeout, or its client left)",
)
LEFT_IN_ANSWER = Code(
    Severity.WARN,
    "the web server closed the connection after {seconds} s, before the answer had ended",
)
STDIN_UNENDED = Code(Severity.WARN, "STDIN never ended ({length} bytes of it came)")
SERVED_IN_VAIN = Code(
    Severity.NOTE,
    "the web server closed its side of the connection {seconds} s before this answer's"
    " end, and may not have waited for it",
)

# Params
DROPPED_PARAM = Code(
    Severity.WARN,
    "the params lack {name}, which Apache sends of every request: it leaves out a param of"
    " over 16 kB",
)
SETS_PHP = Code(Severity.NOTE, "{name} sets PHP's directives: {settings}")
RUNS_CODE = Code(
    Severity.WARN,
    "{name} sets {setting}: PHP then runs what is not the script, as it does for attackers"
    " who reach the application's port",
)
LINE_BREAK = Code(Severity.WARN, "a line break in {name}")
EMPTY_PATH_INFO = Code(
    Severity.WARN,
    "a line break in {name} and an empty PATH_INFO, as in attacks on php-fpm before 7.1.33,"
    " 7.2.24 and 7.3.11 (CVE-2019-11043)",
)
CONTROL_BYTES = Code(Severity.WARN, "control bytes in the param {name}: {bytes}")
REPEATED_PARAM = Code(
    Severity.NOTE,
    "{name} comes {count} times with different values; php-fpm takes the last, others may"
    " take the first",
)
NO_WEB_SERVER = Code(Severity.NOTE, "no web server that is known asks like this: {why}")

OF_WHOLE_REQUESTS = frozenset(
    {
        DUPLICATE_BEGIN,
        UNKNOWN_ID,
        UNEXPECTED,
        BODY_DIFFERS,
        LENGTH_MISSING,
        ANSWERED_EARLY,
        CLOSED_SILENTLY,
        CLOSED_IN_ANSWER,
        NO_ANSWER,
        LEFT_IN_ANSWER,
        STDIN_UNENDED,
        SERVED_IN_VAIN,
        DROPPED_PARAM,
        NO_WEB_SERVER,
    }
)
"""What is said only where the capture holds the connection's bytes from the request's
start to its end: what it lacks would look like the peers' fault."""
# Rows
TOO_MANY_VALUES = Code(
    Severity.NOTE, "there is more of {field} in this request's records than is kept"
)

# Connections without FastCGI
HTTP_CONNECTION = Code(
    Severity.WARN,
    "HTTP is spoken on this port, not FastCGI: the first bytes are {first}",
)
TLS_CONNECTION = Code(Severity.WARN, "TLS is spoken on this port, not FastCGI")
FOREIGN_CONNECTION = Code(
    Severity.NOTE, "no FastCGI on this connection: the first bytes are {first}"
)
NOTHING_LISTENS = Code(
    Severity.ERROR, "nothing listens there, or its queue is full: the SYN got a RST"
)

# One record alone
UNKNOWN_VERSION = Code(Severity.WARN, "version {version} is none that is specified")
UNKNOWN_RECORD_TYPE = Code(
    Severity.WARN, "type {type} is none that the specification knows"
)
BODY_LENGTH = Code(Severity.WARN, "{length} content bytes where this type has {wanted}")
