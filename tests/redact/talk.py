"""A login whose secret word is wherever secrets are, on a wire that behaves or does not."""

import json
from base64 import b64encode
from typing import Callable, Dict, List

from captures.make import files, records
from captures.make.packets import Conversation, ethernet, order

WORD = b"s3cr3t"
BASIC = b64encode(b"admin:" + WORD).decode()
START = 1_700_000_000 * 10**9

PARAMS = {
    "REQUEST_METHOD": "POST",
    "REQUEST_URI": "/login?token=s3cr3t&page=2",
    "QUERY_STRING": "token=s3cr3t&page=2",
    "SCRIPT_FILENAME": "/srv/www/login.php",
    "CONTENT_TYPE": "application/x-www-form-urlencoded",
    "HTTP_COOKIE": "lang=en; session=s3cr3t",
    "HTTP_AUTHORIZATION": f"Basic {BASIC}",
    "PHP_AUTH_PW": "s3cr3t",
    "HTTP_REFERER": "http://admin:s3cr3t@example.org/?next=%2F%3Fkey%3Ds3cr3t",
    "HTTP_USER_AGENT": "curl/8",
}
FORM = b"user=admin&password=s3cr3t&color=red"
ANSWER = (
    b"Status: 302 Found\r\nSet-Cookie: session=s3cr3t; Path=/\r\n"
    b"Location: /home?token=s3cr3t\r\nContent-Type: text/html\r\n\r\n"
    b"<p>s3cr3t "
    + WORD.hex().encode()
    + b" "
    + b64encode(WORD)
    + b" "
    + b"".join(b"%%%02x" % byte for byte in WORD)
    + b"</p>"
)
ERRORS = b"PHP message: login('admin', 's3cr3t') failed"
TOKENS = json.dumps({"user": "ann", "auth": {"access_token": "s3cr3t", "ttl": 60}})

FORMS = (
    WORD,
    WORD.hex().encode(),
    WORD.hex().upper().encode(),
    b64encode(WORD),
    BASIC.encode(),
    b"".join(b"%%%02x" % byte for byte in WORD),
    b"".join(b"%%%02X" % byte for byte in WORD),
    b":".join(b"%02x" % byte for byte in WORD),
    b" ".join(b"%02x" % byte for byte in WORD),
)
"""The word in clear, as hex in four spellings, in base64 and percent-encoded."""

JSON = {
    **PARAMS,
    "REQUEST_URI": "/api",
    "QUERY_STRING": "",
    "CONTENT_TYPE": "application/json",
}
ASKED = b"".join(
    (
        records.begin(1, flags=1),
        records.params(1, {**PARAMS, "CONTENT_LENGTH": str(len(FORM))}, 3),
        records.stdin(1, FORM[:26]),
        records.stdin(1, FORM[26:]),
        records.stdin(1),
    )
)
ANSWERED = b"".join(
    (
        records.stderr(1, ERRORS),
        records.stdout(1, ANSWER[:33], 7),
        records.stdout(1, ANSWER[33:90]),
        records.stdout(1, ANSWER[90:]),
        records.end(1),
    )
)
AGAIN = (
    records.begin(1)
    + records.params(1, {**JSON, "CONTENT_LENGTH": str(len(TOKENS))})
    + records.stdin(1, TOKENS.encode())
    + records.stdin(1)
)
LAST = records.response(1, b"Content-Type: application/json\r\n\r\n" + TOKENS.encode())


def talk(size: int) -> Conversation:
    """Two requests on a connection, in segments of a size."""
    made = Conversation().open()
    turns = (made.client, ASKED), (made.server, ANSWERED)
    for who, data in (*turns, (made.client, AGAIN), (made.server, LAST)):
        made.say(who, data, *[size] * (len(data) // size))
    return made.close()


def in_order(packets: "List[bytes]") -> "List[bytes]":
    return packets


def retransmitted(packets: "List[bytes]") -> "List[bytes]":
    """Every packet twice, the second time four packets later."""
    late = packets[:4] + packets
    return [packet for pair in zip(packets, late) for packet in pair]


def reordered(packets: "List[bytes]") -> "List[bytes]":
    """Behind the handshake every two packets change places."""
    places = list(range(len(packets)))
    for at in range(4, len(packets) - 6, 2):
        places[at], places[at + 1] = places[at + 1], places[at]
    return order(packets, *places)


def lossy(packets: "List[bytes]") -> "List[bytes]":
    """Of the packets with data every seventh is not in the capture."""
    return [
        packet
        for at, packet in enumerate(packets)
        if at < 4 or at % 7 or len(packet) == 40
    ]


WIRES: "Dict[str, Callable[[List[bytes]], List[bytes]]]" = {
    wire.__name__: wire for wire in (in_order, retransmitted, reordered, lossy)
}


def capture(wire: str, size: int = 1400) -> bytes:
    """A pcap of the login over a wire."""
    packets = WIRES[wire](talk(size).packets)
    return files.pcap(
        [
            files.Packet(START + at * 1_000_000, ethernet(packet))
            for at, packet in enumerate(packets)
        ]
    )
