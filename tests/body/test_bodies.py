"""The bodies of requests, as their records pass."""

import gzip
from collections import defaultdict
from hashlib import sha256
from typing import Any, DefaultDict, Dict, List, Optional, Tuple

import pytest

from captures.make import records as make
from fcgidissect.body.bodies import Bodies, response_codings
from fcgidissect.body.decoder import Decoder
from tests.corpus import CAPTURES
from tests.fcgi.connection import APPLICATION, Connection
from tests.fcgi.streams import GET, PAGE
from tests.output.talk import entries_of

TEXT = b"Line after line of it.\n" * 500
PACKED = gzip.compress(TEXT)
CODED = b"Content-Encoding: gzip\r\n\r\n" + PACKED
POST = {**GET, "CONTENT_LENGTH": str(len(PACKED)), "HTTP_CONTENT_ENCODING": "GZIP"}
Body = Optional[Tuple[bytes, str]]
"""What came out, and the fault."""


class Talk(Connection):
    """A connection with one request, whose bodies are read as its records come."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies = Bodies()
        self.out: "DefaultDict[int, bytes]" = defaultdict(bytes)

    def _place(self, side: int, records: "List[Any]") -> None:
        super()._place(side, records)
        placed = self.seen[len(self.seen) - len(records) :]
        for (request, position), record in zip(placed, records):
            assert request is not None
            pieces = self.bodies.feed(request, position, record)
            self.out[record.header[1]] += b"".join(pieces)

    def told(self) -> "Tuple[Body, Body]":
        """The request's body and the response's."""
        self.ends()
        self.bodies.finish(self.request())
        return self._body(self.bodies.asked, 5), self._body(self.bodies.answered, 6)

    def _body(self, decoder: Optional[Decoder], kind: int) -> Body:
        return None if decoder is None else (self.out[kind], decoder.fault)


def asked(params: "Dict[str, str]", *stdin: bytes) -> Talk:
    talk = Talk()
    talk.asks(make.begin(1), make.params(1, params))
    for part in stdin:
        talk.asks(make.stdin(1, part))
    return talk


def answered(*stdout: bytes) -> Talk:
    talk = asked(GET, b"")
    talk.answers(*[make.stdout(1, part) for part in stdout], make.end(1))
    return talk


@pytest.mark.parametrize("size", [1, 20, 5000])
def test_a_response_however_it_is_split(size: int) -> None:
    parts = [CODED[at : at + size] for at in range(0, len(CODED), size)]
    assert answered(*parts).told() == (None, (TEXT, ""))


@pytest.mark.parametrize("size", [1, 20, 5000])
def test_a_request_however_it_is_split(size: int) -> None:
    parts = [PACKED[at : at + size] for at in range(0, len(PACKED), size)]
    assert asked(POST, *parts, b"").told() == ((TEXT, ""), None)


@pytest.mark.parametrize(
    "header, wanted",
    [
        (b"Content-Type: text/plain\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\n\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding:Chunked\r\n\r\n", b"abc"),
    ],
)
def test_only_what_the_header_says_is_undone(header: bytes, wanted: bytes) -> None:
    talk = answered(header + b"3\r\nabc\r\n0\r\n\r\n")
    assert talk.told() == (None, (wanted, ""))


def test_a_request_is_not_chunked_whatever_its_params_say() -> None:
    """nginx passes the name on of a coding that it has undone."""
    params = {**GET, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert asked(params, b"abc", b"").told() == ((b"abc", ""), None)


def test_no_body_and_an_empty_one() -> None:
    assert answered(PAGE).told() == (None, (b"", ""))
    assert answered(b"no header block").told() == (None, None)
    assert answered(b"Content-Encoding: br\r\n\r\n").told() == (None, (b"", ""))


def test_whole_or_not() -> None:
    half = asked({**POST, "HTTP_CONTENT_ENCODING": ""}, PACKED[:9])
    assert half.told()[0] == (PACKED[:9], "its end did not come")
    told = asked(POST, PACKED)
    assert told.told()[0] == (TEXT, ""), "it has CONTENT_LENGTH bytes"
    broken = asked(GET, b"")
    broken.answers(make.stdout(1, PAGE + b"half")).closes(APPLICATION)
    assert broken.told()[1] == (b"half", "its end did not come")


def test_a_gap() -> None:
    talk = asked(GET, b"")
    record = make.stdout(1, PAGE + b"0123456789")
    talk.answers(record[:-8]).answers(record[-3:], make.end(1), lost=5)
    said = "5 bytes of it are not in the capture"
    assert talk.told()[1] == (b"01789", said)


@pytest.mark.parametrize(
    "fields, wanted",
    [
        ({}, []),
        ({"content-encoding": ["gzip, BR"]}, ["gzip", "br"]),
        ({"content-encoding": ["gzip", "br"]}, ["gzip", "br"]),
        (
            {"transfer-encoding": ["chunked"], "content-encoding": ["gzip"]},
            ["gzip", "chunked"],
        ),
    ],
)
def test_codings(fields: "Dict[str, List[str]]", wanted: "List[str]") -> None:
    assert response_codings(fields) == wanted


def recorded(name: str) -> "Dict[int, Tuple[Body, Body]]":
    """Request number -> the request's body and the response's in a committed capture."""
    bodies: "DefaultDict[int, Bodies]" = defaultdict(Bodies)
    out: "DefaultDict[Tuple[int, int], bytes]" = defaultdict(bytes)
    requests = {}
    for entry in entries_of(str(CAPTURES / f"{name}.pcap.gz"), [9000]):
        assert entry.request is not None
        number, kind = entry.request.number, entry.record.header[1]
        pieces = bodies[number].feed(entry.request, entry.position, entry.record)
        out[number, kind] += b"".join(pieces)
        requests[number] = entry.request
    told: "Dict[int, Tuple[Body, Body]]" = {}
    for number, request in requests.items():
        bodies[number].finish(request)
        sides = [(kind, bodies[number].of(kind)) for kind in (5, 6)]
        asked, answered = [
            (out[number, kind], body.fault) if body else None for kind, body in sides
        ]
        told[number] = asked, answered
    return told


def test_an_upload_as_it_was_sent() -> None:
    """`record/nginx.sh` uploads a file of 3,600 such lines in a form."""
    line = b"line %07d of the report: nothing to report from this hour\n"
    file = b"".join([line % number for number in range(1, 3601)])
    (sides,) = recorded("nginx-upload").values()
    asked, answered = sides
    assert asked and answered
    assert asked[1] == answered[1] == ""
    assert file in asked[0] and len(asked[0]) == 219_790


def test_every_coding_as_it_was_sent() -> None:
    """`record/nginx.sh` tells how the page was made; this is what sha256sum says of it."""
    wanted = "9d9f623b066cba9e46f233ddab32e37c037090f1c1f30d75f678254d8594c975"
    *pages, upload = recorded("nginx-coded").values()
    assert len(pages) == 9
    for body in [answered for _, answered in pages] + [upload[0]]:
        assert body is not None
        assert (sha256(body[0]).hexdigest(), body[1]) == (wanted, "")
